"""The draft box: limits, codes, counting, silent filtering, covers."""

import json

import pytest

from .sandbox_driver import Driver, code, raw_json


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


LIMITS = [
    ("title", "字" * 32, 0),
    ("title", "字" * 33, 45003),
    ("title", "", 45003),
    ("title", None, 45003),
    ("title", 7, 47001),
    ("author", "字" * 16, 0),
    ("author", "字" * 17, 45110),
    ("digest", "字" * 120, 0),
    ("digest", "字" * 121, 45004),
    ("content", "字" * 19_999, 0),
    ("content", "字" * 20_000, 45002),
    ("content", "<p>" + "字" * 19_993 + "</p>", 45002),
    ("content", "", 45166),
    ("content", None, 45166),
    ("content", '<p><a href="https://mp.weixin.qq.com/s?x=1&amp;tempkey=abc">看</a></p>', 45166),
    ("content_source_url", "https://example.org/" + "a" * 1004, 0),
    ("content_source_url", "https://example.org/" + "a" * 1005, 41039),
    ("content_source_url", "javascript:alert(1)", 41039),
    ("content_source_url", "", 0),
    ("thumb_media_id", "of another account", 40007),
    ("thumb_media_id", 5, 40007),
    ("need_open_comment", 1, 0),
    ("need_open_comment", "maybe", 47001),
    ("article_type", "video", 47001),
]


@pytest.mark.parametrize(("field", "value", "expected"), LIMITS)
def test_limits_of_a_field(wechat, field, value, expected):
    answer = wechat.post("draft/add", {"articles": [wechat.article(**{field: value})]})
    assert code(answer) == expected
    assert (set(answer) == {"media_id"}) == (expected == 0)
    assert wechat.get("draft/count") == {"total_count": int(expected == 0)}


def test_no_cover(wechat):
    article = wechat.article()
    del article["thumb_media_id"]
    assert code(wechat.post("draft/add", {"articles": [article]})) == 40007


def test_content_of_a_megabyte(wechat):
    wechat.sandbox.set(limits={"content_chars": 2_000_000})
    cover = wechat.cover()
    small = wechat.article(thumb_media_id=cover, content="a" * (1024 * 1024 - 1))
    large = wechat.article(thumb_media_id=cover, content="a" * (1024 * 1024))
    assert code(wechat.post("draft/add", {"articles": [small]})) == 0
    assert code(wechat.post("draft/add", {"articles": [large]})) == 45002


@pytest.mark.parametrize(("number", "expected"), [(0, 45008), (1, 0), (8, 0), (9, 45008)])
def test_number_of_articles(wechat, number, expected):
    article = wechat.article()
    assert code(wechat.post("draft/add", {"articles": [article] * number})) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 44002),
        (b"  ", 44002),
        (b"{", 47001),
        (b"[]", 47001),
        (b"\xff\xfe", 47001),
        (b"[" * 100_000, 47001),
        (b'{"articles": {}}', 47001),
        (b'{"articles": ["x"]}', 47001),
        (b"{}", 47001),
    ],
)
def test_bodies_that_cannot_be_read(wechat, data, expected):
    assert code(wechat.post("draft/add", data=data)) == expected


def test_get_where_post_is_needed(wechat):
    assert code(wechat.get("draft/add")) == 43002


def test_unknown_call(wechat):
    assert code(wechat.post("draft/nothing", {})) == 40066


def test_escaped_text_is_counted_and_kept_as_the_escapes(wechat):
    article = wechat.article(title="血压血压血压", author="图", digest="字" * 20)
    assert code(wechat.post("draft/add", data=json.dumps({"articles": [article]}).encode())) == 45003
    article["title"] = "血压"
    assert code(wechat.post("draft/add", data=json.dumps({"articles": [article]}).encode())) == 0
    assert (
        code(
            wechat.post("draft/add", data=json.dumps({"articles": [article | {"author": "图书馆"}]}).encode())
        )
        == 45110
    )
    assert (
        code(
            wechat.post(
                "draft/add", data=json.dumps({"articles": [article | {"digest": "字" * 21}]}).encode()
            )
        )
        == 45004
    )
    shown = wechat.post("draft/batchget", {"offset": 0, "count": 1})["item"][0]["content"]["news_item"][0]
    assert shown["title"] == "\\u8840\\u538b"


def test_backslashes_are_not_taken_for_escapes(wechat):
    article = wechat.article(content='<p>a\\u4e2d\\\\ "b" \n</p>')
    assert wechat.draft(wechat.add(article))[0]["content"] == article["content"]


def test_a_clean_article_comes_back_as_it_was_sent(wechat):
    url = wechat.body_picture()
    content = (
        f'<section style="background:url({url}) no-repeat;color:#333"><p>甲 &lt;乙&gt; &nbsp;1 < 2</p>'
        f'<p><img src="{url}" data-w="940" style="width:100%"/></p>'
        '<p><a href="https://mp.weixin.qq.com/s/abc">上一篇</a></p><ul><li>丙</li></ul></section>'
    )
    article = wechat.article(content=content)
    media_id = wechat.add(article)
    (shown,) = wechat.draft(media_id)
    assert {name: shown[name] for name in article} == article
    assert shown["url"].startswith("http://mp.weixin.qq.com/s?")
    assert "tempkey=" in shown["url"]
    assert shown["thumb_url"].startswith("http://mmbiz.qpic.cn/")
    assert wechat.sandbox.state()["drafts"][0]["dropped"] == [[]]


FILTERED = [
    ('<p>甲<img src="https://example.org/a.png">乙</p>', "<p>甲乙</p>"),
    ('<p>甲<img src="data:image/png;base64,AAAA">乙</p>', "<p>甲乙</p>"),
    ('<p>甲<img src="http://mmbiz.qpic.cn.example.org/a">乙</p>', "<p>甲乙</p>"),
    ('<p>甲<img src="http://user@example.org/mmbiz.qpic.cn">乙</p>', "<p>甲乙</p>"),
    ("<p>甲</p><script>alert('</p>')</script>乙", "<p>甲</p>乙"),
    ("<SCRIPT src=x></SCRIPT >甲", "甲"),
    ("<style>p{color:red}</style>甲", "甲"),
    ("甲<script>没有结尾", "甲"),
    ('<p class="a" id="b" style="color:red">甲</p>', '<p style="color:red">甲</p>'),
    ("<p onclick='x()' style=color:red>甲</p>", "<p style=color:red>甲</p>"),
    ('<iframe src="https://v.qq.com/x"></iframe>甲', "甲"),
    ('<form action="/x"><input name="a">甲</form>', "甲"),
    ('<video src="x">旧</video>甲', "甲"),
    ("<audio src=x></audio><mpvoice>声</mpvoice>甲", "甲"),
    ("<button>按</button><select><option>一</select>甲", "甲"),
    ('<a href="https://example.org/">外链</a>甲', "外链甲"),
    ('<a href="#top">锚</a>甲', "锚甲"),
    ('<a href="javascript:alert(1)">坏</a>甲', "坏甲"),
    ("甲<!-- 注释 -->乙", "甲乙"),
    ('<p style="background-image:url(https://example.org/a.png);color:red">甲</p>', '<p style="color:red">甲</p>'),
    ('<link rel="stylesheet" href="x"><meta name="a"><base href="x">甲', "甲"),
    ("<svg viewBox='0 0 1 1'><image href='https://example.org/a.png'/><path d='M0 0'/></svg>甲",
     "<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>甲"),
    ("甲<img src=x onerror=alert(1) 乙", "甲&lt;img src=x onerror=alert(1) 乙"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "kept"), FILTERED)
def test_what_is_dropped_without_a_word(wechat, sent, kept):
    media_id = wechat.add(wechat.article(content=sent))
    assert wechat.draft(media_id)[0]["content"] == kept


def test_a_missing_digest_becomes_the_first_54_characters(wechat):
    content = "<p>一二三</p><p>" + "字" * 80 + "</p>"
    media_id = wechat.add(wechat.article(digest=None, content=content))
    assert wechat.draft(media_id)[0]["digest"] == "一二三 " + "字" * 50


CROPS = [
    ([("2.35_1", "0", "0", "1", "1")], 0),  # the cover is 940x400
    ([("1_1", "0.2", "0", "0.625532", "1")], 0),
    ([("1_1", "0", "0", "1", "1")], 53402),
    ([("16_9", "0", "0", "0.756", "1")], 53402),
    ([("2.35_1", "0", "0", "1.2", "1")], 53402),
    ([("2.35_1", "1", "1", "0", "0")], 53402),
    ([("2.35_1", "a", "0", "1", "1")], 53402),
    ([("2.35_1", None, "0", "1", "1")], 53402),
]


@pytest.mark.parametrize(("crops", "expected"), CROPS)
def test_crops_of_the_cover(wechat, crops, expected):
    listed = [dict(zip(("ratio", "x1", "y1", "x2", "y2"), crop, strict=True)) for crop in crops]
    article = wechat.article(cover_info={"crop_percent_list": listed})
    answer = wechat.post("draft/add", {"articles": [article]})
    assert code(answer) == expected
    if not expected:
        assert wechat.draft(answer["media_id"])[0]["cover_info"] == {"crop_percent_list": listed}


def test_old_crop_fields_come_back_in_the_new_form(wechat):
    media_id = wechat.add(wechat.article(pic_crop_235_1="0_0_1_1"))
    (shown,) = wechat.draft(media_id)
    assert "pic_crop_235_1" not in shown
    assert shown["cover_info"]["crop_percent_list"] == [
        {"ratio": "2.35_1", "x1": "0", "y1": "0", "x2": "1", "y2": "1"}
    ]
    refused = wechat.article(pic_crop_1_1="0_0_1_1")
    assert code(wechat.post("draft/add", {"articles": [refused]})) == 53402


def test_a_tiny_cover(wechat):
    article = wechat.article(thumb_media_id=wechat.cover(width=1, height=1))
    assert code(wechat.post("draft/add", {"articles": [article]})) == 53402


def test_a_temporary_id_is_no_cover(wechat):
    temporary = wechat.upload("media/upload", type="image")["media_id"]
    assert code(wechat.post("draft/add", {"articles": [wechat.article(thumb_media_id=temporary)]})) == 40007


@pytest.mark.parametrize("profile", ["personal", "unverified"])
def test_comments_need_the_privilege(wechat, profile):
    wechat.sandbox.set(profile=profile)
    article = wechat.article(need_open_comment=1)
    assert code(wechat.post("draft/add", {"articles": [article]})) == 88000
    media_id = wechat.add(article | {"need_open_comment": 0})
    answer = wechat.post("draft/update", {"media_id": media_id, "index": 0, "articles": article})
    assert code(answer) == 88000


def test_verified_accounts_may_lack_the_comment_privilege(wechat):
    wechat.sandbox.set(comments=False)
    assert code(wechat.post("draft/add", {"articles": [wechat.article(need_open_comment=1)]})) == 88000


def test_update_replaces_one_article(wechat):
    media_id = wechat.add(wechat.article(title="一"), wechat.article(title="二"))
    answer = wechat.post(
        "draft/update", {"media_id": media_id, "index": 1, "articles": wechat.article(title="新")}
    )
    assert answer == {"errcode": 0, "errmsg": "ok"}
    assert [item["title"] for item in wechat.draft(media_id)] == ["一", "新"]


@pytest.mark.parametrize(
    ("index", "expected"), [(0, 0), (1, 40114), (-1, 40114), (None, 40114), ("x", 40114)]
)
def test_update_index(wechat, index, expected):
    body = {"media_id": wechat.add(), "index": index, "articles": wechat.article()}
    assert code(wechat.post("draft/update", body)) == expected


def test_update_takes_one_object(wechat):
    body = {"media_id": wechat.add(), "index": 0, "articles": [wechat.article()]}
    assert code(wechat.post("draft/update", body)) == 47001


def test_update_checks_the_limits_and_leaves_the_draft_alone(wechat):
    media_id = wechat.add()
    body = {"media_id": media_id, "index": 0, "articles": wechat.article(title="字" * 33)}
    assert code(wechat.post("draft/update", body)) == 45003
    assert wechat.draft(media_id)[0]["title"] == "在家量血压"


@pytest.mark.parametrize("call", ["get", "delete", "update"])
def test_unknown_and_deleted_drafts(wechat, call):
    media_id = wechat.add()
    assert wechat.post("draft/delete", {"media_id": media_id}) == {"errcode": 0, "errmsg": "ok"}
    extra = {"index": 0, "articles": wechat.article()} if call == "update" else {}
    for name in (media_id, "never"):
        assert code(wechat.post(f"draft/{call}", {"media_id": name, **extra})) == 40007
    assert wechat.get("draft/count") == {"total_count": 0}


def test_list_of_drafts(wechat):
    ids = []
    for number in range(3):
        ids.append(wechat.add(wechat.article(title=f"第 {number} 篇")))
        wechat.sandbox.advance(1)
    page = wechat.post("draft/batchget", {"offset": 1, "count": 2, "no_content": 1})
    assert (page["total_count"], page["item_count"]) == (3, 2)
    assert [item["media_id"] for item in page["item"]] == [ids[1], ids[0]]
    assert page["item"][0]["content"]["news_item"][0]["content"] == ""


@pytest.mark.parametrize(
    "page", [{"offset": 0, "count": 0}, {"offset": 0, "count": 21}, {"offset": -1, "count": 1}, {"offset": 0}]
)
def test_pages_out_of_range(wechat, page):
    assert code(wechat.post("draft/batchget", page)) == 40097


def test_picture_messages(wechat):
    image = wechat.cover()
    given = {"article_type": "newspic", "title": "图", "content": "纯文字<b>粗</b>"}
    given["image_info"] = {"image_list": [{"image_media_id": image}] * 20}
    (shown,) = wechat.draft(wechat.add(given))
    assert shown["content"] == "纯文字 粗"
    assert len(shown["image_info"]["image_list"]) == 20
    for wrong in ([], [{"image_media_id": image}] * 21, [{"media_id": image}], [{"image_media_id": "x"}]):
        answer = wechat.post("draft/add", {"articles": [given | {"image_info": {"image_list": wrong}}]})
        assert code(answer) == 40007


def test_ids_do_not_depend_on_chance(wechat):
    with Driver() as twin:
        assert wechat.add() == twin.add()
        assert wechat.body_picture() == twin.body_picture()
    with Driver(appid="wx2222222222222222") as stranger:
        assert stranger.add() != wechat.sandbox.state()["drafts"][0]["id"]


def test_raw_body_helper_sends_no_escapes():
    assert raw_json({"a": "字"}) == '{"a": "字"}'.encode()
