"""Look-ups of references over a socket, the paste box's addresses, and references through the editor's form."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from django.utils import timezone

import pytest

from articles import findings
from articles.citing import addresses, lookups
from articles.citing.rich_text import TYPE
from articles.models import ArticlePage, EditorialSettings, LookupAnswer, Reference
from articles.snapshot import build
from publish import retractions
from review.models import Notice
from tests.factories import World
from tests.support import lookups_double
from tests.support.lookups_double import SLOW, Double


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def double(settings):
    with Double() as running:
        settings.LOOKUP_ADDRESSES = running.settings
        yield running


def switch_on(*names, **values):
    EditorialSettings.load()
    EditorialSettings.objects.update(**dict.fromkeys(names, True), **values)


def test_nothing_is_asked_until_a_switch_is_on(double):
    assert not lookups.look_up(
        {"pmid": "90000001", "doi": "10.5555/example.1", "isbn": "9780000000002"}
    ).found
    assert double.seen == [] and not LookupAnswer.objects.exists()


def test_what_the_four_services_say(double):
    switch_on("pubmed", "crossref", "doi", "open_library", lookup_mail="library@example.org")
    paper = lookups.look_up({"pmid": "90000001"}).fields
    assert paper["authors"] == "Example A\nSample BC" and paper["pages"] == "101-109"
    assert (paper["doi"], paper["pmcid"], paper["year"]) == ("10.5555/example.1", "PMC9000001", "2024")
    assert "tool=xinglin" in double.seen[0] and "email=library%40example.org" in double.seen[0]
    assert lookups.look_up({"pmid": "90000003"}).fields["title"] == "家庭血压测量示例"
    work = lookups.look_up({"doi": "10.5555/EXAMPLE.1"}).fields
    assert (
        work["title"] == "Salt at the example table"
        and work["authors"] == "Example, Anna\nSample Study Group"
    )
    chinese = lookups.look_up({"doi": "10.5555/redirected"}).fields
    assert chinese["title"] == "示例题名：家庭血压" and chinese["authors"] == "示例甲\n示例协作组"
    book = lookups.look_up({"isbn": "0-306-40615-2"})
    assert not book.found and book.asked == ["Open Library"]
    book = lookups.look_up({"isbn": "978-0-00-000000-2"}).fields
    assert book["title"] == "Made-up medicine: a textbook" and book["year"] == "2019"


def test_answers_are_kept_and_asked_anew_in_time(double):
    switch_on("pubmed")
    now = timezone.now()
    for days in (0, 89, 91):
        lookups.look_up({"pmid": "90000001"}, now=now + timedelta(days=days))
    assert len(double.seen) == 2
    for hours in (0, 23, 25):
        lookups.look_up({"pmid": "90000099"}, now=now + timedelta(hours=hours))
    assert len(double.seen) == 4
    assert set(LookupAnswer.objects.values_list("identifier", "found")) == {
        ("90000001", True),
        ("90000099", False),
    }


@pytest.mark.parametrize(
    "fields",
    [{"pmid": "90000009"}, {"pmid": "90000008"}, {"pmid": "90000007"}, {"pmid": "90000006"}, {"doi": "10.5555/foreign"},
     {"doi": "10.5555/circle"}, {"pmid": "90000004"}, {"pmid": "90000005"}, {"pmid": "90000010"}],
    ids=["too many", "huge", "slow", "no JSON", "foreign host", "circle", "drips its head", "drips its body", "packed bomb"],
)  # fmt: skip
def test_a_failing_service_costs_a_sentence(double, fields, monkeypatch):
    """Also one that drips: 500 bytes, each before the time-out of a read, would take 25 seconds."""
    monkeypatch.setattr("articles.citing.fetching.READ_TIMEOUT", 0.3)
    monkeypatch.setattr("articles.citing.fetching.WHOLE_TIMEOUT", 1.5)
    switch_on("pubmed", "doi")
    answer = lookups.look_up(fields)
    SLOW.set()
    assert not answer.found and len(answer.failures) == 1
    assert "to the last byte" not in double.seen
    assert not LookupAnswer.objects.exists()


def test_retractions(double):
    switch_on("pubmed", "crossref")
    assert lookups.look_up({"pmid": "90000002"}).retracted
    assert lookups.look_up({"doi": "10.5555/withdrawn"}).retracted
    world = World()
    article = world.make_article()
    one = article.references.all()[0]
    one.doi = "10.5555/Withdrawn"
    one.save()
    assert "evidence.retracted" in [
        finding.code for finding in findings.check(type(article).objects.get(pk=article.pk))
    ]


def test_only_public_addresses_are_asked(double, settings, monkeypatch):
    for url in (
        f"{double.url}/page", "http://localhost/", "http://169.254.169.254/latest/", "http://10.0.0.1/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "ftp://example.org/", "http://user:secret@8.8.8.8/", "http://127.1/",
    ):  # fmt: skip
        with pytest.raises(addresses.PrivateAddressError):
            addresses.answers(url)
    assert double.seen == []
    settings.LOOKUP_PRIVATE_HOSTS = (double.url.removeprefix("http://"),)
    assert addresses.answers(f"{double.url}/page") is True
    assert addresses.answers(f"{double.url}/nowhere") is False
    with pytest.raises(addresses.PrivateAddressError):
        addresses.answers(f"{double.url}/to-metadata")
    monkeypatch.setattr(addresses, "WHOLE_TIMEOUT", 0.5)
    assert addresses.answers(f"{double.url}/drip") is None
    assert "to the last byte" not in double.seen


def test_the_addresses_of_the_box(double, client):
    world = World()
    world.article = world.make_article()
    switch_on("pubmed", "addresses")
    read, look_up, check = (reverse(f"references:{name}") for name in ("read", "look_up", "check"))
    export = reverse("references:export", args=[world.article.pk, "ris"])

    client.force_login(world.physician)  # reviews, writes nothing
    for url in (read, look_up, check):
        assert client.post(url, {"text": "90000001"}).status_code in (302, 403)
    assert client.get(export).status_code in (302, 403)
    assert double.seen == []

    client.force_login(world.librarian)
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(world.librarian)
    assert guarded.post(read, {"text": "90000001"}).status_code == 403
    assert client.get(read).status_code == 405
    known = json.dumps([{"name": "[1]", "pmid": "90000002"}])
    entries = client.post(read, {"text": "90000001 90000002", "known": known}).json()["entries"]
    assert [(one["same_as"], one["services"]) for one in entries] == [("", ["PubMed"]), ("[1]", ["PubMed"])]
    assert double.seen == []  # reading asks nobody
    for bad in ({"text": ""}, {"text": "x", "known": "{"}, {"text": "x", "known": "[" * 100_000}):
        answer = client.post(read, bad)
        assert answer.status_code == 400 and answer.json()["error"]
    found = client.post(look_up, {"fields": json.dumps(entries[0]["fields"])}).json()
    assert (
        found["found"] and found["fields"]["title"] == "Salt at the example table" and found["missing"] == []
    )
    asked = client.post(
        check, {"fields": json.dumps({"pmid": "90000002", "url": f"{double.url}/page"})}
    ).json()
    assert asked["retracted"] is True and asked["reachable"] is None and asked["notes"]
    assert client.post(look_up, {"fields": "[]"}).status_code == 400
    answer = client.get(export)
    assert answer["Content-Disposition"].endswith('.ris"') and "TI  - 高血压" in answer.content.decode()
    assert (
        client.get(reverse("references:export", args=[world.article.pk, "list"]))
        .content.decode("utf-8-sig")
        .startswith("[1] ")
    )


def test_keys_stay_with_their_references_and_citations_survive_the_editor():
    from wagtail.admin.rich_text import get_rich_text_editor_widget

    world = World()
    article = world.make_article()
    key = article.references.all()[0].key
    article.body = [("paragraph", f'<p data-block-key="x">甲<span data-cite="{key} gone">[9]</span></p>')]
    article.save_revision()
    draft = type(article).objects.get(pk=article.pk).get_latest_revision_as_object()
    assert draft.references.all()[0].key == key
    snapshot = build(draft)
    assert snapshot["body"][0]["value"]["html"] == "<p>甲<sup>[1]</sup></p>"

    widget = get_rich_text_editor_widget(features=["cite"])
    state = json.loads(widget.format_value(draft.body[0].value.source))
    (entity,) = state["entityMap"].values()
    assert entity["type"] == TYPE and entity["data"]["keys"] == f"{key} gone"
    stored = widget.value_from_datadict({"b": json.dumps(state)}, {}, "b")
    assert f'<span data-cite="{key} gone">[9]</span>' in stored
    # Two rows with one key, as only a made-up post has them: citations mean the first.
    form_class = type(article).get_edit_handler().get_form_class()
    formset = form_class(instance=draft, for_user=world.librarian).formsets["references"]
    prefix = formset.prefix
    data = {f"{prefix}-TOTAL_FORMS": "2", f"{prefix}-INITIAL_FORMS": "0", f"{prefix}-MIN_NUM_FORMS": "0"}
    data[f"{prefix}-MAX_NUM_FORMS"] = "1000"
    for place in range(2):
        data |= {
            f"{prefix}-{place}-{n}": v
            for n, v in {"kind": "web", "title": "题名", "key": "same", "ORDER": place + 1}.items()
        }
    bound = type(formset)(data, instance=article, prefix=prefix)
    assert bound.is_valid(), bound.errors
    keys = [form.instance.key for form in bound.forms]
    assert keys[0] == "same" and keys[1] != "same"


def test_a_reference_retracted_after_the_signature_is_told_once_to_librarians(double, monkeypatch):
    world = World()
    article = world.make_article(references=False)
    article.references = [
        Reference(kind="journal", title="示例题名", year="2026", pmid="90000001"),
        Reference(kind="journal", title="另一题名", year="2026", doi="10.5555/Withdrawn"),
    ]
    article.save_revision(user=world.librarian)
    world.publish(article)
    night = datetime(2026, 12, 1, 1, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert retractions.look(night) == 0 and double.seen == []  # no service is switched on

    switch_on("pubmed")
    assert retractions.look(night) == 0 and len(double.seen) == 1
    monkeypatch.setitem(lookups_double.PUBMED, "90000001", lookups_double.PUBMED["90000002"])
    assert retractions.look(night + timedelta(days=29)) == 0 and len(double.seen) == 1
    later = night + timedelta(days=30)
    assert retractions.look(later) > 0 and retractions.look(later) == 0
    assert len(double.seen) == 2
    notices = Notice.objects.filter(recipient=world.librarian, key__startswith="retracted:")
    told = notices.get()
    assert "90000001" in told.text and "1" in told.text and f"/{article.pk}/edit/" in told.text
    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    assert [one.code for one in findings.check(draft)].count("evidence.retracted") == 1

    switch_on("crossref")
    assert retractions.look(later) > 0  # the other reference; PubMed's was asked about just now
    assert notices.count() == 2
    # A service that fails is left alone for that turn.
    EditorialSettings.objects.update(crossref=False)
    Reference.objects.filter(article=article).update(pmid="90000009")
    Reference.objects.create(article=article, kind="journal", title="题名", pmid="90000006")
    asked = len(double.seen)
    assert retractions.look(later) == 0 and len(double.seen) == asked + 1
    assert retractions.slot(night) == "2026-12-01T01" and retractions.slot(night + timedelta(hours=9)) is None
