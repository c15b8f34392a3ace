"""Rules of wording: the labelled sentences, negation, patterns that could run for ever. No database."""

import time
from types import SimpleNamespace

from django.core.exceptions import ValidationError

import pytest

from articles.checks import contacts, lists, patterns, wording
from articles.checks.reading import Reading
from tests.support import wording_corpus


RECALL, ALARMS = 0.95, 0.05


@pytest.mark.parametrize("half", ["development", "held_out"])
def test_risky_sentences_are_found_and_innocent_ones_pass(half):
    missed, alarms, counts = wording_corpus.judge(half)
    assert counts["risky"] >= 75 and counts["innocent"] >= 75
    assert 1 - len(missed) / counts["risky"] >= RECALL, missed
    assert len(alarms) / counts["innocent"] <= ALARMS, alarms


def test_halves_share_no_sentence_and_cover_every_category():
    halves = [wording_corpus.rows(half) for half in ("development", "held_out")]
    first, second = ({row["sentence"] for row in rows} for rows in halves)
    assert not first & second and len(first | second) >= 300
    categories = {rule.category for rule in lists.shipped()}
    for rows in halves:
        for label in ("risky", "innocent"):
            assert {row["category"] for row in rows if row["label"] == label} == categories


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("这种药能根治高血压。", "paragraph", True),
        ("这种药不能根治高血压。", "paragraph", False),
        ("它不仅能根治高血压，还便宜。", "paragraph", True),  # not a negation
        ("误区：吃了这种药就能根治高血压。", "paragraph", False),
        ("有人说它能根治高血压。这种说法是错误的。", "paragraph", False),
        ("有人来了。它能根治高血压。", "paragraph", True),
        ("高血压能根治吗？", "heading", False),
        ("怎样根治高血压？", "heading", True),  # takes it for true
        ("自行停药", "dont", False),
        ("自行停药", "do", True),
        # Unseen characters, full width, letters between: the words stay the words.
        ("这种药能根\u200b治高血压。", "paragraph", True),
        ("治愈率９８％。", "paragraph", True),
        ("加VX：abc_12345。", "paragraph", True),
        ("电话１３８ 0013 8000。", "paragraph", True),
        ("手机138-0013-8000", "paragraph", True),
        ("血压 138/80，心率 80。", "paragraph", False),
        ("拨打12345或12320都可以。", "paragraph", False),
        ("客服电话95123。", "paragraph", True),
        ("地址：人民路88号。", "paragraph", True),
        ("&lt;b&gt;😀👩‍⚕️ 每天量血压。", "paragraph", False),
    ],
)
def test_where_a_wording_counts(text, place, found):
    assert bool(wording_corpus.found(text, place)) is found


def test_a_finding_names_the_words_the_sentence_and_which_occurrence():
    text = "根治不了。这是第二句，能根\u200b治高血压。后面还有。"
    one = wording_corpus.found(text)[0]
    assert len(wording_corpus.found(text)) == 1
    assert (one.quote, one.passage, one.rule) == (
        "根\u200b治",
        "这是第二句，能根\u200b治高血压。",
        "cure-promise",
    )
    two = [one for one in wording_corpus.found("不能根治。它能根治。") if one.rule == "cure-promise"]
    assert [(one.quote, one.nth) for one in two] == [("根治", 1)]


def test_below_a_heading_about_a_myth_it_is_only_information():
    body = [
        {"type": "heading", "value": {"text": "误区一：吃了药就能根治", "level": 2}},
        {"type": "paragraph", "value": {"html": "<p>根治高血压，只要一个疗程。</p>"}},
        {"type": "heading", "value": {"text": "怎么办", "level": 2}},
        {"type": "paragraph", "value": {"html": "<p>根治高血压，只要一个疗程。</p>"}},
    ]
    reading = Reading(
        wording_corpus.EMPTY | {"body": body}, SimpleNamespace(body=[]), lists.Lists(rules=lists.shipped())
    )
    assert [one.level for one in wording.rules(reading)] == ["info", "stop"]


def test_list_of_words_finds_the_longest_entry_in_either_case():
    words = tuple(lists.Word(word) for word in ("病", "登革", "登革热", "Hpv", "不存在的词"))
    body = [{"type": "paragraph", "value": {"html": "<p>登革热和HPV疫苗。</p>"}}]
    reading = Reading(
        wording_corpus.EMPTY | {"body": body}, SimpleNamespace(body=[]), lists.Lists(words=words)
    )
    assert [one.quote for one in wording.listed(reading)] == ["登革热", "HPV"]


@pytest.mark.parametrize(
    "pattern",
    [
        "re:(a+)+$",
        "re:(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)(a|aa)b",
        "re:(.{0,60}){0,60}x",
        "re:.*根治",
        "re:(根)\\1",
        "re:[",
        "re:x{0,3}",
        "re:" + "(" * 3000,
        "|",
        "词" * 3000,
    ],
)
def test_patterns_that_cannot_be_used_are_refused_with_a_sentence(pattern):
    with pytest.raises(ValidationError) as error:
        patterns.compiled(pattern)
    assert len(error.value.messages) == 1 and error.value.messages[0]


def test_words_joined_by_a_bar_are_words():
    pattern = patterns.compiled("最好|最好的.|VX")
    assert pattern.findall("最好的药 最好的. vx") == ["最好", "最好的.", "vx"]


def test_every_shipped_rule_can_be_used_and_says_why():
    rules = lists.shipped()
    assert len(wording.usable(rules)) == len(rules) >= 50
    assert len({rule.code for rule in rules}) == len(rules)
    assert all(rule.explanation and len(rule.explanation) <= 200 and len(rule.code) <= 40 for rule in rules)


@pytest.mark.parametrize(
    "text", ["血压高低" * 5_000, "1" * 20_000, "不用再去保证包" * 3_000, "根治。" * 7_000]
)
def test_findings_of_a_hostile_paragraph_are_bounded(text):
    started = time.process_time()
    found = wording_corpus.found(text)
    assert len(found) <= wording.MOST_A_RULE * 6 + contacts.MOST
    assert time.process_time() - started < 30  # catastrophic repeats take hours; the figure is in the bench
