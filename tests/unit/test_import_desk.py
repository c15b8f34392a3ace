"""The twelve documents of the authoring desk: what each holds arrives, and the account of it is right. No database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing import accounts, rendering, widths
from articles.importing.convert import CameIn, convert
from articles.importing.report import CHANGED, NOT_TAKEN, TAKEN, RefusedError, Report
from tests.fixtures import make_desk_files as desk
from tests.fixtures import make_import_files as files


# The words of each document that must not be in the draft, each for a reason that the report names; all else arrives.
LEFT_OUT = {
    "boxes.docx": {"孩子发热怎么办", "目录", "单击此处输入日期"},
    "fields-and-signs.docx": {"内部备注，下周再改", "示例医院内部资料"},
}


def read(name, data=None):
    """Return (Draft, Report, CameIn) of a document."""
    report, came_in = Report(), CameIn()
    draft = convert(
        name, (desk.FOLDER / name).read_bytes() if data is None else data, report, came_in=came_in
    )
    return draft, report, came_in


def html_of(draft):
    return "".join(block["value"] for block in draft.body if block["type"] == "paragraph")


def values(draft, kind):
    return [block["value"] for block in draft.body if block["type"] == kind]


@pytest.mark.parametrize("name", desk.names())
def test_every_letter_picture_table_note_and_comment_is_accounted_for(name):
    assert (desk.FOLDER / name).stat().st_size < 1_500_000
    _draft, report, came_in = read(name)
    account = report.account
    for kind in ("characters", "pictures", "tables", "notes", "comments"):
        row = account[kind]
        assert row["came"] == row["taken"] + row["changed"] + row["not_taken"], kind
    assert {row["text"] for row in account["missing"]} == LEFT_OUT.get(name, set())
    assert (
        account["tables"]["not_taken"]
        == account["notes"]["not_taken"]
        == account["comments"]["not_taken"]
        == 0
    )
    assert account["pictures"]["not_taken"] == (2 if name == "wechat.html" else 0)
    if name in LEFT_OUT:
        assert {"contents", "hidden", "margin", "prompt"} & set(report.codes(NOT_TAKEN))
    assert came_in.html.count("<img ") == account["pictures"]["came"] - account["pictures"]["not_taken"]
    assert "<script" not in came_in.html
    assert "mmbiz" not in came_in.html


def test_headings_made_with_bold_and_size_and_citations_of_every_make():
    draft, report, _came_in = read("fake-headings.docx")
    assert draft.title == "在家怎样量血压"
    assert values(draft, "heading") == [
        {"text": "一、量之前", "level": "2"},
        {"text": "1.1 坐姿", "level": "3"},
        {"text": "1.2 袖带", "level": "3"},
        {"text": "二、怎样记录", "level": "2"},
    ]
    one, two, three = (reference["key"] for reference in draft.references)
    html = html_of(draft)
    assert re.findall(r'<span data-cite="([^"]+)">(\[[\d,-]+\])', html) == [
        (one, "[1]"),
        (f"{one} {two} {three}", "[1-3]"),
        (f"{one} {three}", "[1,3]"),
        (two, "[2]"),
        (two, "[2]"),
    ]
    # Powers and units are no citations, a dose in bold is no heading, and signs are put right.
    for kept in (
        "kg/m<sup>2</sup>",
        "×10<sup>9</sup>/L",
        "6 m<sup>2</sup>",
        "<strong>每次2片</strong>",
        "<strong>每天5mg</strong>",
    ):
        assert kept in html
    assert "别吸烟" in html
    assert "，双脚" in html
    assert draft.references[0]["doi"] == "10.1234/example.2023.02"
    assert draft.references[2]["manual"].endswith("2024, 5(1): 10-12.")
    assert {"fake_heading", "width_letters", "width_punctuation", "blanks", "citation_lost"} <= set(
        report.codes(CHANGED)
    )


def test_lists_end_where_they_end_and_merged_cells_are_divided():
    draft, report, _came_in = read("lists-and-tables.docx")
    html = html_of(draft)
    assert "<ul><li>看脚底<ul><li>用镜子<ul><li>光线要亮</li></ul></li></ul></li><li>看趾缝</li></ul>" in html
    assert "</li></ol><ol><li>擦干趾缝。" in html
    table, inner = values(draft, "table")
    assert [column["heading"] for column in table["columns"]] == ["时间", "做什么", "做什么"]
    assert table["rows"][1] == {"values": ["时间", "脚底", "温水"]}
    assert table["caption"] == "表1 每天做什么"
    assert inner["rows"] == [{"values": ["毛巾", "棉签"]}]
    assert [reference.get("url", "") for reference in draft.references] == ["", "https://example.org/foot"]
    assert {"numbering", "merged_cells", "references_table", "out_of_table"} <= set(report.codes(CHANGED))


def test_notes_become_references_or_words():
    draft, report, _came_in = read("notes.docx")
    first, second = (reference["key"] for reference in draft.references)
    html = html_of(draft)
    assert (
        html.count(f'<span data-cite="{first}">[1]</span>') == 3
    )  # itself, 同上, and the endnote with the same line
    assert "老年人（注：这里说的老年人，指六十岁及以上的人。）要优先" in html
    assert "<p>注：孕妇接种前请先问产科医生。</p>" in html
    assert values(draft, "table")[0]["rows"] == [{"values": ["接种后[2]", "留观三十分钟"]}]
    assert second != first
    assert {"notes", "notes_again", "notes_text"} <= set(report.codes(CHANGED))


def test_pictures_keep_their_place_and_caption():
    draft, _report, _came_in = read("pictures.docx")
    assert [(value["alt"], value["caption"]) for value in values(draft, "image")] == [
        ("一个人坐直，手里端着水杯", "图1 坐直，双脚着地"),
        ("左手托住药盒", ""),
        ("右手拿水杯", "图2 先备好药，再倒水"),
        ("药盒上写着星期", "图3：一周药盒"),
        ("嘴里含着水", ""),
    ]
    assert [block["type"] for block in draft.body] == [
        "paragraph",
        "image",
        "paragraph",
        "image",
        "image",
        "image",
        "table",
        "image",
    ]


def test_text_boxes_come_once_and_wrappers_come_off():
    draft, report, _came_in = read("boxes.docx")
    text = str(draft.body)
    for once in (
        "退热药两次之间至少隔六小时。",
        "由医生定",
        "不要捂汗。",
        "三个月以下的孩子发热",
        "体温超过38.5℃",
    ):
        assert text.count(once) == 1
    assert {"contents", "prompt"} <= set(report.codes(NOT_TAKEN))
    assert "textbox" in report.codes(CHANGED)


def test_tracked_changes_are_accepted_and_comments_kept_where_they_stood():
    draft, report, _came_in = read("changes-and-comments.docx")
    assert html_of(draft) == (
        "<p>先停下来，休息两天，脚抬高。</p><p>冰敷十分钟，一天三次。</p><p>肿得厉害就去医院。这句话搬走了。</p>"
    )
    assert values(draft, "table")[0]["rows"] == [{"values": ["头两天", "冰敷"]}]
    [paragraph, table] = [block["id"] for block in draft.body]
    assert draft.comments == [
        (f"body.{paragraph}", "[李示例, 2026-03-02] 这里要写清楚几天。"),
        ("title", "[王演示, 2026-03-03] 标题太长？\n再想想。"),
        (f"body.{table}", "[王演示, 2026-03-03] 表里少一行。"),
    ]
    [tracked] = [entry for entry in report.entries(CHANGED) if entry.code == "tracked"]
    assert tracked.times == 5
    assert "comment" in report.codes(TAKEN)


def test_fields_and_letters_of_symbol_fonts():
    draft, report, _came_in = read("fields-and-signs.docx")
    html = html_of(draft)
    for kept in (
        '<a href="https://example.org/eye">护眼示例</a>',
        '<a href="https://example.org/light">光线示例</a>',
        "第7条",
        "≥300勒克斯，屏幕距离≥50厘米",
        "打勾✓，怪字□",
        "淋（lín）巴",
        "cm<sup>2</sup>",
    ):
        assert kept in html
    assert "内部备注" not in html
    assert {"symbol", "ruby", "struck"} <= set(report.codes(CHANGED))


def test_a_saved_wechat_article_is_a_reprint_with_its_source():
    draft, report, _came_in = read("wechat.html")
    assert (draft.title, draft.author_name, draft.source_type) == (
        "换季鼻炎，先分清两种",
        "沈演示",
        "reposted",
    )
    for part in ("示例医院科普", "2026-03-05", "https://mp.weixin.qq.com/s/ExampleExample"):
        assert part in draft.source_line
    [away] = [entry for entry in report.entries(NOT_TAKEN) if entry.code == "picture_at_wechat"]
    assert [place for place in away.places if "mmbiz.qpic.cn" in place] == away.places
    assert "微信扫一扫" not in str(draft.body)
    assert [value["text"] for value in values(draft, "heading")] == ["一、过敏性鼻炎", "二、感冒"]


def test_words_clipboard_and_markdown_give_lists_notes_and_changes():
    draft, report, _came_in = read("word-clipboard.html")
    assert "<ol><li>坐着抬腿<ul><li>停五秒</li></ul></li><li>靠墙下蹲</li></ol>" in html_of(draft)
    assert f'<span data-cite="{draft.references[0]["key"]}">[1]</span>。每天练。</p>' in html_of(draft)
    assert "tracked" in report.codes(CHANGED)
    draft, _report, _came_in = read("footnotes.md")
    assert draft.references[0]["doi"] == "10.1234/example.2023.06"
    assert "（注：水泡是身体自己的敷料。）" in html_of(draft)


def test_a_piece_copied_out_of_wechat_is_marked_too():
    pasted = '<section><p>春天花粉多。</p><img data-src="https://mmbiz.qpic.cn/x/640"></section>'
    draft, report, _came_in = read("pasted.html", pasted.encode())
    assert (draft.source_type, draft.source_line) == ("reposted", "")
    assert "reprint" in report.codes(CHANGED)


def test_what_is_lost_is_listed_and_what_comes_twice_must_be_there_twice():
    draft, report, _came_in = read("a.md", "# 题\n\n先洗手。\n\n先洗手。".encode())
    assert report.account["missing"] == []
    draft.body[0]["value"] = "<p>先洗手。</p>"
    source, _report = _source("# 题\n\n先洗手。\n\n先洗手。")
    assert [row["text"] for row in accounts.settle(source.inventory, draft, report).missing] == ["先洗手"]
    draft.body[0]["value"] = "<p>先洗手。先洗。</p>"
    assert accounts.settle(source.inventory, draft, report).characters.not_taken == 3


def _source(text):
    from articles.importing import guard, markdown

    report = Report()
    return markdown.read(guard.accept("a.md", text.encode()), report), report


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("血压高,要少吃盐.", "血压高，要少吃盐。"),
        ("每天2次,饭后服", "每天2次，饭后服"),
        ("(餐后两小时)测", "（餐后两小时）测"),
        ("维生素Ｂ１２　", "维生素B12　"),
        ("８：３０起床", "8：30起床"),
        ("剂量1,000 mg,每日", "剂量1,000 mg，每日"),
        ("see www.a.org,b 或https://a.org/?b=1:2", "see www.a.org,b 或https://a.org/?b=1:2"),
        ("比例1:2, pH 7.4", "比例1:2, pH 7.4"),
        ("(1)先坐下", "(1)先坐下"),
        ("浓度０．９％", "浓度0.9%"),
    ],
)
def test_signs_are_put_right_and_numbers_and_addresses_left_alone(before, after):
    assert "".join(widths.mend([before])[0]) == after
    assert "".join(widths.mend(list(before))[0]) == after  # however the runs divide it


@given(st.text(alphabet="血压高a1,.:;?!() （）１Ａ，", max_size=30))
def test_putting_signs_right_is_done_once(text):
    once = "".join(widths.mend([text])[0])
    assert accounts.letters(once) == accounts.letters(text)
    assert "".join(widths.mend([once])[0]).replace(" ", "") == once.replace(" ", "")


def test_ten_thousand_pictures_are_refused():
    for data, code in (
        (files.many_pictures_docx(), "bomb"),
        (files.many_pictures_docx(1_100), "too_many_pictures"),
        (files.many_parts_docx(), "bomb"),
    ):
        with pytest.raises(RefusedError) as refusal:
            read("pictures.docx", data)
        assert refusal.value.code == code
    with pytest.raises(RefusedError) as refusal:
        read("a.html", ("<h1>题</h1>" + "<p><img src=x.png></p>" * 9_000).encode())
    assert refusal.value.code == "too_many_pictures"


def test_the_frame_holds_no_program_and_no_address():
    hostile = (
        '<p onclick="x()" style="position:fixed">一<script>alert(1)</script><img src="http://127.0.0.1/x" alt="&quot;><b>">'
        '<a href="javascript:x">二</a><table><tr><td colspan="3&quot; onload=x">三</td></tr></table></p>'
    )
    _draft, _report, came_in = read("a.html", hostile.encode())
    assert re.search(r"<script|onclick|onload|javascript:|http:|style=", came_in.html) is None
    assert rendering.find(came_in.lines, "三").startswith("came-")
