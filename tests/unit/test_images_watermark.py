"""The watermark: every character of GB 2312 has a glyph; readable on light and dark; nothing when it cannot be whole."""

from django.core.exceptions import ValidationError

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from publish.models import ChannelSettings
from publish.wechat.images import watermark


def test_the_font_has_every_character_the_check_lets_through():
    glyphs = set(TTFont(watermark.FONT).getBestCmap())
    rows = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    characters = {code.decode("gb2312", "ignore") for code in rows} - {""}
    assert len(characters) > 7000
    assert {ord(character) for character in characters} | set(range(32, 127)) | set(map(ord, "·—")) <= glyphs
    assert watermark.missing("".join(sorted(characters)) + "Xinglin 2026") == ""


@pytest.mark.parametrize(
    ("text", "lacks"), [("衢州市人民医院 · Library", ""), ("𠮷野家🙂🙂", "𠮷🙂"), ("", "")]
)
def test_missing_characters_are_named(text, lacks):
    assert watermark.missing(text) == lacks


def test_the_settings_refuse_what_cannot_be_drawn():
    ChannelSettings(watermark="示例医院 · 图书馆").clean()
    with pytest.raises(ValidationError) as refused:
        ChannelSettings(watermark="示例🙂医院").clean()
    assert "🙂" in refused.value.message_dict["watermark"][0]


@pytest.mark.parametrize("ground", ["white", "black", "#808080", "#0f766e"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_it_stands_in_the_corner_and_can_be_read(ground, mode):
    plain = Image.new("RGB", (800, 600), ground).convert(mode)
    marked = watermark.drawn_on(plain, "示例医院图书馆")
    assert marked.size == plain.size and marked.mode == ("RGBA" if mode == "RGBA" else "RGB")
    left, top, right, bottom = Image.frombytes(
        "L",
        marked.size,
        bytes(
            a ^ b for a, b in zip(marked.convert("L").tobytes(), plain.convert("L").tobytes(), strict=True)
        ),
    ).getbbox()
    assert left > 400 and top > 540 and right < 800 and bottom < 600
    levels = marked.convert("L").crop((left, top, right, bottom)).getextrema()
    assert levels[1] - levels[0] > 110, "letter and edge differ on any ground"


def test_a_long_text_stays_inside():
    marked = watermark.drawn_on(Image.new("RGB", (300, 300), "black"), "字" * 30)
    assert marked.crop((0, 0, 20, 300)).getextrema() == ((0, 0),) * 3


@pytest.mark.parametrize(
    ("size", "text"), [((239, 800), "医院"), ((800, 100), "医院"), ((800, 800), "🙂医院"), ((800, 800), " ")]
)
def test_better_none_than_half_of_one(size, text):
    plain = Image.new("RGB", size, "white")
    assert watermark.drawn_on(plain, text) is plain
