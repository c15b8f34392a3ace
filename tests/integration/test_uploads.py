"""Pictures from telephones, scanners and programs: through the real upload forms into the library, and on to WeChat."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from wagtail.models import Collection, UploadedFile

import pytest
from PIL import Image, ImageCms, JpegImagePlugin

from articles import copies, intake, picture_metadata
from articles.importing.service import import_file
from articles.models import LibraryImage
from publish import services
from publish.models import Attempt, ChannelSettings, UploadedMedia
from publish.states import State
from publish.wechat import images
from publish.wechat.images.notes import facts_of
from tests import samples
from tests.factories import World
from tests.fixtures import make_import_files as files
from tests.support import pictures as p
from tests.tools.channel import channel, sign


__all__ = ["channel"]

PHOTO, SIDE = (1200, 800), (800, 1200)


def sideways(kind, **options):
    """A telephone's photograph: stored on its side, with the turn, the place and the person in its EXIF."""
    return p.saved(
        p.quarters(*PHOTO).transpose(Image.Transpose.ROTATE_90), kind, exif=p.exif(p.SIDEWAYS), **options
    )


def with_glass(kind):
    """A drawing whose lower half is transparent."""
    picture = p.quarters(*PHOTO, "RGBA")
    picture.paste((0, 0, 0, 0), (0, 400, 1200, 800))
    return p.saved(picture, kind)


def moving_gif():
    second = p.quarters(*PHOTO).rotate(180)
    return p.saved(p.quarters(*PHOTO), "GIF", save_all=True, append_images=[second], loop=0)


def deep_grey():
    """Sixteen bits: dark left, bright right."""
    row = (6_000).to_bytes(2, "little") * 200 + (50_000).to_bytes(2, "little") * 200
    return p.saved(Image.frombytes("I;16", (400, 300), row * 300), "PNG")


GREY = [(23,) * 3, (195,) * 3] * 2
HALF_WHITE = [*p.QUARTERS[:2], (255,) * 3, (255,) * 3]
# name of the file, its bytes, extension in the library, format for WeChat, colours of the quarters
FILES = {
    "heic": ("IMG_1.HEIC", lambda: p.saved(p.quarters(*PHOTO), "HEIF", exif=p.exif(), quality=95), "jpg", p.QUARTERS),
    "webp": ("a.webp", lambda: p.saved(p.quarters(*PHOTO), "WEBP", lossless=True), "webp", p.QUARTERS),
    "avif": ("a.avif", lambda: p.saved(p.quarters(*PHOTO), "AVIF", quality=95), "jpg", p.QUARTERS),
    "gif": ("a.gif", lambda: p.saved(p.quarters(*PHOTO).quantize(16), "GIF"), "gif", p.QUARTERS),
    "moving gif": ("a.gif", moving_gif, "gif", p.QUARTERS),
    "bmp": ("a.bmp", lambda: p.saved(p.quarters(*PHOTO), "BMP"), "png", p.QUARTERS),
    "tiff": ("a.tif", lambda: p.saved(p.quarters(*PHOTO), "TIFF", exif=p.exif()), "png", p.QUARTERS),
    "cmyk": ("a.jpg", lambda: p.saved(p.quarters(*PHOTO, "CMYK"), "JPEG", quality=95), "jpg", p.QUARTERS),
    "profile": (
        "a.jpg",
        lambda: p.saved(p.quarters(*PHOTO), "JPEG", quality=95, icc_profile=p.swapped_profile()),
        "jpg",
        None,
    ),
    "sideways jpeg": ("a.jpg", lambda: sideways("JPEG", quality=95), "jpg", p.QUARTERS),
    "sideways png": ("a.png", lambda: sideways("PNG"), "png", p.QUARTERS),
    "sideways webp": ("a.webp", lambda: sideways("WEBP", quality=95), "jpg", p.QUARTERS),
    "transparent": ("a.png", lambda: with_glass("PNG"), "png", HALF_WHITE),
    "transparent webp": ("a.webp", lambda: with_glass("WEBP"), "webp", HALF_WHITE),
    "sixteen bits": ("a.png", deep_grey, "png", GREY),
    "lying name": ("photo.png", lambda: sideways("JPEG", quality=95), "jpg", p.QUARTERS),
    "no name": ("photo", lambda: p.saved(p.quarters(*PHOTO), "PNG"), "png", p.QUARTERS),
    "wrong but allowed name": ("x.gif", lambda: p.saved(p.quarters(*PHOTO), "HEIF", quality=95), "jpg", p.QUARTERS),
}  # fmt: skip


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def desk(world):
    client = Client()
    client.force_login(world.librarian)
    return client


def upload(desk, name, data, **fields):
    """Post a file through Wagtail's own form; return (response, the new picture or None)."""
    before = set(LibraryImage.objects.values_list("pk", flat=True))
    root = Collection.get_first_root_node()
    form = {
        "title": "图",
        "collection": root.pk,
        "tags": "",
        "description": "",
        "credit": "",
        "licence": "CC0",
        "source": "示例医院",
    }
    response = desk.post(
        reverse("wagtailimages:add"), form | fields | {"file": SimpleUploadedFile(name, data, "image/jpeg")}
    )
    return response, LibraryImage.objects.exclude(pk__in=before).first()


@pytest.mark.parametrize("name", FILES)
def test_every_kind_arrives_upright_clean_and_in_its_colours(desk, name):
    filename, make, extension, colours = FILES[name]
    response, image = upload(desk, filename, make())
    assert response.status_code == 302, response.context["form"].errors
    stored = copies.library_bytes(image)
    picture = p.opened(stored)
    assert image.file.name.endswith(f".{extension}")
    assert picture.format in {"jpg": ["JPEG"], "webp": ["WEBP"]}.get(extension, [extension.upper()])
    assert (image.width, image.height) == picture.size and p.telltales(stored) == []
    assert picture.mode != "CMYK" and picture_metadata.turned(picture) == 1
    assert (image.file_size, image.file_hash) == (len(stored), intake.take(stored).sha1)

    value = copies.keep(image, alt="图")
    sent = images.for_article([value])[value["sha256"]]
    there = p.opened(sent.data)
    assert there.format in ("JPEG", "PNG") and len(sent.data) < images.encoding.BODY_LIMIT
    assert (sent.width, sent.height) == there.size and there.width <= images.encoding.BODY_WIDTH
    assert sent.name.endswith(".png" if there.format == "PNG" else ".jpg")
    assert p.telltales(sent.data) == [] and getattr(there, "n_frames", 1) == 1
    # The same on the website, and on a white page.
    for data in (sent.data, copies.rendition(value, "full")):
        shown = p.opened(data)
        on_white = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown.convert("RGBA"))
        if colours:
            assert p.alike(p.colours(on_white), colours), p.colours(on_white)


def test_a_profile_decides_the_colours(desk):
    """Numbers of another colour space are counted over; a browser would do the same with the stored file."""
    _response, image = upload(desk, "a.jpg", FILES["profile"][1]())
    assert ImageCms.ImageCmsProfile(io.BytesIO(p.opened(copies.library_bytes(image)).info["icc_profile"]))
    value = copies.keep(image)
    found = p.colours(p.opened(images.for_article([value])[value["sha256"]].data))
    assert found[0][1] > found[0][0] + 80, "red of the file means green"
    assert p.alike(found, p.colours(p.opened(copies.rendition(value, "full"))))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_kept_as_png(desk, kind):
    _response, image = upload(desk, f"a.{kind.lower()}", with_glass(kind))
    value = copies.keep(image)
    sent = images.for_article([value])[value["sha256"]]
    assert sent.mime == "image/png" and p.opened(sent.data).convert("RGBA").getpixel((500, 600))[3] == 0


def test_an_upright_jpeg_keeps_every_pixel(desk):
    data = p.saved(p.photograph(400, 300), "JPEG", quality=80, exif=p.exif())
    _response, image = upload(desk, "a.jpg", data)
    assert p.opened(copies.library_bytes(image)).tobytes() == p.opened(data).tobytes()


def test_turning_a_photograph_costs_nothing_to_see(desk):
    photo = p.photograph(480, 320)
    data = p.saved(photo.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=85, exif=p.exif(p.SIDEWAYS))
    _response, image = upload(desk, "a.jpg", data)
    kept = p.opened(copies.library_bytes(image))
    first = p.opened(data)
    assert kept.quantization == first.quantization
    assert JpegImagePlugin.get_sampling(kept) == JpegImagePlugin.get_sampling(first)
    turned = first.transpose(Image.Transpose.ROTATE_270)
    steps = [abs(a - b) for a, b in zip(kept.tobytes(), turned.tobytes(), strict=True)]
    assert sum(steps) / len(steps) < 1.5


def test_a_scan_of_forty_million_pixels_is_taken_and_made_small(desk):
    scan = Image.new("RGB", (7400, 5500), "white")
    scan.paste(p.photograph(), (800, 800))
    _response, image = upload(desk, "scan.jpg", p.saved(scan, "JPEG", quality=70))
    assert (image.width, image.height) == (7400, 5500)
    value = copies.probe(image)
    copies._store(copies.name_of(value, "original"), lambda: copies.library_bytes(image))
    sent = images.for_article([value])[value["sha256"]]
    assert (sent.width, sent.height) == (1080, 803)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.png", files.png_claiming(60_000, 60_000), "pixels"),
        ("a.png", files.png_claiming(9_000, 6_000), "pixels"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"nonsense" * 50, "unreadable"),
        ("a.jpg", b"MZ" * 500, "unreadable"),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unreadable"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unreadable"),
        ("a.jpg", p.saved(p.photograph(200, 200), "JPEG")[:900], "unreadable"),
        ("a.heic", p.saved(p.quarters(), "HEIF")[:300], "unreadable"),
        ("a.jpg", b"%PDF-1.7" + b" " * 100, "unreadable"),
    ],
    ids=["bomb", "large", "nonsense", "program", "svg as jpg", "svg", "cut", "cut heic", "pdf"],
)
def test_what_is_refused_says_why_and_stores_nothing(desk, name, data, code):
    folder = (
        set(default_storage.listdir("original_images")[1])
        if default_storage.exists("original_images")
        else set()
    )
    response, image = upload(desk, name, data)
    assert response.status_code == 200 and image is None
    assert [error.code for error in response.context["form"].errors.as_data()["file"]] == [code]
    now = (
        set(default_storage.listdir("original_images")[1])
        if default_storage.exists("original_images")
        else set()
    )
    assert now == folder


def test_a_file_too_big_is_refused_before_it_is_opened(desk, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 2**20
    response, image = upload(desk, "a.jpg", b"x" * (2**20 + 1))
    assert image is None
    assert [error.code for error in response.context["form"].errors.as_data()["file"]] == ["bytes"]


def test_the_chooser_and_the_multiple_upload_take_in_alike(desk):
    root = Collection.get_first_root_node()
    form = {
        "title": "图",
        "collection": root.pk,
        "tags": "",
        "description": "",
        "credit": "",
        "licence": "CC0",
        "source": "示例医院",
    }
    chosen = {f"image-chooser-upload-{key}": value for key, value in form.items()}
    chosen["image-chooser-upload-file"] = SimpleUploadedFile("IMG.HEIC", FILES["heic"][1]())
    answer = desk.post(reverse("wagtailimages_chooser:create"), chosen)
    assert answer.json()["step"] == "chosen"
    several = desk.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "图二", "collection": root.pk, "files[]": SimpleUploadedFile("b.jpg", sideways("JPEG"))},
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    number = several.json()["uploaded_file_id"]
    said = {f"uploaded-image-{number}-{key}": value for key, value in (form | {"title": "图二"}).items()}
    several = desk.post(
        reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number]),
        said,
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert several.json()["success"], several.json()
    heic, jpeg = LibraryImage.objects.order_by("pk")[:2]
    for image in (heic, jpeg):
        assert p.telltales(copies.library_bytes(image)) == [] and image.file.name.endswith(".jpg")
        assert (image.width, image.height) == PHOTO
    refused = desk.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "坏", "collection": root.pk, "files[]": SimpleUploadedFile("b.jpg", b"bad")},
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert refused.json()["success"] is False and "JPEG" in refused.json()["error_message"]


def test_a_picture_waiting_for_its_form_is_clean_too(desk):
    """The multiple uploader keeps a file whose title is no good in public media until the form is right."""
    answer = desk.post(
        reverse("wagtailimages:add_multiple"),
        {
            "title": "长" * 300,
            "collection": Collection.get_first_root_node().pk,
            "files[]": SimpleUploadedFile("b.jpg", sideways("JPEG")),
        },
        headers={"x-requested-with": "XMLHttpRequest"},
    ).json()
    waiting = UploadedFile.objects.get()
    assert answer["uploaded_file_id"] == waiting.pk
    assert p.telltales(waiting.file.read()) == []
    prefix = f"uploaded-image-{waiting.pk}"
    done = desk.post(
        reverse("wagtailimages:create_multiple_from_uploaded_image", args=[waiting.pk]),
        {
            f"{prefix}-title": "短",
            f"{prefix}-collection": Collection.get_first_root_node().pk,
            f"{prefix}-tags": "",
            f"{prefix}-licence": "CC0",
            f"{prefix}-source": "示例医院",
        },
        headers={"x-requested-with": "XMLHttpRequest"},
    ).json()
    image = LibraryImage.objects.get(pk=done["image_id"])
    assert p.telltales(copies.library_bytes(image)) == [] and (image.width, image.height) == PHOTO


def test_a_replaced_file_is_taken_in_too(desk):
    _response, image = upload(desk, "a.png", p.saved(p.quarters(), "PNG"))
    form = {
        "title": "图",
        "collection": image.collection_id,
        "tags": "",
        "description": "",
        "credit": "",
        "licence": "CC0",
        "source": "示例医院",
    }
    response = desk.post(
        reverse("wagtailimages:edit", args=[image.pk]),
        form | {"file": SimpleUploadedFile("b.heic", FILES["heic"][1]())},
    )
    assert response.status_code == 302
    image = LibraryImage.objects.get(pk=image.pk)
    assert image.file.name.endswith(".jpg") and (image.width, image.height) == PHOTO
    assert p.telltales(copies.library_bytes(image)) == []


def test_the_side_doors_lead_through_intake(world):
    """Shell and scripts: the row's size and hash are those of what was stored; nonsense stores nothing."""
    image = LibraryImage(title="壳", file=ContentFile(sideways("JPEG"), name="shell.png"))
    image.save()
    image = LibraryImage.objects.get(pk=image.pk)
    stored = copies.library_bytes(image)
    assert (image.width, image.height, image.file_size) == (*PHOTO, len(stored))
    assert image.file.name.endswith(".jpg") and image.file_hash == intake.take(stored).sha1
    assert p.telltales(stored) == []
    with pytest.raises(intake.IntakeError):
        image.file.save("x.jpg", ContentFile(b"nonsense"))
    assert copies.library_bytes(LibraryImage.objects.get(pk=image.pk)) == stored


def test_a_picture_in_a_text_file_is_taken_in(world):
    text = f"# 在家量血压\n\n坐好再量。\n\n![坐姿]({files.data_uri(sideways('JPEG'), 'image/jpeg')})\n"
    page = import_file("a.md", text.encode(), topic=world.topic, author=world.librarian).page
    image = next(block for block in page.body if block.block_type == "image").value["image"]
    assert (image.width, image.height) == PHOTO
    assert p.telltales(copies.library_bytes(image)) == []


def test_the_focal_point_of_a_turned_photograph_is_where_it_was_clicked(desk):
    """Crops of a cover lie around it: top right of the upright picture."""
    _response, image = upload(desk, "a.jpg", sideways("JPEG", quality=95))
    LibraryImage.objects.filter(pk=image.pk).update(
        focal_point_x=1100, focal_point_y=150, focal_point_width=10, focal_point_height=10
    )
    value = copies.keep(LibraryImage.objects.get(pk=image.pk))
    cover = p.opened(images.for_cover(value).data)
    for crop in images.cover_info(value)["crop_percent_list"]:
        x1, y1, x2, y2 = (float(crop[name]) for name in ("x1", "y1", "x2", "y2"))
        shape = (x2 - x1) * cover.width / ((y2 - y1) * cover.height)
        assert abs(shape / images.covers.RATIOS[crop["ratio"]] - 1) < 0.02
        assert all(len(crop[name].partition(".")[2]) <= 6 for name in ("x1", "y1", "x2", "y2"))
        part = cover.crop((x1 * cover.width, y1 * cover.height, x2 * cover.width, y2 * cover.height))
        assert p.alike([part.getpixel((part.width - 40, 40))], [p.QUARTERS[1]], 14)


def test_the_label_of_ai_made_content_reaches_readers(desk):
    data = p.saved(p.photograph(), "JPEG", exif=p.exif(p.SIDEWAYS, label=True), xmp=p.xmp(source=True))
    _response, image = upload(desk, "ai.jpg", data)
    value = copies.keep(image)
    seen = [
        copies.library_bytes(image), images.for_article([value])[value["sha256"]].data, images.for_cover(value).data,
        *(copies.rendition(value, spec) for spec in (*copies.SPECS, *copies.COVER_SPECS)),
    ]  # fmt: skip
    for one in seen:
        label = picture_metadata.read_label(one, p.opened(one))
        assert json.loads(label.aigc) == p.AIGC and label.source == "trainedAlgorithmicMedia"
        assert p.telltales(one) == []
    assert facts_of(image).ai_label and facts_of(value).ai_label


# --- to WeChat ----------------------------------------------------------------------------------------


def article_with(count, colour=0):
    """Return changes for a sample with ``count`` different photographs in its body, stored as signed copies."""
    blocks = []
    for number in range(count):
        picture = p.quarters(300 + number, 200)
        picture.putpixel((0, 0), (colour, number, 0))
        data = p.saved(picture, "PNG")
        value = copies.describe(data, alt=f"图{number}")
        copies._store(copies.name_of(value, "original"), lambda data=data: data)
        blocks.append({"type": "image", "value": {"image": value}})
    return {"body": blocks}


def test_pictures_go_several_at_a_time_and_only_once(channel):
    """Ten in one article, two the same as in another: each once, each recorded, with the width that was sent."""
    push = services.create_push(
        [sign("ten", **article_with(10)), sign("two", **article_with(2))], mode="draft"
    )
    channel.work()
    push.refresh_from_db()
    assert len(channel.drafts) == 1, (push.state, push.reason, push.detail)
    assert channel.calls("media/uploadimg") == 10
    assert Attempt.objects.filter(push=push, call="media/uploadimg", outcome="ok").count() == 10
    assert channel.calls("stable_token") == 1
    bodies = [one["content"] for one in channel.drafts[0]["articles"]]
    assert 'data-w="300"' in bodies[0] and 'data-w="309"' in bodies[0]
    held = UploadedMedia.objects.filter(kind="content", recipe=0)
    assert held.count() == 10 and all(
        row.url.split("?")[0] in bodies[0].replace("&amp;", "&") for row in held
    )


def test_the_width_in_the_body_is_that_of_what_was_sent(channel):
    """Pictures made smaller to share 1.5 MB are narrower than those of the signed text."""
    blocks = []
    for number in range(8):
        picture = p.photograph().rotate(number, resample=Image.Resampling.BICUBIC)
        data = p.saved(picture, "JPEG", quality=90)
        value = copies.describe(data, alt=f"图{number}")
        copies._store(copies.name_of(value, "original"), lambda data=data: data)
        blocks.append({"type": "image", "value": {"image": value}})
    services.create_push([sign("heavy", body=blocks)], mode="draft")
    channel.work()
    rows = channel.sandbox.store.rows("select sha from pictures")
    stored = [channel.sandbox.store.read_file(row["sha"]) for row in rows]
    body = channel.drafts[0]["articles"][0]["content"]
    bodies = [data for data in stored if f'data-w="{p.opened(data).width}"' in body]
    assert len(bodies) >= 8 and sum(map(len, bodies)) <= images.encoding.ARTICLE_LIMIT + 500_000
    sizes = Attempt.objects.filter(call="media/uploadimg").values_list("summary", flat=True)
    assert sum(one["media"]["bytes"] for one in sizes) <= images.encoding.ARTICLE_LIMIT


def test_one_refused_picture_keeps_what_went_before(channel):
    """The others are remembered, and the next try sends only what is missing."""
    channel.sandbox.fault("media/uploadimg", "error", errcode=-1)
    push = services.create_push([sign("six", **article_with(6, colour=9))], mode="draft")
    channel.work()
    push.refresh_from_db()
    assert (push.state, push.errcode) == (State.RETRY_AT, -1)
    kept = UploadedMedia.objects.filter(kind="content", recipe=0).count()
    first = channel.calls("media/uploadimg")
    assert kept == first - 1
    channel.advance(minutes=1)
    channel.work()
    assert channel.calls("media/uploadimg") == first + 6 - kept
    assert len(channel.drafts) == 1


def test_a_worker_that_breaks_between_two_pictures_repeats_only_the_open_ones(channel, django_user_model):
    class BrokeError(Exception):
        pass

    reached = []

    def break_down(point):
        reached.append(point)
        if reached.count("saved:image") == 3:
            raise BrokeError

    push = services.create_push([sign("breaks", **article_with(9, colour=17))], mode="draft")
    channel.worker(reached=break_down).run_once()
    push.refresh_from_db()
    kept, first = UploadedMedia.objects.filter(recipe=0).count(), channel.calls("media/uploadimg")
    assert kept == 3 and first <= 3 + 2 * 4
    assert (push.state, push.reason) == (State.NEEDS_PERSON, "internal")
    services.retry(push, django_user_model.objects.create_user("chief"))
    channel.work()
    assert channel.calls("media/uploadimg") == first + 9 - kept and len(channel.drafts) == 1


def test_another_watermark_makes_other_copies_and_the_first_is_found_again(channel):
    def run(slug, mark):
        channel_settings = ChannelSettings.load()
        channel_settings.watermark = mark
        channel_settings.save()
        services.create_push([sign(slug)], mode="draft")
        channel.work()
        return channel.calls("media/uploadimg")

    assert run("plain", "") == 1
    assert run("marked", "示例医院") == 2
    assert run("plain again", "") == 2


def test_threads_leave_no_connection_behind(channel):
    services.create_push([sign("quiet", **article_with(5, colour=33))], mode="draft")
    channel.work()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_stat_activity where datname = current_database()")
            assert cursor.fetchone()[0] == 1
    assert len(channel.drafts) == 1


def test_the_cover_is_that_of_the_chosen_title(channel):
    other = p.saved(p.quarters(1800, 766), "PNG")
    value = copies.describe(other, focal=[1600, 100, 10, 10], alt="另一封面")
    copies._store(copies.name_of(value, "original"), lambda: other)
    push_texts = samples.SNAPSHOT["push"] | {
        "alternatives": [{"title": "另一个标题", "digest": "", "cover": value}]
    }
    push = services.create_push([sign("choice", push=push_texts)], mode="draft")
    push.items.update(choice=1)
    channel.work()
    sent = channel.drafts[0]["articles"][0]
    assert sent["title"] == "另一个标题"
    assert sent["cover_info"] == images.cover_info(value)
    media = UploadedMedia.objects.get(kind="cover")
    assert sent["thumb_media_id"] == media.media_id and media.sha256 == images.for_cover(value).sha256


def test_the_same_picture_gives_the_same_bytes_in_any_thread(db):
    data = p.saved(p.photograph(), "JPEG", quality=90)
    value = copies.describe(data, alt="图")
    copies._store(copies.name_of(value, "original"), lambda: data)

    def make(_number):
        images.encoding._made.cache_clear()
        return images.for_article([value], "示例医院")[value["sha256"]].sha256

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(make, range(6)))) == 1
