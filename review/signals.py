"""What the review room tells the rooms above it."""

from django.dispatch import Signal


# Sent inside the approval's transaction with ``approval`` and ``article``; an exception in a receiver undoes the approval.
article_approved = Signal()
