"""Whatever is typed into a figure, nothing leaves the sheet and nothing is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from articles.figures import canvas, drawing
from themes.figures import palette


PALETTE = palette("#0f766e")
SIGNS = st.sampled_from("高血压患者每天吃药一二三，。（）：、ABCxyzWM0123456789 .-/%<≥～")
text = st.text(SIGNS, min_size=1, max_size=40).filter(str.strip)
short = st.text(SIGNS, max_size=12)
dose = st.fixed_dictionaries(
    {"medicine": st.text(SIGNS, min_size=1, max_size=24).filter(str.strip), "morning": short, "noon": short, "evening": short, "bedtime": short, "note": st.text(SIGNS, max_size=40)}
)  # fmt: skip
band = st.fixed_dictionaries(
    {"label": short, "upper": short, "link": short, "lower": short, "tone": st.sampled_from(["good", "watch", "high", "alarm"])}
)  # fmt: skip
figure = st.one_of(
    st.tuples(st.just("doses"), st.fixed_dictionaries({"title": text, "rows": st.lists(dose, min_size=1, max_size=8), "note": text})),
    st.tuples(st.just("bands"), st.fixed_dictionaries({"title": text, "rows": st.lists(band, min_size=1, max_size=8), "source": text})),
    st.tuples(st.just("do_dont"), st.fixed_dictionaries({"title": text, "do": st.lists(text, max_size=6), "dont": st.lists(text, max_size=6)})),
    st.tuples(st.just("share"), st.fixed_dictionaries({"title": text, "message": text, "hospital": text, "signed": st.booleans(), "address": st.just("https://x.cn/a/1/")})),
)  # fmt: skip


@given(figure)
@settings(max_examples=60)
def test_nothing_leaves_the_sheet(drawn):
    kind, data = drawn
    sheet = drawing.draw(kind, data, PALETTE)
    left, right = sheet.extent()
    assert left >= canvas.MARGIN
    assert right <= canvas.WIDTH - canvas.MARGIN
    assert min(sheet.sizes()) >= canvas.SMALLEST_TEXT
    assert 0 < len(drawing.alt(kind, data)) <= drawing.LONGEST_ALT


@given(st.text(SIGNS, max_size=120), st.integers(14, 26), st.integers(60, 343))
def test_wrapping_loses_no_sign(words, size, width):
    lines = canvas.wrap(words, size, width)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(canvas.length(line, size) <= width or len(line) == 1 for line in lines)
