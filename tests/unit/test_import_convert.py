"""From a file's bytes to fields and blocks, with a report that leaves nothing out."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.html import canonical_html
from articles.importing.convert import convert
from articles.importing.report import CHANGED, NOT_TAKEN, TAKEN, RefusedError, Report
from tests.fixtures import make_import_files as files


def taken(name, data=None):
    """Return (Draft, Report) of a file, from the folder unless given."""
    report = Report()
    data = (files.FOLDER / name).read_bytes() if data is None else data
    return convert(name, data.encode() if isinstance(data, str) else data, report), report


def types(draft):
    return [block["type"] for block in draft.body]


def values(draft, kind):
    return [block["value"] for block in draft.body if block["type"] == kind]


def lines(block_list):
    return [item["value"] for item in block_list]


def rich_texts(draft):
    """Every piece of rich text in a draft."""
    for block in draft.body:
        value = block["value"]
        if block["type"] == "paragraph":
            yield value
        elif block["type"] == "care_card":
            yield value["text"]
        elif block["type"] == "question_answer":
            yield value["answer"]
        elif block["type"] == "steps":
            yield from lines(value["steps"])


def test_a_manuscript_with_styles():
    draft, report = taken("styled.docx")
    assert draft.title == "睡前一杯水，该不该喝"
    assert draft.summary == "睡前少量喝水对多数人无妨，夜尿多的人要提前喝。"
    assert draft.key_message == "睡前一小时喝几口就够，有心肾疾病先问医生。"
    assert (draft.author_name, draft.author_title, draft.department) == ("沈演示", "主管药师", "药学部")
    assert types(draft) == [
        "paragraph", "key_points", "heading", "heading", "paragraph", "image", "table", "quote", "steps", "care_card", "care_card",
    ]  # fmt: skip
    assert values(draft, "paragraph")[0] == (
        "<p>很多人听说睡前要喝水。<strong>喝多少</strong>，看<em>身体</em>情况。水就是 H<sub>2</sub>O。"
        '<a href="https://www.who.int/health-topics">世界卫生组织</a></p>'
    )
    assert values(draft, "heading") == [
        {"text": "为什么", "level": "2"},
        {"text": "身体怎样用水", "level": "3"},
    ]
    assert values(draft, "image")[0] | {"image": ""} == {
        "image": "", "alt": "床头柜上放着半杯水", "caption": "图1 半杯水就够了", "credit": "",
    }  # fmt: skip
    assert values(draft, "table") == [
        {
            "columns": [{"type": "text", "heading": "人群"}, {"type": "text", "heading": "怎么喝"}],
            "rows": [{"values": ["健康成人", "几口"]}, {"values": ["心衰患者", "听医生的"]}],
            "caption": "",
        }
    ]
    assert values(draft, "quote") == [{"text": "喝水不在多，在合适。", "attribution": "示例医院药学部"}]
    assert lines(values(draft, "steps")[0]["steps"]) == [
        "<p>晚饭后开始分次喝。</p>",
        "<p>睡前一小时喝几口。</p>",
    ]
    assert [card["level"] for card in values(draft, "care_card")] == ["see_doctor", "call_120"]
    assert [found.get("doi", "") for found in draft.references] == ["10.1234/example.2024.01", ""]
    assert draft.references[0]["pmid"] == "12345678"
    assert draft.references[1]["url"] == "https://example.org/water"
    [picture] = draft.pictures.values()
    assert picture.data == files.picture()
    assert {"key_points", "steps", "see_doctor", "call_120", "references", "picture", "caption"} <= set(
        report.codes(TAKEN)
    )
    assert "table_heading" in report.codes(CHANGED)
    assert report.codes(NOT_TAKEN) == ["label"]


def test_a_manuscript_without_styles():
    draft, report = taken("unstyled.docx")
    assert draft.title == "流鼻血，先低头还是先抬头"
    assert types(draft) == ["paragraph", "heading", "paragraph", "steps", "image", "care_card"]
    assert lines(values(draft, "steps")[0]["steps"])[0] == "<p>坐下，身体稍向前倾。</p>"
    assert values(draft, "care_card") == [
        {
            "level": "see_doctor",
            "title": "什么时候看医生",
            "text": "<ul><li>捏住二十分钟仍不止。</li><li>一周流好几次。</li></ul>",
        }
    ]
    assert values(draft, "image")[0]["caption"] == "图1：捏住鼻翼的位置"
    assert [found["manual"] for found in draft.references] == [
        "示例作者. 示例题目[M]. 北京：示例出版社，2023."
    ]
    assert {"title_guessed", "typed_heading", "typed_list", "picture_turned", "no_alt"} <= set(
        report.codes(CHANGED)
    )


def test_what_word_holds_and_an_article_cannot_is_named():
    draft, report = taken("losses.docx")
    assert values(draft, "paragraph") == ["<p>按体重计算。</p><p>每天两次。</p><p>空腹服用。</p>"]
    assert "formula" in report.codes(NOT_TAKEN)
    assert {"tracked", "struck"} <= set(report.codes(CHANGED))


def test_a_picture_outside_the_word_file_is_neither_read_nor_fetched(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(files.picture())
    relations = (
        files.relation("rId1", "image", secret.as_uri(), outside=True)
        + files.relation("rId2", "image", "http://127.0.0.1:9/x.png", outside=True)
        + files.relation("rId3", "image", "media/none.png")
    )
    body = "<w:p><w:r><w:t>正文。</w:t></w:r></w:p>" + "".join(
        files.word_picture(name, kind)
        for name, kind in (("rId1", "link"), ("rId2", "link"), ("rId3", "embed"))
    )
    draft, report = taken("linked.docx", files.word(body, relations=relations))
    assert draft.pictures == {}
    assert types(draft) == ["paragraph"]
    assert {"picture_outside", "picture_missing"} <= set(report.codes(NOT_TAKEN))


def test_a_style_map_inside_the_file_is_not_obeyed():
    hostile = {"mammoth/style-map": "p => !"}
    draft, _report = taken("map.docx", files.word(extra=hostile))
    assert types(draft) == ["paragraph"]


def test_markdown_with_front_matter_and_footnotes():
    draft, report = taken("front-matter.md")
    assert (draft.title, draft.summary, draft.author_name) == (
        "眼药水怎么滴",
        "滴眼药水前洗手，一次一滴就够。",
        "沈演示",
    )
    assert types(draft) == ["paragraph", "image", "steps", "heading", "paragraph", "quote", "table"]
    assert values(draft, "paragraph")[0] == (
        f'<p>先洗手，再坐稳。滴完压住内眼角两分钟<span data-cite="{draft.references[0]["key"]}">[1]</span>。</p>'
    )
    assert (
        values(draft, "paragraph")[1]
        == "<ul><li>看清标签<ul><li>冷藏的放冰箱</li><li>常温的避光</li></ul></li></ul>"
    )
    assert draft.references[0]["url"] == "https://example.org/eye"
    assert "notes" in report.codes(CHANGED)
    assert "label" in report.codes(NOT_TAKEN)


def test_raw_html_in_markdown_is_no_way_in():
    draft, report = taken("raw-html.md")
    assert values(draft, "paragraph") == [
        "<p>正文一段，带<strong>加粗</strong>和。</p>"
        '<p>点这里，本地，<a href="https://example.org/a?b=1&amp;c=2">正常</a>。</p>'
    ]
    assert {"script", "handler", "hidden", "frame", "picture_outside"} <= set(report.codes(NOT_TAKEN))
    assert "link" in report.codes(CHANGED)


def test_a_saved_page():
    draft, report = taken("page.html")
    assert draft.title == "踝扭伤以后"
    assert types(draft) == [
        "paragraph",
        "do_dont",
        "care_card",
        "heading",
        "image",
        "table",
        "question_answer",
    ]
    assert values(draft, "paragraph") == [
        '<p>先停下来，<strong>别硬走</strong>。看<a href="https://example.org/ankle">图解</a>，或写信、站内。</p>'
        "<p>没有闭合的一段</p><p>又一段<br/>换行</p>"
    ]
    [do_dont] = values(draft, "do_dont")
    assert (lines(do_dont["do"]), lines(do_dont["dont"])) == (["冰敷", "抬高"], ["马上热敷", "用力揉"])
    assert values(draft, "table")[0]["caption"] == "表1 冰敷"
    assert values(draft, "table")[0]["rows"][1] == {"values": ["第一天", "每次十分钟"]}
    assert values(draft, "question_answer") == [
        {"question": "能洗澡吗？", "answer": "<p>可以，<em>水温不要高</em>。</p>"}
    ]
    assert draft.references[0]["url"] == "https://example.org/ref"
    assert "outside" in report.codes(NOT_TAKEN)
    assert "merged_cells" in report.codes(CHANGED)


def test_a_page_full_of_programs():
    draft, report = taken("scripts.html")
    assert types(draft) == ["paragraph", "image", "paragraph"]
    assert values(draft, "paragraph")[0] == "<p>正文链接结束。</p>"
    assert values(draft, "image")[0]["alt"] == "好图"
    assert "广告" not in str(draft.body)
    assert {"script", "handler", "hidden", "frame", "control", "picture_outside", "picture_bad"} <= set(
        report.codes(NOT_TAKEN)
    )
    assert len(draft.pictures) == 1


def test_a_page_in_the_national_encoding():
    draft, report = taken("gbk.htm")
    assert draft.title == "国标编码的页面"
    assert "encoding" in report.codes(CHANGED)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("# 题\n\n摘要：" + "长" * 121, "label_long"),
        ("# 题\n\n作者：甲\n\n作者：乙", "label_twice"),
        ("# 题\n\n## " + "长" * 61 + "\n\n正文", "heading_long"),
        ("# 题\n\n## 要点\n\n- " + "长" * 201, "point_long"),
        ("# 题\n\n> " + "长" * 501, "quote_long"),
        ("# 题\n\n## 何时就医\n\n胸痛请打120。", "care_mixed"),
        ("# 题\n\n## 要点\n\n- **重**要", "box_plain"),
        ("# 题\n\n## 甲\n\n### 乙\n\n#### 丙\n\n正文", "heading_levels"),
        ("# 题\n\n3. 三\n4. 四", "numbering"),
        ("# 题\n\n- 甲\n  - 乙\n    - 丙\n      - 丁", "list_depth"),
        ("# 题\n\n| a | b |\n|---|---|\n| [x](https://example.org/) | y |", "link_in_table"),
    ],
)
def test_nothing_is_changed_in_silence(source, code):
    draft, report = taken("a.md", source)
    assert code in report.codes(CHANGED)
    words = re.sub(r"\W|摘要|作者|https|example|org", "", source.replace("题", "", 1))
    text = re.sub(r"<[^>]*>", "", str(draft.body)) + draft.author_name
    assert all(character in text for character in set(words) - set("ab34")), "words were lost"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("# 题\n\n## 要点\n\n没有列表的一段。", "heading"),
        ("# 题\n\n## 怎么做\n\n- 无序一\n- 无序二", "heading"),
        ("# 题\n\n## 该做\n\n- 甲\n\n正文", "heading"),
        ("# 题\n\n## 何时就医，何时拨打120\n\n胸痛。", "heading"),
        ("# 题\n\n## 何时就医\n\n## 别的\n\n正文", "heading"),
    ],
)
def test_what_only_resembles_a_convention_stays_plain(source, kind):
    draft, _report = taken("a.md", source)
    assert set(types(draft)) <= {"heading", "paragraph"}
    assert kind in types(draft)


def test_references_end_where_another_section_begins():
    draft, _report = taken("a.md", "# 题\n\n正文\n\n## 参考文献\n\n1. 甲\n2. 乙\n\n## 后记\n\n还有一段。")
    assert [found["manual"] for found in draft.references] == ["甲", "乙"]
    assert types(draft) == ["paragraph", "heading", "paragraph"]


def test_spans_that_claim_a_million_cells_stay_small():
    table = "<h1>题</h1><p>x</p><table><tr><td colspan=99999 rowspan=99999>a</td><td>b</td></tr></table>"
    draft, report = taken("a.html", table)
    assert types(draft) == ["paragraph"]
    assert "big_table" in report.codes(NOT_TAKEN)


def test_wrapped_lines_of_chinese_have_no_gaps():
    draft, _report = taken("a.md", "# 题\n\n血压高的人，\n要少吃盐。\nSalt is\nfine.")
    assert values(draft, "paragraph") == ["<p>血压高的人，要少吃盐。 Salt is fine.</p>"]


def test_a_text_as_long_as_a_book_is_refused():
    with pytest.raises(RefusedError) as refusal:
        taken("a.md", "# 书\n\n" + "字。" * 151_000)
    assert refusal.value.code == "too_long"


_MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>", "</p>", "<b>", "</b>", "<em>", "</em>", "<a href='https://example.org/?a=1&b=\"'>", "<a href='javascript:x'>", "</a>",
            "<ul>", "<ol>", "</ul>", "<li>", "</li>", "<table>", "<tr>", "<td>", "<th colspan=3>", "</table>", "<blockquote>",
            "</blockquote>", "<h1>", "</h1>", "<h2>", "</h2>", "<br>", "<sup>", "<sub>", "<script>", "</script>", "<svg>", "<pre>", "<div>",
            "<img src=picture:0 alt=x>", "<!--", "-->", "&lt;", "&#0;", "&#xD800;", "<dl><dt>", "<dd>", "<s>", "<figure>", "<figcaption>",
            "要点", "该做", "何时就医", "参考文献", "摘要：短", "作者：", "图1 x", "1. ", "问：", "答：", "<i onclick=x>", "文字", "\u0000", "\u202e", "> ", "\n\n", "# ",
        ]
    ),
    max_size=40,
)  # fmt: skip


@given(pieces=_MARKUP, suffix=st.sampled_from([".html", ".md"]))
@example(pieces=["要点", "<pre>", "<script>", "<a href='https://example.org/?a=1&b=\"'>"], suffix=".html")
@example(pieces=["文字", "<b>", "<h2>", "<img src=picture:0 alt=x>", "文字"], suffix=".html")
def test_whatever_comes_in_only_the_canonical_subset_comes_out(pieces, suffix):
    report = Report()
    try:
        draft = convert(f"a{suffix}", "".join(pieces).encode("utf-8", "ignore"), report)
    except RefusedError:
        return
    assert draft.title
    assert Report.from_data(report.as_data(), report.account).lines() == report.lines()
    for html in rich_texts(draft):
        assert canonical_html(html) == html.replace("<br/>", "<br>")
    assert "\x00" not in str(draft)
