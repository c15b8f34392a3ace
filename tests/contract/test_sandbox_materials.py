"""Pictures and material: formats, sizes, codes."""

import io
import json

import pytest
from PIL import Image

from .sandbox_driver import Driver, code, picture


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


def padded(data, size):
    return data + b"\0" * (size - len(data))


MEGABYTE = 1024 * 1024
BODY_PICTURES = [
    ("a.jpg", picture(), 0),
    ("a.jpeg", picture(), 0),
    ("a.PNG", picture(kind="PNG"), 0),
    ("a.webp", picture(kind="WEBP"), 40005),
    ("a.gif", picture(kind="GIF"), 40005),
    ("a", picture(), 40005),
    ("a.jpg", padded(picture(), MEGABYTE - 1), 0),
    ("a.jpg", padded(picture(), MEGABYTE), 40009),
    ("a.jpg", picture(kind="WEBP"), 40137),
    ("a.png", b"not a picture", 40137),
    ("a.png", picture(kind="PNG")[:60], 40137),
    ("a.jpg", b"", 44001),
]


@pytest.mark.parametrize(("name", "data", "expected"), BODY_PICTURES)
def test_pictures_of_the_body(wechat, name, data, expected):
    answer = wechat.upload("media/uploadimg", name=name, data=data)
    assert code(answer) == expected
    if not expected:
        assert set(answer) == {"url", "errcode", "errmsg"}
        assert answer["url"].startswith("http://mmbiz.qpic.cn/")


def test_upload_without_a_file(wechat):
    assert code(wechat.upload("media/uploadimg", field="other")) == 41005
    assert code(wechat.post("media/uploadimg", {"media": "x"})) == 41005


MATERIAL = [
    ("image", "a.jpg", picture(), 0),
    ("image", "a.gif", picture(kind="GIF"), 0),
    ("image", "a.bmp", picture(kind="BMP"), 0),
    ("image", "a.webp", picture(kind="WEBP"), 40005),
    ("image", "a.jpg", b"nothing", 40137),
    ("image", "a.jpg", padded(picture(), 10 * MEGABYTE), 0),
    ("image", "a.jpg", padded(picture(), 10 * MEGABYTE + 1), 40009),
    ("thumb", "a.jpg", picture(), 0),
    ("thumb", "a.png", picture(kind="PNG"), 40005),
    ("thumb", "a.jpg", padded(picture(), 64 * 1024 + 1), 40006),
    ("voice", "a.mp3", b"x" * (2 * MEGABYTE), 0),
    ("voice", "a.mp3", b"x" * (2 * MEGABYTE + 1), 40006),
    ("voice", "a.ogg", b"x", 40005),
    ("poster", "a.jpg", picture(), 40004),
    ("", "a.jpg", picture(), 40004),
]


@pytest.mark.parametrize(("kind", "name", "data", "expected"), MATERIAL)
def test_permanent_material(wechat, kind, name, data, expected):
    answer = wechat.upload("material/add_material", name=name, data=data, type=kind)
    assert code(answer) == expected
    if not expected:
        assert set(answer) == ({"media_id", "url"} if kind == "image" else {"media_id"})


def test_a_body_larger_than_anything(wechat):
    assert code(wechat.upload("material/add_material", data=b"x" * (33 * MEGABYTE), type="image")) == 45001


def test_video_needs_its_description(wechat):
    answer = wechat.upload("material/add_material", name="a.mp4", data=b"x", type="video")
    assert code(answer) == 47001
    form = {"description": json.dumps({"title": "片", "introduction": "介绍"})}
    answer = wechat.upload("material/add_material", name="a.mp4", data=b"x", type="video", form=form)
    found = wechat.post("material/get_material", answer)
    assert (found["title"], found["description"]) == ("片", "介绍")
    assert found["down_url"]


def test_bytes_come_back(wechat):
    data = picture(colour=(1, 2, 3))
    media_id = wechat.upload("material/add_material", data=data, type="image")["media_id"]
    answer = wechat.send(
        "POST",
        "cgi-bin/material/get_material",
        params={"access_token": wechat.token},
        json={"media_id": media_id},
    )
    assert answer.content == data
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_count_list_delete(wechat):
    ids = [wechat.cover() for _ in range(3)]
    counts = wechat.get("material/get_materialcount")
    assert counts == {"voice_count": 0, "video_count": 0, "image_count": 3, "news_count": 0}
    page = wechat.post("material/batchget_material", {"type": "image", "offset": 0, "count": 2})
    assert [item["media_id"] for item in page["item"]] == [ids[2], ids[1]]
    assert (page["total_count"], page["item_count"]) == (3, 2)
    assert wechat.post("material/del_material", {"media_id": ids[2]}) == {"errcode": 0, "errmsg": "ok"}
    assert code(wechat.post("material/del_material", {"media_id": ids[2]})) == 40007
    assert code(wechat.post("material/get_material", {"media_id": ids[2]})) == 40007
    assert code(wechat.post("draft/add", {"articles": [wechat.article(thumb_media_id=ids[2])]})) == 40007


def test_body_pictures_are_no_material(wechat):
    wechat.body_picture()
    assert wechat.get("material/get_materialcount")["image_count"] == 0


def test_temporary_material_lives_three_days(wechat):
    media_id = wechat.upload("media/upload", type="image")["media_id"]
    query = {"access_token": wechat.token, "media_id": media_id}
    assert wechat.send("GET", "cgi-bin/media/get", params=query).headers["Content-Type"] == "image/jpeg"
    wechat.sandbox.advance(3 * 86400)
    wechat.renew()
    assert code(wechat.get("media/get", media_id=media_id)) == 40007


def test_pictures_are_kept_byte_for_byte_under_their_address(wechat):
    data = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(data, "PNG")
    url = wechat.upload("media/uploadimg", name="a.png", data=data.getvalue())["url"]
    path = url.removeprefix("http://mmbiz.qpic.cn/")
    shown = wechat.send("GET", f"phone/mmbiz/{path}")
    assert shown.content == data.getvalue()
    assert shown.headers["Content-Type"] == "image/png"
