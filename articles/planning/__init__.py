"""What is to be written, by whom and until when: ideas, health days, drafts given to people, series."""
