"""Import into the database and the library: a draft with its pictures, or nothing at all."""

import tempfile
from io import StringIO
from pathlib import Path

from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models.signals import post_save
from django.test import Client, RequestFactory
from django.urls import reverse

from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision

import pytest

from articles.importing import limits
from articles.importing.report import NOT_TAKEN, RefusedError
from articles.importing.service import import_file, report_of
from articles.models import ArticlePage, Department, LibraryImage, Reference
from articles.snapshot import block_text, build
from articles.views import import_view
from review import services
from review.errors import MayNotSignError
from tests.factories import World
from tests.fixtures import make_import_files as files
from tests.tools.roots import plant_roots


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    plant_roots()  # a test with a child process before this one may have emptied the tables
    return World()


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """An own folder for temporary files, to see that none stays."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def kept(name):
    return (files.FOLDER / name).read_bytes()


def imported(world, name="styled.docx", data=None, author=None):
    return import_file(
        name, kept(name) if data is None else data, topic=world.topic, author=author or world.librarian
    )


def rows():
    models = (Page, ArticlePage, LibraryImage, Reference, Revision, PageLogEntry, ModelLogEntry, Department)
    return {model.__name__: model.objects.count() for model in models}


def stored_files(settings):
    return sorted(str(path) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_the_draft_is_the_authors_and_unpublished(world):
    page = ArticlePage.objects.get(pk=imported(world).page.pk)
    assert (page.live, page.owner, page.get_parent().pk) == (False, world.librarian, world.topic.pk)
    assert [revision.user for revision in page.revisions.all()] == [world.librarian]
    assert (page.author_name, page.author_title, page.author_department) == ("沈演示", "主管药师", "药学部")
    assert [reference.doi for reference in page.references.all()] == ["10.1234/example.2024.01", ""]
    assert page.references.first().printed.startswith("示例作者. 示例题目[J].")


@pytest.mark.parametrize("name", files.honest_files())
def test_every_block_is_one_the_editor_accepts_and_the_snapshot_shows(world, name):
    page = imported(world, name).page.get_latest_revision_as_object()
    for block in page.body:
        if block.block_type == "image" and not block.value["alt"]:
            block.value["alt"] = "写好的说明"  # the one thing the report asks for before saving
    page.body.stream_block.clean(page.body)
    snapshot = build(page)
    assert [block["type"] for block in snapshot["body"]] == [block.block_type for block in page.body]
    assert all(block_text(block) for block in snapshot["body"])


def test_pictures_go_into_the_library_once(world, settings):
    first, second = imported(world).page, imported(world).page
    image = LibraryImage.objects.get()
    assert (image.title, image.description, image.uploaded_by_user) == (
        "床头柜上放着半杯水",
        "床头柜上放着半杯水",
        world.librarian,
    )
    assert (image.width, image.height, image.file_size) == (160, 100, len(files.picture()))
    assert len(stored_files(settings)) == 1
    shown = [
        block.value["image"] for page in (first, second) for block in page.body if block.block_type == "image"
    ]
    assert shown == [image, image]
    assert (first.slug, second.slug) == (
        "shui-qian-yi-bei-shui-gai-bu-gai-he",
        "shui-qian-yi-bei-shui-gai-bu-gai-he-2",
    )


def test_the_department_of_the_file_is_found_and_none_is_made_up(world):
    pharmacy = Department.objects.create(name="药学部")
    assert imported(world).page.department == pharmacy
    other = imported(world, "page.html")
    assert "no_department" in other.report.codes(NOT_TAKEN)
    assert set(Department.objects.values_list("name", flat=True)) == {"心血管内科", "口腔科", "药学部"}


def test_the_report_stays_with_the_page(world):
    result = imported(world)
    name, report = report_of(result.page)
    assert name == "styled.docx"
    assert report.lines() == result.report.lines()


def test_who_imports_does_not_sign(world):
    page = imported(world, author=world.physician).page
    page.department = world.department
    page.save_revision(user=world.librarian)
    step = world.submit(page)
    with pytest.raises(MayNotSignError):
        world.sign(step, world.physician)
    assert services.read(step).digest


@pytest.mark.parametrize("name", [*files.hostile_files()])
def test_a_refused_file_leaves_nothing(world, settings, temporary, name):
    before = rows()
    with pytest.raises(RefusedError):
        imported(world, name)
    assert rows() == before
    assert stored_files(settings) == []
    assert list(temporary.iterdir()) == []


def test_a_failure_while_writing_leaves_nothing(world, settings, temporary):
    before = rows()

    def fail(sender, instance, created, **kwargs):
        assert stored_files(settings), "pictures are stored before the transaction"
        raise RuntimeError("the disk is full")

    post_save.connect(fail, sender=ArticlePage)
    try:
        with pytest.raises(RuntimeError):
            imported(world)
    finally:
        post_save.disconnect(fail, sender=ArticlePage)
    assert rows() == before
    assert stored_files(settings) == []
    assert list(temporary.iterdir()) == []


def test_a_failure_never_takes_a_picture_that_was_there_before(world, settings):
    image = LibraryImage.objects.filter(pk=imported(world).page.body[5].value["image"].pk).get()

    def fail(sender, instance, created, **kwargs):
        raise RuntimeError

    post_save.connect(fail, sender=ArticlePage)
    try:
        with pytest.raises(RuntimeError):
            imported(world)
    finally:
        post_save.disconnect(fail, sender=ArticlePage)
    assert default_storage.exists(image.file.name)


# --- The command ---------------------------------------------------------------------------------


def test_the_command_prints_the_id_alone(world, manage):
    result = manage(
        "import_article", files.FOLDER / "styled.docx", "--topic", "blood-pressure", "--author", "librarian"
    )
    assert result.returncode == 0, result.stderr
    page = ArticlePage.objects.get(pk=int(result.stdout))
    assert result.stdout == f"{page.pk}\n"
    assert page.title in result.stderr


@pytest.mark.parametrize(
    ("file", "topic", "author"),
    [
        ("macros.docm", "blood-pressure", "librarian"),
        ("missing.docx", "blood-pressure", "librarian"),
        ("", "blood-pressure", "librarian"),
        ("page.html", "no-such-topic", "librarian"),
        ("page.html", "blood-pressure", "nobody"),
    ],
)
def test_the_command_refuses_with_one_sentence(world, settings, file, topic, author):
    before, out, err = rows(), StringIO(), StringIO()
    name = str(files.FOLDER / file)
    with pytest.raises(SystemExit) as left:
        call_command("import_article", name, topic=topic, author=author, stdout=out, stderr=err)
    assert (left.value.code, out.getvalue()) == (2, "")
    assert len(err.getvalue().strip().splitlines()) == 1
    assert rows() == before
    assert stored_files(settings) == []


def test_the_command_refuses_200_megabytes_without_reading_them(world, manage, tmp_path):
    huge = tmp_path / "huge.docx"
    with huge.open("wb") as stream:
        stream.truncate(200 * limits.MEGABYTE)
    result = manage("import_article", huge, "--topic", "blood-pressure", "--author", "librarian")
    assert result.returncode == 2
    assert "20" in result.stderr


# --- The admin -------------------------------------------------------------------------------------


def client_of(user, **options):
    client = Client(**options)
    client.force_login(user)
    return client


def upload(client, world, name, data=None, **extra):
    file = SimpleUploadedFile(name, kept(name) if data is None else data)
    return client.post(reverse("articles_import"), {"topic": world.topic.pk, "file": file}, **extra)


def test_a_librarian_uploads_and_reads_the_report(world):
    client = client_of(world.librarian)
    form = client.get(reverse("articles_import"), {"topic": world.topic.pk})
    assert f'<option value="{world.topic.pk}" selected>' in form.content.decode()
    answer = upload(client, world, "page.html")
    page = ArticlePage.objects.get()
    assert answer.status_code == 302
    assert page.title in str(next(iter(get_messages(answer.wsgi_request))))
    report = client.get(answer.url)
    text = report.content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in text
    for entry in report_of(page)[1].entries():
        assert f'data-code="{entry.code}"' in text
    assert "page.html" in text
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


@pytest.mark.parametrize("name", ["macros.docm", "empty.docx", "truncated.docx", "entity.docx"])
def test_a_refused_upload_says_why_and_leaves_nothing(world, settings, temporary, name):
    before = rows()
    answer = upload(client_of(world.librarian), world, name)
    assert answer.status_code == 200
    assert name in str(answer.context["form"].errors["file"])
    assert rows() == before
    assert stored_files(settings) == []
    assert list(temporary.iterdir()) == []


def test_an_upload_beyond_the_limit_leaves_no_temporary_file(world, settings, temporary):
    answer = upload(client_of(world.librarian), world, "long.md", b"x" * (limits.MAX_FILE_BYTES + 1))
    assert "20" in str(answer.context["form"].errors["file"])
    assert ArticlePage.objects.count() == 0
    answer.close()
    assert list(temporary.iterdir()) == []


class Untouchable:
    """A request body that must not be read."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = __iter__ = read


def test_an_upload_of_200_megabytes_is_answered_unread(world):
    request = RequestFactory().post(
        reverse("articles_import"),
        CONTENT_LENGTH=str(200 * limits.MEGABYTE),
        CONTENT_TYPE="multipart/form-data; boundary=x",
        **{"wsgi.input": Untouchable()},
    )
    request.user, request.session = world.librarian, {}
    answer = import_view.import_article(request)
    assert answer.status_code == 413
    assert "20" in answer.context_data["refusal"]
    assert answer.context_data["refusal"] in answer.render().content.decode()


def test_the_form_is_guarded_against_forgery(world):
    answer = upload(client_of(world.librarian, enforce_csrf_checks=True), world, "page.html")
    assert answer.status_code == 403
    assert ArticlePage.objects.count() == 0


def test_only_people_who_may_add_articles_may_import(world):
    for user in (world.physician, world.admin):
        client = client_of(user)
        assert client.get(reverse("articles_import")).status_code in (302, 403)
        assert upload(client, world, "page.html").status_code in (302, 403)
    assert Client().get(reverse("articles_import")).status_code == 302
    assert ArticlePage.objects.count() == 0
    page = imported(world, "page.html").page
    assert client_of(world.physician).get(reverse("articles_import_report", args=[page.pk])).status_code in (
        302,
        403,
    )


def test_the_way_to_the_import_is_shown_to_those_who_may(world):
    address = reverse("articles_import")
    explorer = reverse("wagtailadmin_explore", args=[world.topic.pk])
    assert f"{address}?topic={world.topic.pk}" in client_of(world.librarian).get(explorer).content.decode()
    home = reverse("wagtailadmin_home")
    assert address in client_of(world.librarian).get(home).content.decode()
    assert address not in client_of(world.physician).get(home).content.decode()
