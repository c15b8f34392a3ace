"""Source addresses, crops, limits and the comparison with the draft. No database."""

import copy

import pytest

from publish.wechat import article, comparison, images, limits, scrub
from tests import samples


SITE = "https://kepu.example.cn"
SENT = {
    "title": "在家量血压",
    "author": "林晓棠",
    "digest": "坐五分钟再量",
    "content": '<p>先<strong>坐</strong>五分钟。</p><img src="http://mmbiz.qpic.cn/a/0?wx_fmt=png"><a href="https://mp.weixin.qq.com/s/x">另一篇</a>',
    "content_source_url": f"{SITE}/a/42/?p=abc",
    "thumb_media_id": "T1",
}


def test_source_address_and_its_key():
    address = article.source_url(SITE, 42, "abc")
    assert article.key_of(address, SITE) == (42, "abc")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://other.example/a/42/?p=abc",
        f"{SITE}/a/42/",
        f"{SITE}/a/x/?p=abc",
        f"{SITE}/b/42/?p=abc",
        f"{SITE}.evil/a/1/?p=a",
    ],
)
def test_addresses_that_are_not_ours(address):
    assert article.key_of(address, SITE) is None


def test_unchanged_draft_has_no_difference():
    """WeChat moves src to data-src, changes the scheme and adds markup; the words stay."""
    held = SENT | {
        "content": '<section><p>先<strong><span leaf="">坐</span></strong>五分钟。</p>\n<img data-src="https://mmbiz.qpic.cn/a/0?from=appmsg">'
        '<a href="https://mp.weixin.qq.com/s/x">另一篇</a></section>',
        "url": "http://mp.weixin.qq.com/s?tempkey=1",
        "need_open_comment": 0,
    }
    assert comparison.differences([SENT], [held]) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": "别的"}, "title"),
        ({"author": ""}, "author"),
        ({"digest": "别的"}, "digest"),
        ({"content_source_url": ""}, "content_source_url"),
        ({"thumb_media_id": "T2"}, "thumb_media_id"),
        ({"need_open_comment": 1}, "need_open_comment"),
        ({"content": SENT["content"].replace("五", "三")}, "words"),
        ({"content": SENT["content"].replace("<img", "<br")}, "pictures"),
        ({"content": SENT["content"].replace("/a/0", "/b/0")}, "pictures"),
        ({"content": SENT["content"].replace("/s/x", "/s/y")}, "links"),
    ],
)
def test_each_difference_is_named(change, named):
    assert comparison.differences([SENT], [SENT | change]) == [named]


def test_a_missing_article_is_a_difference():
    assert comparison.differences([SENT, SENT], [SENT]) == ["number of articles"]


def test_an_empty_digest_may_be_filled_by_wechat():
    assert comparison.differences([SENT | {"digest": ""}], [SENT | {"digest": "先坐五分钟。"}]) == []


@pytest.mark.parametrize(
    ("name", "fits", "breaks"),
    [
        ("title", "字" * 32, "字" * 33),
        ("title", "😀" * 16, "😀" * 17),
        ("author", "字" * 16, "字" * 17),
        ("digest", "字" * 120, "字" * 121),
        ("content", "字" * 19_999, "字" * 20_000),
        ("content_source_url", "h" * 1024, "h" * 1025),
        ("title", "x", " "),
    ],
)
def test_limits(name, fits, breaks):
    limits.check(SENT | {name: fits})
    with pytest.raises(limits.ContentError) as problem:
        limits.check(SENT | {name: breaks})
    assert len(str(problem.value)) > 20 and "%(" not in str(problem.value)


@pytest.mark.parametrize("size", [(1200, 800), (800, 1200), (900, 383), (383, 900), (2000, 100), (101, 97)])
@pytest.mark.parametrize("focal", [None, [0, 0, 10, 10], [5000, 5000, 10, 10], [60, 40, 20, 20]])
def test_crops_have_the_ratio_and_stay_inside(size, focal):
    image = {"width": size[0], "height": size[1], "focal": focal}
    for crop, ratio in zip(images.cover_info(image)["crop_percent_list"], (2.35, 1), strict=True):
        x1, y1, x2, y2 = (float(crop[side]) for side in ("x1", "y1", "x2", "y2"))
        assert 0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1
        assert all(len(crop[side].partition(".")[2]) <= 6 for side in ("x1", "y1", "x2", "y2"))
        assert (x2 - x1) * size[0] / ((y2 - y1) * size[1]) == pytest.approx(ratio, rel=0.005)


def test_crops_follow_the_focal_point():
    left = images.cover_info({"width": 1000, "height": 400, "focal": [100, 200, 10, 10]})[
        "crop_percent_list"
    ][1]
    right = images.cover_info({"width": 1000, "height": 400, "focal": [900, 200, 10, 10]})[
        "crop_percent_list"
    ][1]
    assert (left["x1"], right["x2"]) == ("0", "1")


def test_each_signed_picture_is_uploaded_once():
    snapshot = copy.deepcopy(samples.SNAPSHOT)
    found = [block for block in snapshot["body"] if block["type"] == "image"]
    snapshot["body"] += found
    assert len(article.content_images(snapshot)) == len({b["value"]["image"]["sha256"] for b in found}) > 0


@pytest.mark.parametrize(
    "text",
    [
        "POST /cgi-bin/draft/add?access_token=TOPSECRET&x=1 HTTP/1.1",
        '{"appid":"wx1","secret": "TOPSECRET"}',
        '{"access_token":"TOPSECRET","expires_in":7200}',
        "HTTPConnectionPool: Max retries exceeded with url: /cgi-bin/token?secret=TOPSECRET&appid=wx1",
    ],
)
def test_secrets_are_scrubbed(text):
    assert "TOPSECRET" not in scrub.text(text) and scrub.HIDDEN in scrub.text(text)


def test_known_secrets_are_scrubbed_wherever_they_stand(settings):
    settings.WECHAT_SECRET = "a-very-long-secret"
    found = scrub.data({"note": ["a-very-long-secret"], "access_token": "T", "title": "x" * 5000})
    assert "a-very-long-secret" not in str(found) and found["access_token"] == scrub.HIDDEN
    assert len(found["title"]) < 2100
