"""Pictures at the desk: the figure maker, covers cut from pictures, and that nobody forgets whose a picture is."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import pytest
from PIL import Image

from articles.figures import drawing
from articles.models import LibraryImage
from review.models import ImageHold
from tests.factories import World, make_image, picture_bytes


pytestmark = pytest.mark.django_db
DO_DONT = {"title": "量血压", "do": "坐下休息五分钟再量\n手臂与心脏同高", "dont": "边说话边量"}


@pytest.fixture
def desk(client):
    world = World()
    client.force_login(world.librarian)
    return world


def rows(prefix="rows", **cells):
    """POST data of a formset with one filled row of eight."""
    data = {f"{prefix}-TOTAL_FORMS": "8", f"{prefix}-INITIAL_FORMS": "0"}
    return data | {f"{prefix}-0-{name}": value for name, value in cells.items()}


def test_a_figure_is_drawn_kept_and_drawn_again(desk, client, django_capture_on_commit_callbacks):
    assert client.get(reverse("figures:index")).status_code == 200
    for kind in drawing.KINDS:
        assert client.get(reverse("figures:new", args=[kind])).status_code == 200
    assert client.get(reverse("figures:new", args=["nothing"])).status_code == 404

    new = reverse("figures:new", args=["do_dont"])
    live = client.post(new, DO_DONT | {"ask": "live"}).json()
    assert live["picture"].startswith("data:image/png;base64,")
    assert live["alt"].startswith("量血压：该做：坐下休息五分钟再量，手臂与心脏同高")
    assert client.post(new, DO_DONT | {"preview": "1"}).context["shown"]["alt"] == live["alt"]
    assert not LibraryImage.objects.exists()

    client.post(new, DO_DONT)
    image = LibraryImage.objects.get()
    assert (image.title, image.description, image.licence) == ("量血压", live["alt"], "本馆绘制")
    assert image.source
    assert image.drawing == {
        "kind": "do_dont",
        "data": {"title": "量血压", "do": DO_DONT["do"].split("\n"), "dont": ["边说话边量"]},
    }
    name, digest = image.file.name, image.file_hash
    edit = reverse("figures:edit", args=[image.pk])
    assert "手臂与心脏同高" in client.get(edit).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, DO_DONT | {"dont": "量前喝浓茶"})
    image.refresh_from_db()
    assert image.file_hash != digest
    assert "量前喝浓茶" in image.description
    assert not image.file.storage.exists(name)
    assert image.file.storage.exists(image.file.name)
    assert edit in client.get(reverse("wagtailimages:edit", args=[image.pk])).content.decode()


def test_a_figure_that_a_signed_text_shows_stays(desk, client):
    client.post(reverse("figures:new", args=["do_dont"]), DO_DONT)
    image = LibraryImage.objects.get()
    run = desk.submit(desk.make_article(cover=image)).workflow_state
    assert ImageHold.objects.filter(image=image, workflow_state=run).exists()
    client.post(reverse("figures:edit", args=[image.pk]), DO_DONT | {"title": "量血压时"})
    old, new = LibraryImage.objects.exclude(drawing=None).order_by("pk")
    assert (old.pk, old.title, old.file_hash) == (image.pk, "量血压", image.file_hash)
    assert (new.title, new.drawing["data"]["title"]) == ("量血压时", "量血压时")


def test_forms_say_what_is_wrong_and_keep_nothing_half(desk, client):
    doses = reverse("figures:new", args=["doses"])
    hostile = [
        (doses, {"title": "表"} | rows()),
        (doses, {"title": "表"} | rows(morning="1片")),
        (doses, {"title": "表"} | rows(medicine="二甲双胍")),
        (doses, {"title": "表"} | rows(medicine="二甲双胍🙂", morning="1片")),
        (doses, {"title": "表"} | rows(medicine="药" * 25, morning="1片")),
        (doses, {"title": "表"}),
        (doses, {"title": "表", "rows-TOTAL_FORMS": "99999", "rows-INITIAL_FORMS": "x"}),
        (
            reverse("figures:new", args=["bands"]),
            {"title": "表"} | rows(label="正常", upper="<120", tone="good"),
        ),
        (
            reverse("figures:new", args=["bands"]),
            {"title": "表", "source": "源"} | rows(label="甲", upper="1", lower="2", tone="x"),
        ),
        (reverse("figures:new", args=["do_dont"]), {"title": "表"}),
        (reverse("figures:new", args=["do_dont"]), {"title": "表", "do": "长" * 41}),
        (reverse("figures:new", args=["do_dont"]), {"title": "表", "do": "\n".join("一二三四五六七")}),
        (
            reverse("figures:new", args=["share"]),
            {"title": "卡", "message": "话", "hospital": "院", "article": "77"},
        ),
    ]
    for address, data in hostile:
        response = client.post(address, data)
        assert response.status_code == 200, data
        assert response.context["form"].errors, data
        assert client.post(address, data | {"ask": "live"}).json()["problem"], data
    assert "🙂" in client.post(doses, {"title": "表"} | rows(medicine="🙂", morning="1片")).content.decode()
    assert not LibraryImage.objects.exists()
    client.post(doses, {"title": "表"} | rows(medicine="二甲双胍", morning="1片"))
    assert LibraryImage.objects.get().drawing["data"]["rows"][0]["medicine"] == "二甲双胍"

    page = desk.publish(title="签发的一篇").article
    client.post(
        reverse("figures:new", args=["share"]),
        {"title": "卡", "message": "话", "hospital": "示例医院", "article": page.pk},
    )
    assert LibraryImage.objects.latest("pk").drawing["data"]["address"].endswith(f"/a/{page.pk}/")


def test_only_those_who_may_add_pictures_make_them(desk, client):
    image = make_image()
    client.post(reverse("figures:new", args=["do_dont"]), DO_DONT)
    figure = LibraryImage.objects.exclude(drawing=None).get()
    client.force_login(desk.physician)
    count = LibraryImage.objects.count()
    for address in (
        reverse("figures:index"),
        reverse("figures:new", args=["do_dont"]),
        reverse("figures:edit", args=[figure.pk]),
        reverse("figures:crop", args=[image.pk]),
        reverse("figures:cropped", args=[image.pk]),
    ):
        assert client.get(address).status_code == 302
        assert client.post(address, DO_DONT).status_code in (302, 405)
    assert LibraryImage.objects.count() == count


def test_a_cover_is_cut_around_the_focal_point_with_rights_and_all(desk, client):
    image = make_image(width=2000, height=1500)
    image.focal_point_x, image.focal_point_y, image.focal_point_width, image.focal_point_height = (
        1000,
        1400,
        90,
        90,
    )
    image.shows_patient = True
    image.save()
    address = reverse("figures:crop", args=[image.pk])
    offered = client.get(address).context["form"].initial
    assert (offered["left"], offered["top"], offered["width"]) == (0, 1500 - 851, 2000)
    square = client.get(address, {"shape": "square"}).context["form"].initial
    assert (square["left"], square["top"], square["width"]) == (250, 0, 1500)

    made = client.post(address, {**offered, "title": "封面图"})
    new = LibraryImage.objects.latest("pk")
    assert made.url == f"{reverse('figures:cropped', args=[new.pk])}?from={image.pk}"
    assert client.get(made.url).status_code == 200
    assert (new.width, new.height) == (2000, 851)
    kept = ("description", "credit", "licence", "source", "shows_patient", "consent_id", "collection_id")
    assert [getattr(new, name) for name in kept] == [getattr(image, name) for name in kept]
    with new.open_file() as file, Image.open(file) as picture:
        assert abs(picture.width / picture.height - 2.35) < 0.01

    count = LibraryImage.objects.count()
    for wrong in (
        {"left": 1},
        {"top": -1},
        {"width": 2001},
        {"width": 100},
        {"left": ""},
        {"shape": "round"},
        {"title": ""},
    ):
        response = client.post(address, {**offered, "title": "封面图"} | wrong)
        assert response.status_code == 200, wrong
        assert response.context["form"].errors, wrong
    assert LibraryImage.objects.count() == count
    tiny = make_image(width=300, height=200)
    offered = client.get(reverse("figures:crop", args=[tiny.pk])).context["form"].initial
    assert client.post(reverse("figures:crop", args=[tiny.pk]), offered).status_code == 302


def test_nobody_adds_or_edits_a_picture_without_its_source_and_licence(desk, client):
    def upload(address, **fields):
        file = SimpleUploadedFile("a.jpg", picture_bytes(), "image/jpeg")
        return client.post(address, {"title": "图", "collection": "1", "file": file} | fields)

    add = reverse("wagtailimages:add")
    for fields in ({}, {"licence": "CC BY 4.0"}, {"source": "世界卫生组织"}):
        assert {"licence", "source"} - set(fields) == set(upload(add, **fields).context["form"].errors)
    assert upload(add, licence="CC BY 4.0", source="世界卫生组织").status_code == 302
    image = LibraryImage.objects.get()
    edit = reverse("wagtailimages:edit", args=[image.pk])
    response = client.post(
        edit, {"title": "图", "collection": image.collection_id, "licence": "", "source": ""}
    )
    assert set(response.context["form"].errors) >= {"licence", "source"}

    # Several at once: each waits with its form until both are said.
    file = SimpleUploadedFile("b.jpg", picture_bytes(colour="#334455"), "image/jpeg")
    found = client.post(
        reverse("wagtailimages:add_multiple"), {"files[]": file, "collection": "1", "title": "乙"}
    ).json()
    assert "image_id" not in found
    assert LibraryImage.objects.count() == 1
    number = found["uploaded_file_id"]
    later = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number])
    fields = {"title": "乙", "collection": image.collection_id}
    sent = {f"uploaded-image-{number}-{name}": value for name, value in fields.items()}
    assert client.post(later, sent).json()["success"] is False
    sent |= {f"uploaded-image-{number}-licence": "CC0", f"uploaded-image-{number}-source": "示例医院"}
    assert client.post(later, sent).json()["success"] is True
    assert LibraryImage.objects.latest("pk").licence == "CC0"

    # And in the chooser of an article.
    chooser = reverse("wagtailimages_chooser:create")
    file = SimpleUploadedFile("c.jpg", picture_bytes(colour="#775544"), "image/jpeg")
    sent = {
        "image-chooser-upload-title": "丙",
        "image-chooser-upload-collection": "1",
        "image-chooser-upload-file": file,
    }
    assert json.loads(client.post(chooser, sent).content)["step"] == "reshow_creation_form"
    file = SimpleUploadedFile("c.jpg", picture_bytes(colour="#775544"), "image/jpeg")
    sent |= {
        "image-chooser-upload-file": file,
        "image-chooser-upload-licence": "CC0",
        "image-chooser-upload-source": "示例医院",
    }
    assert json.loads(client.post(chooser, sent).content)["step"] != "reshow_creation_form"
    assert LibraryImage.objects.count() == 3
