"""The labelled sentences of tests/data/wording, judged by the rules that ship with the product. No database."""

import csv
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from articles.checks import contacts, lists, wording
from articles.checks.reading import Reading


FOLDER = Path(__file__).parents[1] / "data" / "wording"
EMPTY = {"title": "", "summary": "", "key_message": "", "push": {}, "body": []}


def rows(half):
    """Return the rows of a half ("development" or "held_out") as dicts of label, category, place, sentence."""
    with (FOLDER / f"{half}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def found(sentence, place="paragraph"):
    """Return the findings on wording in ``sentence``, standing where ``place`` says."""
    text = sentence.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    block = {
        "paragraph": {"type": "paragraph", "value": {"html": f"<p>{text}</p>"}},
        "heading": {"type": "heading", "value": {"text": sentence, "level": 2}},
        "do": {"type": "do_dont", "value": {"do": [sentence], "dont": []}},
        "dont": {"type": "do_dont", "value": {"do": [], "dont": [sentence]}},
        "question": {"type": "question_answer", "value": {"question": sentence, "answer": ""}},
    }[place]
    reading = Reading(EMPTY | {"body": [block]}, SimpleNamespace(body=[]), lists.Lists(rules=lists.shipped()))
    return [*wording.rules(reading), *contacts.found(reading)]


def judge(half):
    """Return (missed rows, [(row, codes)] of false alarms, Counter of labels) of a half."""
    missed, alarms, counts = [], [], Counter()
    for row in rows(half):
        counts[row["label"]] += 1
        codes = [one.rule or one.code for one in found(row["sentence"], row["place"])]
        if row["label"] == "risky" and not codes:
            missed.append(row)
        if row["label"] == "innocent" and codes:
            alarms.append((row, codes))
    return missed, alarms, counts
