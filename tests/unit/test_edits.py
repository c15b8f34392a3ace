"""Small edits: each string is found once, and replacing them in turn gives the new text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.edits import NotSmallError, characters, edits, lines


LINES = st.lists(st.text("甲乙丙丁12，", min_size=1, max_size=12), min_size=1, max_size=4)


@given(LINES, LINES)
def test_the_edits_turn_one_text_into_the_other(old, new):
    try:
        found = edits(old, new)
    except NotSmallError:
        return
    whole = "\n".join(old)
    assert all(whole.count(edit.find) == 1 for edit in found)
    if len(found) == 1:
        assert whole.replace(found[0].find, found[0].replace) == "\n".join(new)
    assert bool(found) == (old != new)


def test_a_change_that_would_be_found_twice_gets_more_of_its_line():
    (edit,) = edits(["早上量三遍。", "晚上量三遍。"], ["早上量三遍。", "晚上量两遍。"])
    assert edit.find == "晚上量三遍。" and edit.characters == 1


@pytest.mark.parametrize(
    ("old", "new"), [(["甲", "甲"], ["甲", "乙"]), (["甲"], ["甲", "乙"]), (["甲", "乙"], ["乙"])]
)
def test_what_no_string_finds(old, new):
    with pytest.raises(NotSmallError):
        edits(old, new)


def test_a_replaced_character_counts_once():
    assert characters(edits(["每次量三遍，取平均"], ["每次量两遍，再取平均"])) == 2


def test_words_of_a_body():
    assert lines("<section><p>甲<b>乙</b></p><table><tr><td>1</td><td>2</td></tr></table></section>") == [
        "甲乙",
        "1",
        "2",
    ]
