"""Small figures for health articles, drawn from the data of a form: dose timetable, bands, do and don't, share card."""
