"""The differences shown to people: nothing is lost, every change is shown, long texts stay readable."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from articles.textdiff import GAP, NEW, OLD, SAME, pieces


TEXTS = st.text(alphabet="血压高低，。\nab 一二三", max_size=60)


def side(found, kind):
    return "".join(text for name, text in found if name in (SAME, kind))


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(old, new):
    assume(old != new)
    found = pieces(old, new, around=10_000)
    assert side(found, OLD) == old and side(found, NEW) == new


@given(TEXTS)
def test_the_same_text_shows_no_change(text):
    assert {kind for kind, _text in pieces(text, text)} <= {SAME, GAP}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("每天量血压两次", "每天量血压三次", [(SAME, "每天量血压"), (OLD, "两"), (NEW, "三"), (SAME, "次")]),
        ("", "多出来", [(NEW, "多出来")]),
        ("没有了", "", [(OLD, "没有了")]),
        ("甲乙丙", "丁乙戊", [(OLD, "甲乙丙"), (NEW, "丁乙戊")]),
    ],
)
def test_changes(old, new, expected):
    assert pieces(old, new) == expected


def test_long_texts_show_what_is_around_a_change():
    old = "".join(chr(0x4E00 + n) for n in range(3000))
    new = old[:1500] + "改" + old[1501:]
    found = pieces(old, new)
    assert [kind for kind, _text in found] == [GAP, SAME, OLD, NEW, SAME, GAP]
    assert sum(len(text) for _kind, text in found) < 60


def test_a_text_that_was_replaced_whole_is_not_compared_by_character():
    found = pieces("甲" * 3000 + "乙", "丙" * 3000 + "丁")
    assert [kind for kind, _text in found] == [OLD, NEW]
