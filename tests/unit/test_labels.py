"""The crawl for English labels finds them, and lets names pass."""

import pytest

from tests.support.labels import addresses, foreign_words, labels


@pytest.mark.parametrize(
    "text",
    [
        "微信 WeChat",
        "DOI",
        "参考文献见 https://www.who.int/zh/",
        "世界卫生组织. 高血压[EB/OL].",
        "请设置 WECHAT_APPID",
        "picture-3.jpg",
        "内容指纹 9f86d081884c7d65",
        "标题（从 A 到 Z）",
    ],
)
def test_names_pass(text):
    assert foreign_words(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Actions", ["Actions"]),
        ("Locked by 林晓示", ["Locked", "by"]),
        ("签发时间 date", ["date"]),
        ("True", ["True"]),
        ("None", ["None"]),
    ],
)
def test_english_is_found(text, words):
    assert foreign_words(text) == words


def test_names_of_the_world_pass():
    assert foreign_words("已登录：librarian", ("librarian",)) == []


def test_what_is_seen_and_heard_is_a_label():
    html = """<title>一</title><p title="二">三<br>四</p><svg><title>no</title></svg><script>no</script>
    <input type="submit" value="五"><input value="no" placeholder="六"><template><b>七</b></template>
    <div hidden><p>no<span>no</span></p></div><img alt="八"><p>九"""
    assert "".join(labels(html)) == "一二三四五六七八九"


def test_addresses_stand_in_links_and_in_data():
    html = """<a href="/admin/a/?x=1&amp;y=2">x</a> {"url": "/admin/b/"} data-x="[&quot;/admin/c/&quot;]" """
    assert addresses(html) == ["/admin/a/?x=1&y=2", "/admin/b/", "/admin/c/"]
