"""Bring a Word, Markdown or HTML file in as an unsigned draft.

The way of a file: ``guard`` (is it what it says, and small enough) → ``word`` / ``markdown`` / ``html`` (to one tree) →
``flow`` (to a row of pieces) → ``recognise`` (to an article's fields and blocks) → ``pictures`` (each checked) →
``service`` (rows and files, all or nothing). Everything that was taken, changed or left out stands in one ``report``.
"""
