"""The last gate before WeChat, fed directly with what no snapshot should ever bring."""

import pytest

from tests.support.wechat_rules import complaints
from themes.sanitize import PICTURE_HOSTS, clean, clean_style, own_picture, wechat_picture


@pytest.mark.parametrize(
    "style",
    [
        "width:320px",
        "max-width:20em",
        "height:10px",
        "position:absolute",
        "float:left",
        "display:flex",
        "font-family:serif",
        "font:17px serif",
        "color:red !important",
        "text-align:start",
        "text-align:end",
        "line-height:.8",
        "line-height:10px",
        "font-size:0",
        "font-size:1em",
        "color:transparent",
        "margin:-20px 0 0",
        "margin-left:-1px",
        "margin:0 0 0 90px",
        "padding-left:5em",
        "text-indent:-9999px",
        "background:url(https://evil.example/a.png)",
        "background:url('data:image/png;base64,AA')",
        "background:URL(//evil.example/a)",
        "background:u\\72l(https://evil.example)",
        "background:url(https://mmbiz.qpic.cn/a) , url(https://evil.example/b)",
        "background:image-set('https://evil.example/a.png' 1x)",
        "color:var(--ink)",
        "width:calc(100% - 10px)",
        "width:expression(alert(1))",
        "opacity:0",
        "transform:scale(2)",
        "behavior:url(x)",
        "letter-spacing:attr(x)",
    ],
)
def test_value_wechat_would_not_bear_is_dropped(style):
    assert clean_style(style) == ""
    assert clean(f'<p style="{style}">甲</p>') == "<p>甲</p>"


@pytest.mark.parametrize(
    "style",
    [
        "width:100%",
        "max-width:100%",
        "margin:1em 0",
        "margin:0 auto",
        "line-height:1.75",
        "font-size:17px",
        "text-indent:-1em",
        "text-align:center",
        "color:#0f766e",
        "background:rgba(15,118,110,.08)",
        "border-left:4px solid #0f766e",
        "background:url(https://mmbiz.qpic.cn/a/b.png)",
        'background:url("http://mmbiz.qpic.cn/a")',
    ],
)
def test_value_wechat_keeps_stays(style):
    assert clean_style(style) == style


def test_styles_come_out_short():
    assert clean('<p style=" color : red ; position:fixed; margin: 1em 0 ;">甲</p>') == (
        '<p style="color:red;margin:1em 0">甲</p>'
    )


def test_elements_and_attributes_outside_the_list_go_and_words_stay():
    html = (
        '<div id="a" class="b"><section class="c" onclick="x()">甲<u>乙</u></section></div><!-- 丙 -->'
        '<form><input value="丁">戊</form><h2>己</h2>'
    )
    cleaned = "".join(clean(html).split())  # bleach leaves a line end for a block it removes
    assert cleaned == "<section>甲乙</section>戊己"


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT >alert(1)</SCRIPT >",
        "<script/>alert(1)</script>",
        "<style>p{color:red}</style>",
        "<svg><style>p{}</style></svg>",
        "<math><mi>x</mi></math>",
        "<iframe src=x>alert</iframe>",
        "<noscript><p>alert</p></noscript>",
        "<template>alert</template>",
        "<script><script>alert(1)</script>",
    ],
)
def test_code_goes_with_its_text(html):
    assert clean(f"<p>甲</p>{html}") == "<p>甲</p>"


def test_foreign_links_lose_the_tag_and_keep_the_words():
    assert (
        clean('<p><a href="https://evil.example">甲</a><a>乙</a><a href="javascript:x">丙</a></p>')
        == "<p>甲乙丙</p>"
    )
    kept = '<p><a href="https://mp.weixin.qq.com/s/AbC">甲</a></p>'
    assert clean(kept) == kept


def test_foreign_pictures_go():
    assert (
        clean('<p>甲<img src="https://evil.example/a.png" alt="乙" data-w="3"><img alt="丙"></p>')
        == "<p>甲</p>"
    )
    kept = '<img src="http://mmbiz.qpic.cn/a/0?wx_fmt=png&amp;from=b" alt="乙" data-w="3">'
    assert clean(f"<p>{kept}</p>").count("<img") == 1


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        *[
            (f"{scheme}://{host}/a/0?b=c", True)
            for scheme in ("http", "https")
            for host in sorted(PICTURE_HOSTS)
        ],
        ("local:" + "0a" * 32, True),
        ("local:" + "0a" * 31, False),
        ("local:/etc/passwd", False),
        ("https://mmbiz.qpic.cn.evil.example/a", False),
        ("https://evil.example/mmbiz.qpic.cn/a", False),
        ("https://user:pw@mmbiz.qpic.cn/a", False),
        ("//mmbiz.qpic.cn/a", False),
        ("ftp://mmbiz.qpic.cn/a", False),
        ('https://mmbiz.qpic.cn/a"onerror="x', False),
        ("https://[mmbiz.qpic.cn/a", False),
        ("data:image/png;base64,AA", False),
        ("", False),
    ],
)
def test_only_wechats_own_pictures_stay(address, kept):
    assert wechat_picture(address) is kept


def test_our_own_pages_may_show_our_own_pictures_and_no_scripts():
    assert own_picture("/media/signed/ab.jpg")
    assert own_picture("https://cdn.example/media/ab.jpg")
    assert not own_picture("//evil.example/a")
    assert not own_picture("javascript:alert(1)")


def test_checker_of_the_tests_sees_faults():
    """The rules the other tests lean on must themselves be able to fail."""
    for html in (
        '<p class="a">甲</p>',
        '<p style="width:3px">甲</p>',
        "<div>甲</div>",
        "<p></p>",
        '<p><img src="https://evil.example/a" alt="" data-w="1">甲</p>',
        '<p><a href="https://evil.example/">甲</a></p>',
        "<p>甲",
        "<section>" * 11 + "甲" + "</section>" * 11,
        '<p style="line-height:.5">甲</p>',
    ):
        assert complaints(html), html
