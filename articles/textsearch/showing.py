"""Showing a hit: the words marked, and the place where they stand."""

import re

from articles.textsearch.tokens import normal


SNIPPET = 70  # characters


def marked(text, words):
    """Return ``text`` in parts, [{"text", "match"}], so that a template can mark the words without trusting the text."""
    if not words:
        return [{"text": text, "match": False}]
    pattern = re.compile(
        "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE
    )
    parts, end = [], 0
    for match in pattern.finditer(text):
        if match.start() > end:
            parts.append({"text": text[end : match.start()], "match": False})
        if parts and parts[-1]["match"] and match.start() == end:
            parts[-1]["text"] += match.group()
        else:
            parts.append({"text": match.group(), "match": True})
        end = match.end()
    if end < len(text):
        parts.append({"text": text[end:], "match": False})
    return parts


def passage(lead, texts, words):
    """Return marked parts of the place where the words are met first: ``lead``, else around them in ``texts``."""
    wanted = sorted(words, key=len, reverse=True)
    beginning = normal(lead)
    if not any(len(word) > 1 or len(words) == 1 for word in wanted if word in beginning):
        for text in texts:
            lowered = text.casefold()
            for word in wanted:
                at = lowered.find(word)
                if at >= 0 and len(lowered) == len(text):
                    return marked(_around(text, at), words)
    return marked(lead, words)


def _around(text, at):
    start = max(0, at - SNIPPET // 3)
    piece = text[start : start + SNIPPET].replace("\n", " ").strip()
    return f"{'…' if start else ''}{piece}{'…' if start + SNIPPET < len(text) else ''}"
