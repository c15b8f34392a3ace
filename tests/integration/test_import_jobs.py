"""Files on their way to a draft: run once, told as they go, survived, removed, and seen by whom they concern."""

import json
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.models import COMMENTS_RELATION_NAME

import pytest

from articles.importing import jobs, progress, service
from articles.models import ArticlePage, ImportJob, LibraryImage, Reference
from cms import roles
from tests.factories import World, make_user
from tests.fixtures import make_desk_files as desk
from tests.fixtures import make_import_files as files
from tests.tools.roots import plant_roots


pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
State = ImportJob.State


@pytest.fixture
def world(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    plant_roots()
    return World()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def kept_files(settings):
    private = Path(settings.VAR_DIR) / "private"
    return sorted(path.name for path in private.rglob("*") if path.is_file()) if private.exists() else []


def waiting(world, name="notes.docx", user=None):
    return jobs.begin(user or world.librarian, world.topic, name)


def bytes_of(name):
    return (desk.FOLDER / name).read_bytes()


def announce(client, world, name, **more):
    return client.post(
        reverse("articles_import_new"), {"topic": world.topic.pk, "name": name, "size": 10, **more}
    )


def send(client, address, name, data):
    return client.post(address, {"file": SimpleUploadedFile(name, data)})


def test_all_twelve_become_drafts_the_editor_accepts_with_their_comments(world):
    for name in desk.names():
        job = jobs.run(waiting(world, name), bytes_of(name))
        assert (job.state, job.percent, job.step) == (State.DONE, 100, "")
        draft = job.article.get_latest_revision_as_object()
        for block in draft.body:
            if block.block_type == "image" and not block.value["alt"]:
                block.value["alt"] = "写好的说明"  # the one thing the report asks for before saving
        draft.body.stream_block.clean(draft.body)
        comments = list(getattr(draft, COMMENTS_RELATION_NAME).all())
        assert len(comments) == job.report["account"]["comments"]["came"]
        assert all(comment.pk and comment.has_valid_contentpath(draft) for comment in comments)
        keys = {reference.key for reference in draft.references.all()}
        cited = {
            key
            for block in draft.body
            for part in str(block.value).split('data-cite="')[1:]
            for key in part.split('"')[0].split()
        }
        assert cited <= keys
        # Every place that was found leads to a line on both sides.
        spots = [spot for entry in job.report["entries"] for spot in entry["spots"] if spot]
        ids = {block.id for block in draft.body}
        assert all(spot["right"] in ids | {""} for spot in spots)
        assert all(f'id="{spot["left"]}"' in jobs.came_in(job) for spot in spots if spot["left"])
    assert ArticlePage.objects.filter(source_type="reposted").get().source_line


def test_a_job_runs_once_and_tells_its_steps(world, settings, monkeypatch):
    told = []
    write = jobs._Claim.write
    monkeypatch.setattr(
        jobs._Claim,
        "write",
        lambda claim, **values: (told.append(values.get("step")), write(claim, **values))[1],
    )
    job = waiting(world, "pictures.docx")
    jobs.run(job, bytes_of("pictures.docx"))
    assert [step for step in dict.fromkeys(told) if step] == [step for step in progress.STEPS if step]
    with pytest.raises(jobs.JobError):
        jobs.run(job, bytes_of("pictures.docx"))
    with pytest.raises(jobs.JobError):
        jobs.run(job)
    assert ArticlePage.objects.count() == 1
    assert len(kept_files(settings)) == 2  # the file, and what is shown of it


def test_an_interrupted_import_is_tried_again_without_a_second_draft(world, settings, monkeypatch):
    job = waiting(world)

    class PowerCutError(BaseException):
        pass

    def cut(*args, **kwargs):
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(jobs._Claim, "done", cut)
        with pytest.raises(PowerCutError):
            jobs.run(job, bytes_of("notes.docx"))
    job.refresh_from_db()
    assert (job.state, ArticlePage.objects.count(), Reference.objects.count()) == (State.BROKEN, 0, 0)
    # A process that died without a word: the row still says running, and nobody has touched it for long.
    ImportJob.objects.filter(pk=job.pk).update(
        state=State.RUNNING, changed_at=timezone.now() - 2 * jobs.SILENCE
    )
    job.refresh_from_db()
    assert jobs.shown_state(job) == State.BROKEN
    client = client_of(world.librarian)
    assert (
        reverse("articles_import_again", args=[job.pk])
        in client.get(reverse("articles_imports")).content.decode()
    )
    answer = client.post(reverse("articles_import_again", args=[job.pk]))
    assert answer.url == reverse("articles_import_job", args=[job.pk])
    client.post(reverse("articles_import_again", args=[job.pk]))  # a second press
    job.refresh_from_db()
    assert (job.state, job.article, ArticlePage.objects.count()) == (State.DONE, ArticlePage.objects.get(), 1)


def test_who_was_given_up_for_dead_and_comes_back_changes_nothing(world, monkeypatch):
    job = waiting(world)
    done = jobs._Claim.done

    def taken_over(claim, page, report):
        ImportJob.objects.filter(pk=claim.pk).update(changed_at=timezone.now() + timedelta(seconds=1))
        done(claim, page, report)

    monkeypatch.setattr(jobs._Claim, "done", taken_over)
    with pytest.raises(jobs.JobError) as refusal:
        jobs.run(job, bytes_of("notes.docx"))
    assert refusal.value.code == "taken_over"
    assert ArticlePage.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "nested.docx",
        "climbing.docx",
        "entity.docx",
        "macros.docm",
        "password.docx",
        "empty.docx",
        "text.docx",
    ],
)
def test_a_refused_file_leaves_neither_row_nor_file(world, settings, name):
    client = client_of(world.librarian)
    job = announce(client, world, name).json()
    answer = send(client, job["upload"], name, (files.FOLDER / name).read_bytes())
    assert answer.status_code == 422
    assert name in answer.json()["refusal"]
    assert (ImportJob.objects.count(), ArticlePage.objects.count(), LibraryImage.objects.count()) == (0, 0, 0)
    assert kept_files(settings) == []


def test_the_way_of_the_page_announce_send_ask_look(world, django_capture_on_commit_callbacks, settings):
    client = client_of(world.librarian)
    job = announce(client, world, "C:\\稿件\\footnotes.md").json()
    assert json.loads(client.get(job["state"]).content)["state"] == "waiting"
    done = send(client, job["upload"], "footnotes.md", bytes_of("footnotes.md")).json()
    assert (done["state"], done["title"]) == ("done", "晒后怎么护肤")
    assert send(client, job["upload"], "footnotes.md", bytes_of("footnotes.md")).status_code == 409
    page = client.get(done["address"]).content.decode()
    article = ArticlePage.objects.get()
    assert reverse("wagtailadmin_pages:edit", args=[article.pk]) in page
    assert all(f'id="became-{block.id}"' in page for block in article.body)
    assert client.get(reverse("articles_import_report", args=[article.pk])).url == done["address"]
    original = client.get(reverse("articles_import_original", args=[job["id"]]))
    policy = original["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert original["X-Frame-Options"] == "SAMEORIGIN"
    assert "先用凉水冲" in original.content.decode()
    listed = reverse("articles_imports")
    for query, found in (
        ({"q": "footnotes"}, True),
        ({"q": "晒后"}, True),
        ({"state": "broken"}, False),
        ({"topic": world.topic.pk}, True),
        ({"by": world.librarian.pk}, True),
        ({"q": "没有"}, False),
    ):
        assert (done["address"] in client.get(listed, query).content.decode()) is found, query
    asked = client.get(reverse("articles_import_remove", args=[job["id"]]))
    assert ImportJob.objects.exists()
    assert asked.status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("articles_import_remove", args=[job["id"]]))
    assert (ImportJob.objects.count(), kept_files(settings), ArticlePage.objects.count()) == (0, [], 1)


def test_a_pasted_text_goes_the_same_way(world):
    client = client_of(world.librarian)
    address = reverse("articles_import")
    answer = client.post(address, {"topic": world.topic.pk, "pasted": desk.CLIPBOARD})
    job = ImportJob.objects.get()
    assert (answer.url, job.pasted, job.article.title) == (
        reverse("articles_import_job", args=[job.pk]),
        True,
        "膝盖疼，先练大腿",
    )
    client.post(address, {"topic": world.topic.pk, "pasted": "擦药前洗手\n薄薄涂一层，a<b 也照样。"})
    assert "a&lt;b" in ImportJob.objects.first().article.body[0].value.source
    empty = client.post(address, {"topic": world.topic.pk, "pasted": "  "})
    assert empty.context["form"].errors["file"]
    assert ImportJob.objects.count() == 2


def test_others_neither_see_nor_touch_an_import(world, settings):
    job = jobs.run(waiting(world), bytes_of("notes.docx"))
    broken = waiting(world)
    ImportJob.objects.filter(pk=broken.pk).update(state=State.BROKEN, stored="imports/x")
    stranger, colleague = client_of(world.physician), client_of(world.chief)
    for name in ("job", "state", "original", "remove"):
        address = reverse(f"articles_import_{name}", args=[job.pk])
        assert stranger.get(address).status_code in (302, 403)
        assert Client().get(address).status_code == 302
    for client in (stranger, colleague):
        assert client.post(reverse("articles_import_again", args=[broken.pk])).status_code in (302, 403)
        new = waiting(world)
        assert send(
            client, reverse("articles_import_upload", args=[new.pk]), "a.md", b"# x\n\ny"
        ).status_code in (302, 403)
    assert announce(stranger, world, "a.md").status_code in (302, 403)
    assert announce(client_of(world.librarian), world, "a.md", topic=10_000).status_code == 400
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.librarian)
    for name in ("upload", "again", "remove"):
        assert strict.post(reverse(f"articles_import_{name}", args=[broken.pk])).status_code == 403
    assert ArticlePage.objects.count() == 1
    ImportJob.objects.filter(pk=broken.pk).update(state=State.RUNNING, changed_at=timezone.now())
    broken.refresh_from_db()
    with pytest.raises(jobs.JobError):
        jobs.remove(broken)


def test_a_deleted_draft_leaves_the_page_of_its_import_readable(world):
    job = jobs.run(waiting(world), bytes_of("notes.docx"))
    job.article.delete()
    answer = client_of(world.librarian).get(reverse("articles_import_job", args=[job.pk]))
    assert answer.status_code == 200
    assert answer.context["draft"] is None


def test_whose_account_is_deleted_while_a_file_is_read_leaves_nothing(
    world, settings, monkeypatch, django_capture_on_commit_callbacks
):
    colleague = make_user("leaving", roles.LIBRARIAN)
    job = waiting(world, "pictures.docx", colleague)
    real = service.convert

    def read(*args, **kwargs):
        draft = real(*args, **kwargs)
        get_user_model().objects.get(pk=colleague.pk).delete()
        return draft

    monkeypatch.setattr(service, "convert", read)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(jobs.JobError):
        jobs.run(job, bytes_of("pictures.docx"))
    assert not ArticlePage.objects.exists() and not ImportJob.objects.exists()
    assert kept_files(settings) == []


def test_a_topic_that_goes_or_fills_while_a_file_is_read(
    world, settings, monkeypatch, django_capture_on_commit_callbacks
):
    """The topic is looked at anew when the draft is saved, and the answer is a sentence, not a list in brackets."""
    client = client_of(world.librarian)

    def meanwhile(happens):
        real = service.convert

        def read(*args, **kwargs):
            monkeypatch.setattr(service, "convert", real)
            draft = real(*args, **kwargs)
            happens()
            return draft

        monkeypatch.setattr(service, "convert", read)

    # Another import of the same name finishes first, into a topic that was empty when this one began.
    job = waiting(world)
    other = jobs.begin(world.librarian, type(world.topic).objects.get(), "notes.docx")
    meanwhile(lambda: jobs.run(other, bytes_of("notes.docx")))
    jobs.run(job, bytes_of("notes.docx"))
    assert ArticlePage.objects.count() == 2

    topic = world.make_topic("另一专题", "another")
    sent = client.post(reverse("articles_import_new"), {"topic": topic.pk, "name": "notes.docx"}).json()
    meanwhile(lambda: type(topic).objects.get(pk=topic.pk).delete())
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(sent["upload"], {"file": SimpleUploadedFile("x", bytes_of("notes.docx"))})
    assert answer.status_code == 409 and answer.json()["code"] == "gone"
    assert "[" not in answer.json()["refusal"]
    assert ArticlePage.objects.count() == 2 and ImportJob.objects.count() == 2
    assert len(kept_files(settings)) == 4  # of the two that arrived
