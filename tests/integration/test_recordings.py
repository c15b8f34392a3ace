"""Recordings from the file to the reader: taken in, kept as they are, signed with the text, heard as they were signed."""

import io
import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest

from articles import recordings, versions
from articles.copies import CopyError
from articles.errors import RecordingKeptError
from articles.models import ArticlePage, Recording
from articles.snapshot import build
from articles.sound_files import SoundError
from review import assignments, changes, checklist, services
from review.errors import ReviewStateError, StaleTextError
from tests import samples
from tests.factories import World, all_yes, edit_data, make_recording
from tests.support import sounds
from tests.tools import published
from themes import wechat


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def article(world):
    return world.make_article(slug="daily-care", recording=make_recording())


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def upload(data, name="某某的手机 2026.m4a"):
    return SimpleUploadedFile(name, data, "audio/whatever")


def stored():
    return default_storage.listdir("recordings")[1] if default_storage.exists("recordings") else []


def swap(name, data):
    """Put other bytes under ``name``, past every door."""
    default_storage.delete(name)
    default_storage.save(name, ContentFile(data))


# --- Taking in ------------------------------------------------------------------------------------------


def test_a_librarian_adds_finds_and_chooses_a_recording(world):
    client = client_of(world.librarian)
    form = {"title": "日常管理朗读", "reader": "赵示例", "file": upload(sounds.mp3(65, id3="张三".encode()))}
    assert client.post(reverse("recordings:add"), form).status_code == 302
    recording = Recording.objects.get()
    assert (recording.format, recording.seconds, recording.created_by) == ("mp3", 65, world.librarian)
    assert stored() == [f"{recording.sha256[:32]}.mp3"] and "张三".encode() not in recording.file.read()
    # From the article's form, in one go.
    other = {"title": "另一段", "reader": "钱示例", "file": upload(sounds.m4a(3))}
    chosen = client.post(reverse("recording_chooser:create"), other).json()
    assert chosen["step"] == "chosen" and Recording.objects.get(pk=chosen["result"]["id"]).seconds == 3
    index = client.get(reverse("recordings:index"), {"q": "赵示例"}).content.decode()
    assert "日常管理朗读" in index and "另一段" not in index and f'src="{recording.file.url}"' in index
    found = client.get(reverse("recording_chooser:choose_results"), {"q": "另一"}).content.decode()
    assert "钱示例" in found and "日常管理朗读" not in found
    assert "日常管理朗读" in client.get(reverse("recording_chooser:choose")).json()["html"]
    article = world.make_article(recording=recording)
    for used, title in (("yes", "日常管理朗读"), ("no", "另一段")):
        listed = client.get(reverse("recordings:index_results"), {"used": used}).content.decode()
        assert set(re.findall("日常管理朗读|另一段", listed)) == {title}
    page = client.get(reverse("recordings:inspect", args=[recording.pk])).content.decode()
    assert article.title in page and f'src="{recording.file.url}"' in page
    # The library's file is for colleagues, and a physician adds none.
    assert Client().get(recording.file.url).status_code == 302
    assert client.get(recording.file.url).status_code == 200
    assert client_of(world.physician).post(reverse("recordings:add"), form).status_code in (302, 403)
    assert Recording.objects.count() == 2


@pytest.mark.parametrize("data", [b"#!AMR\n" + bytes(900), sounds.m4a(30)[:-200], b"GIF89a" + bytes(900)])
def test_a_refused_file_leaves_nothing_behind(world, data):
    client = client_of(world.librarian)
    for address in ("recordings:add", "recording_chooser:create"):
        form = {"title": "朗读", "reader": "赵示例", "file": upload(data, "朗读.mp3")}
        answer = client.post(reverse(address), form)
        assert answer.status_code == 200 and "MP3" in answer.content.decode()
    with pytest.raises(SoundError), transaction.atomic():
        Recording.objects.create(title="朗读", reader="赵示例", file=ContentFile(data, name="朗读.mp3"))
    assert not Recording.objects.exists() and stored() == []


# --- Kept as it is --------------------------------------------------------------------------------------


def test_of_a_recording_only_the_title_changes(world):
    recording, client = make_recording(), client_of(world.librarian)
    before = {name: str(getattr(recording, name)) for name in Recording.KEPT}
    form = {"title": "新名字", "reader": "冒名", "file": upload(sounds.mp3(9))}
    assert client.post(reverse("recordings:edit", args=[recording.pk]), form).status_code == 302
    recording = Recording.objects.get()
    assert recording.title == "新名字"
    assert {name: str(getattr(recording, name)) for name in Recording.KEPT} == before
    with pytest.raises(RecordingKeptError):
        recording.file.save("x.mp3", ContentFile(sounds.mp3(9)))
    for name, value in {"reader": "冒名", "file": "recordings/other.mp3", "sha256": "0" * 64}.items():
        changed = Recording.objects.get()
        setattr(changed, name, value)
        with pytest.raises(RecordingKeptError):
            changed.save()
    assert len(stored()) == 1


def test_a_recording_stays_while_any_version_of_an_article_carries_it(
    world, article, django_capture_on_commit_callbacks
):
    signed = article.recording
    world.sign(world.submit(article))
    # Of a live article the draft stands in the revision alone.
    draft = ArticlePage.objects.get(pk=article.pk)
    draft.recording = drafted = make_recording("新读的", data=sounds.mp3(5))
    draft.save_revision(user=world.librarian)
    draft.recording = None
    draft.save_revision(user=world.librarian)
    assert ArticlePage.objects.get(pk=article.pk).recording == signed
    client = client_of(world.chief)
    for recording in (signed, drafted):
        address = reverse("recordings:delete", args=[recording.pk])
        for answer in (client.get(address, follow=True), client.post(address, follow=True)):
            assert answer.status_code == 200 and article.title in answer.content.decode()
        with pytest.raises((ProtectedError, RecordingKeptError)), transaction.atomic():
            Recording.objects.filter(pk=recording.pk).delete()
    assert Recording.objects.count() == 2
    spare = make_recording("没人用", data=sounds.mp3(7))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("recordings:delete", args=[spare.pk])).status_code == 302
    assert Recording.objects.count() == 2 and len(stored()) == 2


# --- Under review -----------------------------------------------------------------------------------------


def test_under_review_no_other_recording_is_chosen(world, article):
    step = world.submit(article)
    other = make_recording("另一段", data=sounds.mp3(9))
    article = ArticlePage.objects.get(pk=article.pk)
    for user in (world.librarian, world.chief, world.root):
        for recording in (other.pk, ""):
            client_of(user).post(
                reverse("wagtailadmin_pages:edit", args=[article.pk]), edit_data(article, recording=recording)
            )
    shown = services.read(step)
    assert shown.snapshot["recording"]["sha256"] == article.recording.sha256
    # Past every door: then the digest is not the one that was seen.
    Recording.objects.update(reader="冒名")
    with pytest.raises(StaleTextError):
        services.sign(step, world.physician, seen_digest=shown.digest, answers=all_yes(step))


def test_the_physician_listens_and_answers_for_it(world, article):
    step = world.submit(article)
    client = client_of(world.physician)
    page = client.get(reverse("review:text", args=[step.pk]))
    html = page.content.decode()
    address = recordings.url(page.context["snapshot"]["recording"])
    assert f'<audio controls preload="none" src="{address}">' in html and "赵示例" in html
    assert "answer_recording" in html
    assignment = assignments.ask(step, world.physician, world.librarian)
    phone = client.get(reverse("review:phone", args=[assignment.pk]))
    assert f'src="{address}"' in phone.content.decode() and "answer_recording" in phone.content.decode()
    assert "media-src 'self'" in phone.headers["Content-Security-Policy"]
    answers = {code: answer for code, answer in all_yes(step).items() if code != "recording"}
    with pytest.raises(ReviewStateError):
        services.sign(step, world.physician, seen_digest=page.context["digest"], answers=answers)
    assert world.sign(step).signature["answers"]["recording"] == "yes"
    # Nobody is asked about a recording that is not there.
    plain = world.submit(world.make_article())
    assert "recording" not in {question.code for question in checklist.questions_for(plain)[1]}
    assert "<audio" not in client.get(reverse("review:text", args=[plain.pk])).content.decode()


def test_what_changed_of_a_recording_is_told(world, article):
    keys, texts = [str(article.latest_revision_id)], [build(article)]
    for recording in (
        make_recording(reader="钱示例", data=sounds.m4a(65)),
        make_recording(reader="钱示例", data=sounds.mp3(65)),
    ):
        article.recording = recording
        keys.append(str(article.save_revision(user=world.librarian).pk))
        texts.append(build(article))
    parts = [
        next(part for part in versions.compare(article, old, new)[0] if part.name == "recording")
        for old, new in ((keys[0], keys[1]), (keys[1], keys[2]), (keys[2], keys[2]))
    ]
    # Another reader and length; the same words and another file; nothing.
    assert [(part.state, part.form_only) for part in parts] == [
        ("changed", False),
        ("changed", True),
        ("same", False),
    ]
    assert any("钱" in words for kind, words in changes.between(*texts[:2]) if kind == changes.NEW)
    assert changes.between(*texts[1:]) != []


# --- What readers get ---------------------------------------------------------------------------------------


def test_readers_hear_what_was_signed(world, article):
    publication = world.publish(article)
    value = publication.snapshot["recording"]
    before = Client().get(publication.path).content
    assert f'src="{recordings.url(value)}"'.encode() in before and "赵示例".encode() in before
    assert Client().get(recordings.url(value)).getvalue() == sounds.mp3(3)
    swap(article.recording.file.name, sounds.mp3(9))
    Recording.objects.update(reader="冒名", sha256="0" * 64, seconds=9, title="改")
    assert Client().get(publication.path).content == before
    assert Client().get(recordings.url(value)).getvalue() == recordings.read(value) == sounds.mp3(3)


def test_altered_and_missing_files_are_refused_with_a_sentence(world, article):
    name = article.recording.file.name
    step = world.submit(article)
    copy = recordings.name_of(services.read(step).snapshot["recording"])
    client = client_of(world.physician)

    def refused():
        with pytest.raises(CopyError) as error:
            services.read(step)
        answer = client.get(reverse("review:text", args=[step.pk]))
        return answer.status_code == 409 and str(error.value) in answer.content.decode()

    swap(copy, sounds.mp3(9))  # the signed copy; then, without one, the file in the library
    assert refused()
    default_storage.delete(copy)
    swap(name, sounds.mp3(9))
    assert refused() and not default_storage.exists(copy)
    default_storage.delete(name)
    assert refused()


def test_the_site_with_and_without_a_recording(client):
    published.keep_pictures()
    plain = published.publish()
    value = {"sha256": "ab" * 32, "format": "m4a", "seconds": 200, "size": 9, "reader": "赵<示例>"}
    read = published.publish("read-aloud", scheme="xinglin/4", recording=value)
    pages, counts = [], []
    for publication in (plain, read):
        client.get(publication.path)
        with CaptureQueriesContext(connection) as asked:
            pages.append(client.get(publication.path))
        counts.append(len(asked))
        assert "listen" not in client.get(f"{publication.path}?v=print").content.decode()
    assert counts[0] == counts[1] <= 12
    without, with_one = (page.content.decode() for page in pages)
    assert f'<audio controls preload="none" src="/media/signed/ab/{"ab" * 32}/recording.m4a"' in with_one
    assert "赵&lt;示例&gt;" in with_one and '<p class="listen"' not in with_one
    assert "media-src 'self'" in pages[1].headers["Content-Security-Policy"]
    assert "<audio" not in without and '<p class="listen" hidden' in without
    bodies = [
        wechat.render(snapshot, samples.FACTS, lambda image: "http://mmbiz.qpic.cn/x")
        for snapshot in (plain.snapshot, plain.snapshot | {"scheme": "xinglin/4", "recording": value})
    ]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("wanted", "status", "said", "body"),
    [
        ("", 200, None, b"0123456789"),
        ("bytes=2-4", 206, "bytes 2-4/10", b"234"),
        ("bytes=7-", 206, "bytes 7-9/10", b"789"),
        ("bytes=-3", 206, "bytes 7-9/10", b"789"),
        ("bytes=0-99", 206, "bytes 0-9/10", b"0123456789"),
        ("bytes=10-", 416, "bytes */10", b""),
        ("bytes=0-1,3-4", 200, None, b"0123456789"),
        ("lines=1-2", 200, None, b"0123456789"),
    ],
)
def test_media_answers_ranges(client, wanted, status, said, body):
    default_storage.save("signed/ab/x/recording.m4a", io.BytesIO(b"0123456789"))
    answer = client.get("/media/signed/ab/x/recording.m4a", headers={"Range": wanted} if wanted else {})
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, said)
    assert answer.getvalue() == body and answer.headers["Accept-Ranges"] == "bytes"
    if body:
        assert (answer.headers["Content-Length"], answer.headers["Content-Type"]) == (
            str(len(body)),
            "audio/mp4",
        )
