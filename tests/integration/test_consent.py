"""Consent and rights: what stops a text, what a record may hold, and what follows when a consent is withdrawn."""

import json
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from wagtail.models import ModelLogEntry

import pytest

from articles import consent_withdrawal, copies, findings, scans
from articles.consent import objection_to_sign
from articles.consent_forms import code_objection, words_objection
from articles.errors import ConsentError
from articles.models import ArticlePage, ConsentRecord, LibraryImage, ReprintPermission
from articles.views.consents import ConsentViewSet
from publish import patient_pictures, publishing, services
from publish.errors import WithdrawalError
from publish.models import Publication, Withdrawal
from publish.states import State
from review.errors import ReviewStateError
from tests.factories import World, edit_data, make_image, picture_bytes, raw_body
from tests.tools.channel import channel
from tests.tools.consents import make_consent, make_reprint


__all__ = ["channel"]
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def librarian(client, world):
    client.force_login(world.librarian)
    return client


def found(article, prefix=("consent.", "rights.")):
    """Return {(code, level)} of the findings on consent and rights of the latest draft."""
    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    return {(one.code, one.level) for one in findings.check(draft) if one.code.startswith(prefix)}


def edited(article, **fields):
    for name, value in fields.items():
        setattr(article, name, value)
    article.save_revision()
    return article


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def record(**changes):
    """Return what the form of a consent posts."""
    data = {
        "patient_code": "C-2026-014",
        "shows_text": "on",
        "on_website": "on",
        "in_wechat": "on",
        "purpose": "健康科普",
        "separate": "on",
        "given_on": "2026-01-05",
        "valid_until": "",
        "guardian": "",
        "explained_by": "林晓示",
        "assessment": "",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


# --- findings -----------------------------------------------------------------------------------------


def test_an_article_without_patients_has_no_finding_and_few_queries(world, django_assert_max_num_queries):
    article = world.make_article()
    assert found(article) == set()
    with django_assert_max_num_queries(
        6
    ):  # the consents, the alternatives, the pictures of the body and all pictures
        assert objection_to_sign(article) == ""


def test_a_case_needs_a_consent_to_a_story(world):
    article = edited(world.make_article(), has_case=True)
    assert ("consent.missing", "stop") in found(article)
    assert ("consent.missing", "stop") in found(edited(article, consents=[make_consent(shows_text=False)]))
    assert found(edited(article, consents=[make_consent()])) == set()


def test_a_consent_that_does_not_carry_stops(world):
    weak = (
        ({"withdrawn_on": date(2026, 2, 1)}, "withdrawn"),
        ({"valid_until": date(2026, 2, 1)}, "2026-02-01"),
        ({"separate": False}, "on its own"),
        ({"minor": True}, "guardian"),
        ({"in_wechat": False}, "WeChat"),
        ({"on_website": False}, "website"),
    )
    article = world.make_article(has_case=True)
    for fields, part in weak:
        draft = edited(article, consents=[make_consent(**fields)])
        with translation.override("en"):
            stops = [one for one in findings.check(draft) if one.code == "consent.weak"]
        assert [one.level for one in stops] == ["stop"], part
        assert part in stops[0].message and stops[0].hint


def test_wechat_is_not_asked_about_where_it_is_off(world, settings):
    settings.WECHAT_APPID = ""
    article = edited(world.make_article(), has_case=True, consents=[make_consent(in_wechat=False)])
    assert found(article) == set()


def test_a_picture_of_a_patient_needs_one_for_photographs(world):
    picture = make_image("手")
    article = world.make_article(body=json.dumps(raw_body(picture)))
    for cover in (False, True):
        LibraryImage.objects.update(shows_patient=False, consent=None)
        shown = LibraryImage.objects.filter(pk=article.cover_id if cover else picture.pk)
        shown.update(shows_patient=True)
        assert ("consent.picture", "stop") in found(article)
        shown.update(consent=make_consent(shows_photo=False))
        assert ("consent.picture", "stop") in found(article)
        shown.update(consent=make_consent(), shows_patient=False)  # a consent alone says so, too
        assert found(article) == set()


def test_what_ends_before_the_next_review_or_lacks_papers_warns(world):
    consent = make_consent(valid_until=in_days(200), assessment="")
    article = edited(world.make_article(), has_case=True, consents=[consent])
    assert found(article) == {("consent.ends", "warn"), ("consent.papers", "warn")}
    assert ("consent.ends", "warn") not in found(edited(article, review_months=6))


def test_a_story_without_its_tick_is_pointed_at(world):
    body = raw_body(make_image())
    body[1]["value"] = "<p>张先生今年65岁，去年开始头晕。</p>"
    article = world.make_article(body=json.dumps(body))
    assert ("consent.unmarked", "warn") in found(article)
    body[1]["value"] = "<p>65岁以上的老年人每天量血压。先生和女士都一样，18岁以上即可。</p>"
    assert ("consent.unmarked", "warn") not in found(edited(article, body=json.dumps(body)))


def test_a_reprint_needs_its_permission(world):
    article = edited(world.make_article(), source_type="reposted", source_line="示例杂志")
    assert found(article) == {("rights.reprint", "stop")}
    for weak in ({"valid_until": in_days(-1)}, {"in_wechat": False}):
        assert found(edited(article, reprint=make_reprint(**weak))) == {("rights.reprint", "stop")}
    assert found(edited(article, reprint=make_reprint(valid_until=in_days(30)))) == {
        ("rights.reprint", "warn")
    }
    assert found(edited(article, reprint=make_reprint())) == set()


def test_a_picture_without_source_or_licence_warns(world):
    article = world.make_article()
    LibraryImage.objects.filter(pk=article.cover_id).update(source="")
    assert found(article) == {("rights.picture", "warn")}


# --- records ------------------------------------------------------------------------------------------


def test_a_code_is_no_name_and_no_number():
    numbers = ("11010519491231002X", "13812345678", "138-1234-5678", "ZY00123456", "110105-1949-1231-002X")
    for code in ("张三", "C-张-1", "a b", "", *numbers):
        assert code_objection(code), code


def test_a_hospitals_own_code_is_taken():
    assert not any(map(code_objection, ("C-2026-014", "KP/26/3", "consent.7")))
    assert words_objection("住院号：12345") and words_objection("电话 138 1234 5678")
    assert not words_objection("2026-01 号评估，2026年1月5日")


def test_librarians_record_a_consent_with_its_scan(librarian, world):
    # The name of the file holds a patient's; nothing of it is kept.
    scan = SimpleUploadedFile("张三知情同意书.pdf", PDF)
    page = librarian.post(reverse("consents:add"), record(scan=scan))
    assert page.status_code == 302, page.context["form"].errors
    consent = ConsentRecord.objects.get()
    assert consent.recorded_by == world.librarian
    assert consent.scan.name.startswith("consent/") and "张" not in consent.scan.name
    answer = librarian.get(reverse("consents:scan", args=[consent.pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert "attachment" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    assert ModelLogEntry.objects.filter(action="articles.scan.open", user=world.librarian).count() == 1
    for name in ("inspect", "edit", "history"):
        assert librarian.get(reverse(f"consents:{name}", args=[consent.pk])).status_code == 200


def test_another_scan_takes_the_first_ones_place(librarian, django_capture_on_commit_callbacks):
    librarian.post(reverse("consents:add"), record(scan=SimpleUploadedFile("a.pdf", PDF)))
    consent = ConsentRecord.objects.get()
    old, storage = consent.scan.name, consent.scan.storage
    with django_capture_on_commit_callbacks(execute=True):
        librarian.post(
            reverse("consents:edit", args=[consent.pk]),
            record(scan=SimpleUploadedFile("b.jpg", picture_bytes())),
        )
    consent.refresh_from_db()
    assert consent.scan.name.endswith(".jpg") and storage.exists(consent.scan.name)
    assert not storage.exists(old)
    librarian.post(reverse("consents:edit", args=[consent.pk]), record(purpose="教学"))
    assert ConsentRecord.objects.get().scan.name == consent.scan.name


def test_what_a_record_refuses(librarian):
    refused = (
        ({"patient_code": "张三"}, "patient_code"),
        ({"shows_text": None}, "shows_text"),
        ({"on_website": None, "in_wechat": None}, "on_website"),
        ({"minor": "on"}, "guardian"),
        ({"valid_until": "2025-01-01"}, "valid_until"),
        ({"given_on": "2999-01-01"}, "given_on"),
        ({"assessment": "病案号 20334"}, "assessment"),
        ({"scan": SimpleUploadedFile("scan.pdf", b"MZ nonsense")}, "scan"),
        ({"scan": SimpleUploadedFile("scan.pdf", b"%PDF-1.7 cut off")}, "scan"),
        ({"scan": SimpleUploadedFile("scan.png", picture_bytes()[:400])}, "scan"),
    )
    for changes, field in refused:
        page = librarian.post(reverse("consents:add"), record(**changes))
        assert page.status_code == 200 and page.context["form"].errors[field], field
    assert not ConsentRecord.objects.exists()


def test_a_scan_beyond_the_limit_is_refused(librarian, monkeypatch):
    monkeypatch.setattr(scans, "MOST_BYTES", 20)
    page = librarian.post(reverse("consents:add"), record(scan=SimpleUploadedFile("a.pdf", PDF)))
    assert page.context["form"].errors["scan"]


def test_only_librarians_and_the_chief(client, world):
    consent, reprint = make_consent(), make_reprint()
    addresses = [reverse(f"consents:{name}") for name in ("index", "add")]
    addresses += [
        reverse(f"consents:{name}", args=[consent.pk]) for name in ("inspect", "edit", "scan", "withdraw")
    ]
    addresses += [reverse(f"reprints:{name}", args=[reprint.pk]) for name in ("inspect", "edit", "scan")]
    for user in (world.physician, world.admin):
        client.force_login(user)
        for address in addresses:
            assert client.get(address).status_code in (302, 403), (user, address)
        client.post(reverse("consents:withdraw", args=[consent.pk]), {"withdrawn_on": str(in_days(0))})
        assert ConsentRecord.objects.get().withdrawn_on is None
    for user in (world.chief, world.root):
        client.force_login(user)
        assert client.get(addresses[0]).status_code == 200
        client.post(reverse("consents:delete", args=[consent.pk]))
        assert ConsentRecord.objects.exists()


def test_the_list_filters_searches_and_does_not_grow(librarian, django_assert_max_num_queries):
    make_consent(patient_code="A-1", valid_until=in_days(30))
    make_consent(patient_code="A-2", valid_until=in_days(-1))
    make_consent(patient_code="A-3", withdrawn_on=in_days(0))
    make_consent(patient_code="A-4")

    def codes(**query):
        page = librarian.get(reverse("consents:index"), query)
        return {one.patient_code for one in page.context["object_list"]}

    assert codes(state="in_force") == {"A-1", "A-4"} and codes(state="ending") == {"A-1"}
    assert (
        codes(state="ended") == {"A-2"} and codes(state="withdrawn") == {"A-3"} and codes(q="A-2") == {"A-2"}
    )
    with CaptureQueriesContext(connection) as few:
        librarian.get(reverse("consents:index"))
    for _number in range(20):
        make_consent()
    with django_assert_max_num_queries(len(few)):
        librarian.get(reverse("consents:index"))


def test_permissions_to_reprint_are_recorded(librarian):
    data = {
        "title": "原文",
        "granted_by": "杂志社",
        "granted_on": "2026-01-05",
        "on_website": "on",
        "terms": "",
    }
    page = librarian.post(reverse("reprints:add"), data | {"document": SimpleUploadedFile("x.pdf", PDF)})
    assert page.status_code == 302, page.context["form"].errors
    leave = ReprintPermission.objects.get()
    assert leave.document.name.startswith("reprint/")
    for name in ("inspect", "edit", "scan"):
        assert librarian.get(reverse(f"reprints:{name}", args=[leave.pk])).status_code == 200
    assert librarian.get(reverse("reprints:index"), {"state": "in_force", "q": "原文"}).status_code == 200


def test_the_home_page_names_consents_in_use_that_end(client, world):
    ending, unused = make_consent(valid_until=in_days(20)), make_consent(valid_until=in_days(-1))
    world.publish(has_case=True, consents=[ending])
    client.force_login(world.librarian)
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("consents:inspect", args=[ending.pk]) in html
    assert reverse("consents:inspect", args=[unused.pk]) not in html
    client.force_login(world.physician)
    assert ending.patient_code not in client.get(reverse("wagtailadmin_home")).content.decode()


# --- the editor and the library -----------------------------------------------------------------------


def test_the_editor_keeps_what_the_article_rests_on(librarian, world):
    article = world.make_article()
    consent, old, reprint = make_consent(), make_consent(withdrawn_on=in_days(0)), make_reprint()
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    html = librarian.get(address).content.decode()
    assert consent.patient_code in html and old.patient_code not in html
    data = edit_data(
        article, subjects=["vaccines", "medicines"], has_case="on", consents=[consent.pk], reprint=reprint.pk
    )
    librarian.post(address, data)
    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    assert set(draft.subjects) == {"vaccines", "medicines"} and draft.has_case and draft.reprint == reprint
    assert list(draft.consents.all()) == [consent]
    page = librarian.post(address, data | {"subjects": ["nonsense"], "consents": [old.pk]})
    assert {"subjects", "consents"} <= set(page.context["form"].errors)


def test_the_library_says_who_can_be_seen(librarian, world):
    image, consent = make_image("手"), make_consent()
    address = reverse("wagtailimages:edit", args=[image.pk])
    form = librarian.get(address).context["form"]
    assert {"source", "shows_patient", "consent"} <= set(form.fields)
    data = {
        "title": "手",
        "collection": image.collection_id,
        "source": "本院",
        "licence": "CC0",
        "shows_patient": "on",
        "consent": consent.pk,
    }
    librarian.post(address, data)
    image.refresh_from_db()
    assert image.shows_patient and image.consent == consent and image.source == "本院"
    other = make_image("别的")
    page = librarian.get(reverse("wagtailimages:index"), {"shows_patient": "true"})
    assert {one.pk for one in page.context["images"]} == {image.pk} and other.pk != image.pk
    page = librarian.get(reverse("wagtailimages:index"), {"lacking": "true"})
    assert not page.context["images"]
    type(image).objects.filter(pk=other.pk).update(licence="")  # as an import leaves it
    page = librarian.get(reverse("wagtailimages:index"), {"lacking": "true"})
    assert {one.pk for one in page.context["images"]} == {other.pk}


# --- withdrawal ---------------------------------------------------------------------------------------


def withdraw(client, consent, **data):
    address = reverse("consents:withdraw", args=[consent.pk])
    return client.post(address, {"withdrawn_on": str(in_days(0)), "note": ""} | data, follow=True)


@pytest.mark.both_databases
def test_a_withdrawn_consent_hides_the_page_and_lists_the_copy(channel, client):
    world, consent = World(), make_consent()
    story = world.publish(has_case=True, consents=[consent])
    picture = make_image("手")
    LibraryImage.objects.filter(pk=picture.pk).update(shows_patient=True, consent=consent)
    seen = world.publish(body=json.dumps(raw_body(picture)))
    other = world.publish()
    push = services.create_push([story], mode="publish")
    channel.settle(push)
    assert push.state == State.DONE
    client.force_login(world.librarian)
    confirm = client.get(reverse("consents:withdraw", args=[consent.pk])).context["shown"]
    assert {one.pk for one in confirm["live"]} == {story.pk, seen.pk}
    assert [copy.publication_id for copy in confirm["copies"]] == [story.pk]

    page = withdraw(client, consent)
    assert client.get(story.path).status_code == client.get(seen.path).status_code == 410
    assert client.get(other.path).status_code == 200
    reasons = set(Withdrawal.objects.values_list("reason", flat=True))
    assert len(reasons) == 1 and not {consent.patient_code, "患者", "同意"} & {
        *reasons,
        *"".join(reasons).split(),
    }
    ask = reverse("wechat_deletions:ask", args=[push.items.get().pk])
    assert ask in page.content.decode()
    website = story.deliveries.get(channel="website")
    assert website.state == State.WITHDRAWN

    again = withdraw(client, consent)
    assert Withdrawal.objects.count() == 2 and again.redirect_chain
    with pytest.raises(WithdrawalError):
        publishing.undo_withdrawal(Withdrawal.objects.get(publication=story), user=world.chief)
    with pytest.raises(WithdrawalError):
        publishing.undo_withdrawal(Withdrawal.objects.get(publication=seen), user=world.chief)


def test_the_public_copies_of_a_patients_picture_go(world):
    consent, picture = make_consent(), make_image("手", colour="#335577")
    LibraryImage.objects.filter(pk=picture.pk).update(shows_patient=True, consent=consent)
    publication = world.publish(body=json.dumps(raw_body(picture)))
    shown = next(
        block["value"]["image"] for block in publication.snapshot["body"] if block["type"] == "image"
    )
    cover = publication.snapshot["cover"]
    patient_pictures.forget(timezone.now())
    assert copies.read(shown)  # the consent stands
    consent_withdrawal.withdraw(consent, user=world.librarian, on=in_days(0))
    for _twice in range(2):
        patient_pictures.forget(timezone.now())
    with pytest.raises(copies.CopyError):
        copies.read(shown)
    assert copies.read(cover)
    # A new consent, a new signature: the copies are made again and stay.
    LibraryImage.objects.filter(pk=picture.pk).update(consent=make_consent())
    world.sign(world.submit(publication.article))
    patient_pictures.forget(timezone.now())
    assert copies.read(shown)


def test_a_text_under_review_can_no_longer_be_signed(world, client):
    consent = make_consent()
    step = world.submit(world.make_article(has_case=True, consents=[consent]))
    consent_withdrawal.withdraw(consent, user=world.librarian, on=in_days(0))
    with pytest.raises(ReviewStateError, match=consent.patient_code):
        world.sign(step)
    assert not Publication.objects.exists()
    step.refresh_from_db()
    assert step.status == "in_progress"


def test_twice_is_refused_and_a_withdrawn_record_stays(librarian, world):
    consent = make_consent()
    consent_withdrawal.withdraw(consent, user=world.librarian, on=in_days(0))
    with pytest.raises(ConsentError):
        consent_withdrawal.withdraw(consent, user=world.librarian, on=in_days(-1))
    librarian.post(reverse("consents:edit", args=[consent.pk]), record(purpose="别的"))
    consent.refresh_from_db()
    assert consent.purpose == "健康科普" and consent.withdrawn_on == in_days(0)


def test_an_edit_at_the_same_moment_does_not_undo_it(world):
    consent = make_consent()
    form = ConsentViewSet("consents")._edit_handler.get_form_class()(
        record(patient_code=consent.patient_code, purpose="教学"), instance=consent, for_user=world.librarian
    )
    assert form.is_valid(), form.errors
    consent_withdrawal.withdraw(consent, user=world.librarian, on=in_days(0))
    form.save()
    stored = ConsentRecord.objects.get()
    assert stored.purpose == "教学" and stored.withdrawn_on == in_days(0)


def test_nonsense_withdraws_nothing(librarian):
    consent = make_consent()
    for data in (
        {"withdrawn_on": "2999-01-01"},
        {"withdrawn_on": "1999-01-01"},
        {"withdrawn_on": "x"},
        {"note": "电话13812345678"},
    ):
        assert withdraw(librarian, consent, **data).context["form"].errors
    assert ConsentRecord.objects.get().withdrawn_on is None


def test_hidden_together_or_not_at_all(world, monkeypatch):
    consent = make_consent()
    live = [world.publish(has_case=True, consents=[consent]) for _one in range(2)]
    monkeypatch.setattr(publishing.services, "withdraw_deliveries", _fail_at(live[1]))
    with pytest.raises(OSError, match="cut off"):
        consent_withdrawal.withdraw(consent, user=world.librarian, on=in_days(0))
    consent.refresh_from_db()
    assert consent.withdrawn_on is None and Publication.objects.live().count() == 2


def _fail_at(publication):
    def fail(found):
        if found.pk == publication.pk:
            raise OSError("cut off")

    return fail
