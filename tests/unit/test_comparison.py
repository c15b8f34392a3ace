"""Two versions of an article: fields, blocks, moves, characters."""

import copy
import random

from articles import comparison
from articles.comparison import ADDED, CHANGED, REMOVED, SAME
from articles.textdiff import NEW, OLD
from tests.samples import SNAPSHOT


def paragraph(text):
    return {"type": "paragraph", "value": {"html": f"<p>{text}</p>"}}


def compared(old, new):
    return comparison.body({"body": old}, {"body": new})


def rough(parts):
    return [(part.state, part.moved) for part in parts]


A = paragraph("坐下休息五分钟再量，每次量两遍，取平均值。")
B = paragraph("袖带下沿在肘窝上方约两横指，松紧以能插入一到两指为宜。")
C = paragraph("早晚各量一次，连量七天，记下来带给医生看。")
D = paragraph("血压突然升高并且胸痛，立即拨打120。")


def test_nothing_differs_from_itself():
    parts = comparison.body(SNAPSHOT, copy.deepcopy(SNAPSHOT))
    assert not any(part.touched for part in parts)
    assert not any(part.touched for part in comparison.fields(SNAPSHOT, SNAPSHOT))
    assert [hidden for hidden, _parts in comparison.folded(parts)] == [True]


def test_a_change_of_two_characters_is_shown_as_two_characters():
    changed = paragraph("坐下休息十分钟再量，每次量三遍，取平均值。")
    (part,) = compared([A], [changed])
    assert part.state == CHANGED
    assert [text for kind, text in part.pieces if kind == OLD] == ["五", "两"]
    assert [text for kind, text in part.pieces if kind == NEW] == ["十", "三"]


def test_blocks_added_removed_and_moved_are_told_apart():
    assert rough(compared([A, B, C], [A, C])) == [(SAME, False), (REMOVED, False), (SAME, False)]
    assert rough(compared([A, C], [A, D, C])) == [(SAME, False), (ADDED, False), (SAME, False)]
    moved = compared([A, B, C, D], [D, A, B, C])
    assert rough(moved) == [(SAME, True), (SAME, False), (SAME, False), (SAME, False)]
    # Moved and changed at once.
    again = paragraph("血压突然升高并且胸痛、气短，立即拨打120。")
    assert rough(compared([A, B, C, D], [again, A, B, C]))[0] == (CHANGED, True)
    # Another passage in its place is no change of the old one.
    other = {"type": "heading", "value": {"text": "少吃盐", "level": 2}}
    assert rough(compared([A, B], [A, other])) == [(SAME, False), (ADDED, False), (REMOVED, False)]


def test_a_change_of_form_alone_is_named():
    bold = {
        "type": "paragraph",
        "value": {"html": A["value"]["html"].replace("两遍", "<strong>两遍</strong>")},
    }
    (part,) = compared([A], [bold])
    assert (part.state, part.form_only) == (CHANGED, True)
    # The address of a link can be read.
    link = '<p>见<a href="https://{}.example.cn/?a=1&amp;b=2">说明</a></p>'
    old, new = ({"type": "paragraph", "value": {"html": link.format(host)}} for host in ("a", "b"))
    (part,) = compared([old], [new])
    assert not part.form_only
    assert "https://" in comparison.outline(old)
    picture = next(block for block in SNAPSHOT["body"] if block["type"] == "image")
    other = copy.deepcopy(picture)
    other["value"]["image"]["sha256"] = "0" * 64
    (part,) = compared([picture], [other])
    assert part.form_only


def test_fields_speak_words_and_old_schemes_lack_some():
    new = copy.deepcopy(SNAPSHOT) | {"audience": "public", "changes": "换了新指南的数值。"}
    new["references"] = [*SNAPSHOT["references"], "新的一条文献."]
    new["cover"] = new["cover"] | {"sha256": "0" * 64}
    words = {"audience": {"patients": "患者", "public": "公众"}}
    found = {part.name: part for part in comparison.fields(SNAPSHOT, new, words) if part.touched}
    assert set(found) == {"audience", "changes", "references", "cover"}
    assert found["changes"].state == ADDED
    assert (OLD, "患者") in found["audience"].pieces
    assert found["cover"].form_only


def test_every_block_is_accounted_for_once():
    dice = random.Random(7)
    for _round in range(60):
        old = [dice.choice([A, B, C, D, *SNAPSHOT["body"]]) for _ in range(dice.randrange(9))]
        new = [dice.choice([A, B, C, D, *SNAPSHOT["body"]]) for _ in range(dice.randrange(9))]
        parts = compared(old, new)
        kept = [part for part in parts if part.state != REMOVED]
        assert [part.place for part in kept] == list(range(1, len(new) + 1))
        gone = [part.place for part in parts if part.state == REMOVED]
        assert len(gone) == len(set(gone))
        assert len(gone) + sum(part.state != ADDED for part in kept) == len(old)
        assert sum(len(run) for _hidden, run in comparison.folded(parts)) == len(parts)
