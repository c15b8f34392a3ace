"""Search in Chinese over rows of tokens: the same answers on SQLite and on PostgreSQL.

An entry holds a text's distinct tokens: single Chinese characters, overlapping pairs of them, and runs of letters and
digits; those of the title once more behind a mark (tokens). A query is cut into words (jieba, on this side only, so that a
new dictionary needs no new index); each word asks for its pairs (query), all joined by AND; words of three characters and
more are then looked up in the text itself, on a bounded number of candidates. Titles come first, then the newest. Nothing
is ranked beyond what is shown, so that the cost does not follow the number of hits (finding).

``publish.search`` stands on it for readers, ``articles.draft_search`` for editors.
"""
