"""Text to tokens."""

import re
import unicodedata


LONGEST_TOKEN = 40
TITLE = "†"  # no letter or digit, so never part of a token itself
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN = re.compile(rf"[{HAN}]")


def normal(text):
    """Return ``text`` as it is compared: full-width forms, case and compatibility characters made one."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens_of(title, *texts):
    """Return the blank-separated tokens of an entry: those of the title and texts, the title's once more marked."""
    own = tokens_in(normal("\n".join((title, *texts))))
    marked = {TITLE + token for token in tokens_in(normal(title))}
    return " ".join(sorted(own | marked))


def tokens_in(text):
    """Return the set of tokens of a normal text."""
    tokens = set()
    for run in RUNS.findall(text):
        if IS_HAN.match(run):
            tokens.update(run)
            tokens.update(pairs(run))
        else:
            tokens.add(run[:LONGEST_TOKEN])
    return tokens


def pairs(run):
    """Return the overlapping pairs of a run of Chinese characters."""
    return [run[i : i + 2] for i in range(len(run) - 1)]


def letters(text):
    """Return the letters and digits of ``text`` alone."""
    return "".join(RUNS.findall(text))
