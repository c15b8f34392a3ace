"""Figures: what they say in words, what they are drawn with, that every sign of ours has a glyph."""

import io
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from articles import lettering
from articles.figures import canvas, drawing, words
from themes.colour import contrast
from themes.figures import palette


PALETTE = palette("#1f3a8a")
ROW = {"morning": "", "noon": "", "evening": "", "bedtime": "", "note": ""}
EXAMPLES = {
    "doses": {
        "title": "服药时间表",
        "rows": [
            ROW | {"medicine": "二甲双胍", "morning": "1片", "evening": "1片", "note": "随餐服用"},
            ROW | {"medicine": "阿托伐他汀", "bedtime": "20毫克（1片）"},
        ],
        "note": "",
    },
    "bands": {"title": "血压分级"} | words.words()["bands"]["default"],
    "do_dont": {"title": "量血压", "do": ["坐下休息五分钟再量"], "dont": ["边说话边量"]},
    "share": {
        "title": "高血压患者的饮食",
        "message": "每天吃盐不超过5克。",
        "hospital": "示例医院",
        "signed": True,
        "article": 7,
        "address": "https://health.example.cn/a/7/",
    },
}
SAID = {
    "doses": "服药时间表：二甲双胍：早上1片，晚上1片；阿托伐他汀：睡前20毫克（1片）。",
    "do_dont": "量血压：该做：坐下休息五分钟再量；不该做：边说话边量。",
    "share": "分享卡片：高血压患者的饮食。每天吃盐不超过5克。二维码通向全文。",
}


@pytest.mark.parametrize("kind", drawing.KINDS)
def test_every_kind_is_drawn_and_said(kind):
    drawn = drawing.draw(kind, EXAMPLES[kind], PALETTE)
    with Image.open(io.BytesIO(drawn.png())) as picture:
        assert picture.size == (canvas.WIDTH * canvas.SCALE, round((drawn.y + canvas.MARGIN) * canvas.SCALE))
        assert len(picture.convert("RGB").getcolors(256)) > 3
    left, right = drawn.extent()
    assert left >= canvas.MARGIN
    assert right <= canvas.WIDTH - canvas.MARGIN
    assert min(drawn.sizes()) >= canvas.SMALLEST_TEXT
    said = drawing.alt(kind, EXAMPLES[kind])
    assert len(said) <= drawing.LONGEST_ALT
    assert said == SAID.get(kind, said)


def test_the_bands_are_those_of_the_guideline():
    """《中国高血压防治指南（2024年修订版）》: <120/<80, 120-139/80-89, then grades from 140/90, 160/100 and 180/110."""
    rows = EXAMPLES["bands"]["rows"]
    assert [(row["upper"], row["lower"]) for row in rows] == [
        ("<120", "<80"),
        ("120～139", "80～89"),
        ("140～159", "90～99"),
        ("160～179", "100～109"),
        ("≥180", "≥110"),
    ]
    assert [row["link"] for row in rows] == ["和", *["和（或）"] * 4]
    assert "2024" in EXAMPLES["bands"]["source"]
    said = drawing.alt("bands", EXAMPLES["bands"])
    assert all(row["upper"] in said and row["lower"] in said for row in rows)


def test_what_does_not_fit_into_the_words_is_counted():
    rows = [
        ROW | {"medicine": f"药物名称比较长的第{n}种", "morning": "一次两片", "bedtime": "一次一片"}
        for n in range(8)
    ]
    said = drawing.alt("doses", EXAMPLES["doses"] | {"rows": rows})
    assert len(said) <= drawing.LONGEST_ALT
    assert said.endswith("项，见图。")


def test_every_sign_of_our_own_words_has_a_glyph():
    file = Path(words.__file__).with_name("words.toml")
    own = tomllib.loads(file.read_text(encoding="utf-8"))
    assert lettering.missing("".join(drawing._texts(own))) == ""
    assert set(map(drawing.missing, EXAMPLES.values())) == {""}
    assert drawing.missing({"title": "𠮷🙂", "do": ["好𠮷"], "dont": []}) == "𠮷🙂"


def test_nothing_is_told_by_colour_alone_and_all_reads_well():
    for text, ground in (
        ("ink", "paper"), ("ink", "soft"), ("muted", "soft"), ("brand", "soft"), ("warn", "soft"), ("alarm", "soft"),
        ("paper", "brand"), ("alarm", "alarm-soft"), ("muted", "paper"), ("ink", "alarm-soft"),
    ):  # fmt: skip
        assert contrast(PALETTE[text], PALETTE[ground]) >= 4.5, (text, ground)
    grey = {
        name: "#000" if name in ("ink", "brand", "warn", "alarm", "muted") else "#fff" for name in PALETTE
    }
    rows = [EXAMPLES["bands"]["rows"][0] | {"tone": tone} for tone in ("watch", "high")]
    one, other = (
        drawing.draw("bands", {"title": "同", "source": "同", "rows": [row]}, grey).png() for row in rows
    )
    assert one != other


def test_marks_do_not_begin_a_line_nor_brackets_end_one():
    for text in ("二十毫克（一片），饭后再吃。" * 4, "一二三四五六七八九十，" * 3):
        for width in range(60, 200, 7):
            for line in canvas.wrap(text, 16, width)[1:]:
                assert line[0] not in "，。）"
            assert not any(line.endswith("（") for line in canvas.wrap(text, 16, width))


def test_the_code_leads_to_the_article():
    plain = drawing.draw("share", EXAMPLES["share"] | {"address": ""}, PALETTE).png()
    coded = drawing.draw("share", EXAMPLES["share"], PALETTE).png()
    other = drawing.draw(
        "share", EXAMPLES["share"] | {"address": "https://health.example.cn/a/8/"}, PALETTE
    ).png()
    assert len({plain, coded, other}) == 3
