"""The record of review: the seals and their keys, the witness beside them, the dossier, the stamped form."""

import contextlib
import html
import io
import json
import re
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

import pytest

from articles.digest import digest
from articles.models import ArticlePage
from publish import publishing
from review import chain, history, services
from review.errors import ReviewStateError
from review.models import Approval, ApprovalScan, ChainHead, ReturnNote
from tests.factories import World, make_physician, open_step, picture_bytes


@pytest.fixture
def world(db):
    return World()


def raw(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def verified():
    """Return (exit code, lines) of verify_approvals."""
    out = io.StringIO()
    try:
        call_command("verify_approvals", stdout=out, stderr=io.StringIO())
    except SystemExit as stop:
        return stop.code, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


@contextlib.contextmanager
def undone():
    """Run the block with foreign keys looked at late, and take back what it did."""
    with transaction.atomic():
        with connection.cursor() as cursor, contextlib.suppress(Exception):
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        transaction.set_rollback(True)


# --- Seals and keys -----------------------------------------------------------------------------


def stored(column, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM review_approval WHERE id = %s", [pk])  # noqa: S608
        return cursor.fetchone()[0]


def changed(field, value):
    """Yield values like ``value`` that differ in one place: each end and the middle of a text, each leaf of a JSON."""
    if field.get_internal_type() == "JSONField":
        yield from (json.dumps(other, ensure_ascii=False) for other in _leaves_changed(json.loads(value)))
    elif isinstance(value, int):
        yield from (value + 1000, value + 2000)
    elif hasattr(value, "isoformat"):
        yield value.replace(microsecond=(value.microsecond + 1) % 1_000_000)
    elif field.get_internal_type() == "DateTimeField":
        yield value[:-1] + ("1" if value[-1] != "1" else "2")
        yield "not a moment at all"
    else:
        text = value or "x"
        for place in {0, len(text) // 2, len(text) - 1}:
            yield text[:place] + ("中" if text[place] != "中" else "x") + text[place + 1 :]
            yield text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
        yield ""


def _leaves_changed(value):
    """Yield copies of ``value``, each with one leaf changed, one key lost, or one element lost or doubled."""
    if isinstance(value, dict):
        for key in value:
            yield {name: value[name] for name in value if name != key}
            yield from (value | {key: other} for other in _leaves_changed(value[key]))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield value[:place] + value[place + 1 :]
            yield from ([*value[:place], other, *value[place + 1 :]] for other in _leaves_changed(one))
        yield [*value, "x"]
    else:
        yield {str: lambda: value + "​", bool: lambda: not value}.get(type(value), lambda: [value])()


FIELDS = {field.column: field for field in Approval._meta.concrete_fields}


def test_altering_anything_in_any_column_is_found_and_named(world):
    _first, victim, _last = [world.publish().approval for _ in range(3)]
    assert verified() == (0, [])
    for column, field in FIELDS.items():
        value = stored(column, victim.pk)
        if field.get_internal_type() == "JSONField" and not isinstance(value, str):
            value = json.dumps(value)
        tries = [other for other in changed(field, value) if other != value]
        assert tries
        for other in tries:
            if connection.vendor == "postgresql" and other == "not a moment at all":
                continue
            with undone():
                raw(f"UPDATE review_approval SET {column} = %s WHERE id = %s", other, victim.pk)  # noqa: S608
                found = chain.faults()
                named = ("Approval 2:", f"Approval {other}:")
                assert [line for line in found if line.startswith(named)], (column, other, found)
    raw("UPDATE review_approval SET digest = %s WHERE id = %s", "0" * 64, victim.pk)
    assert verified() == (1, ["Approval 2: altered after signing."])


# The head row as it was after so many approvals: what somebody without the key could keep and put back.
def _head():
    return ChainHead.objects.values().get()


def test_losing_the_last_is_found_by_the_head_or_by_the_publications(world):
    world.publish()
    before = _head()
    lost = world.publish().approval
    for heads in ("left alone", "replayed", "removed"):
        with undone():
            raw("DELETE FROM review_approval WHERE id = %s", lost.pk)
            if heads == "replayed":
                ChainHead.objects.update(**before)
            if heads == "removed":
                ChainHead.objects.all().delete()
            found = chain.faults()
        assert [line for line in found if line.startswith("Approval 2:")], (heads, found)


def test_an_empty_chain_beside_a_publication_is_found(world):
    world.publish()
    with undone():
        raw("DELETE FROM review_approval")
        ChainHead.objects.all().delete()
        found = chain.faults()
    assert {line.split(":")[0] for line in found} == {"Approval 1"}


def test_swapping_two_is_found_even_with_their_publications(world):
    one, two = world.publish().approval, world.publish().approval
    with undone():
        for sequence, row in ((99, one), (1, two), (2, one)):
            raw("UPDATE review_approval SET sequence = %s WHERE id = %s", sequence, row.pk)
        found = chain.faults()
    assert {"Approval 1: altered after signing.", "Approval 2: altered after signing."} <= set(found)
    first, second = one.publication, two.publication
    with undone():
        for approval, publication in ((99, first), (one.pk, second), (two.pk, first)):
            raw("UPDATE publish_publication SET approval_id = %s WHERE id = %s", approval, publication.pk)
        found = chain.faults()
    assert {line.split(":")[0] for line in found} == {"Approval 1", "Approval 2"}


def test_a_publication_keeps_the_end_of_the_chain(world):
    first, second = world.publish(), world.publish()
    assert chain.head() == (2, second.approval.mac)
    kept = [(one.chain_count, one.chain_mac) for one in (first, second)]
    assert kept == [(one.approval.sequence, one.approval.mac) for one in (first, second)]
    raw("UPDATE publish_publication SET chain_count = NULL WHERE id = %s", first.pk)
    code, lines = verified()
    assert code == 1
    assert [line for line in lines if line.startswith("Approval 1:")]


def test_a_new_key_before_the_old_one_seals_and_both_verify(world, settings):
    old = settings.APPROVAL_KEY
    first = world.publish().approval
    settings.APPROVAL_KEY = f"{'n' * 50}, {old}"
    second = world.publish().approval
    assert first.key_id != second.key_id
    assert verified() == (0, [])
    settings.APPROVAL_KEY = "n" * 50
    assert verified() == (1, [f"Approval 1: APPROVAL_KEY no longer holds the key it names ({first.key_id})."])


def test_rows_from_before_the_keyring_verify_under_any_key_of_it(world, settings):
    approval = world.publish().approval
    approval.key_id = ""
    mac = chain._hmac(settings.APPROVAL_KEY, chain._content_of(approval))
    raw("UPDATE review_approval SET key_id = '', mac = %s WHERE id = %s", mac, approval.pk)
    raw("UPDATE publish_publication SET chain_count = NULL, chain_mac = ''")
    head = ChainHead(count=1, mac=mac, key_id=chain.key_id())
    seal = chain._hmac(settings.APPROVAL_KEY, chain._head_content(head))
    ChainHead.objects.update(mac=mac, seal=seal)
    assert verified() == (0, [])
    settings.APPROVAL_KEY = f"{'n' * 50},{settings.APPROVAL_KEY}"
    world.publish()
    assert verified() == (0, [])


def test_nothing_is_signed_on_top_of_a_chain_whose_end_does_not_verify(world, settings):
    world.publish()
    step = world.submit(world.make_article())
    settings.APPROVAL_KEY = "another-key-" * 5
    with pytest.raises(ReviewStateError) as refusal:
        world.sign(step)
    assert "verify_approvals" in refusal.value.sentence
    step.refresh_from_db()
    assert (step.status, step.signature, Approval.objects.count()) == ("in_progress", None, 1)


def test_a_signature_in_the_middle_of_the_check_is_no_fault(world):
    world.publish()
    step = world.submit(world.make_article())
    signed = []

    def sign_first(execute, sql, params, many, context):
        if "review_approval" in sql and not signed:
            signed.append(step)
            world.sign(step)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(sign_first):
        assert chain.faults() == []
    assert Approval.objects.count() == 2


# --- The dossier --------------------------------------------------------------------------------


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def dossier_of(article, user):
    return client_of(user).get(reverse("review:dossier", args=[article.pk]))


def returned_and_signed(world, **fields):
    """Take an article through a return with a point, its answer, and a signature; return the article."""
    article = world.make_article(**fields)
    step = world.submit(article)
    note = {"category": "numbers", "passage": "五分钟", "text": "坐多久要写明来源", "suggestion": ""}
    services.send_back(step, world.physician, seen_digest=services.read(step).digest, notes=[note])
    ReturnNote.objects.update(answer="已补上来源", answered_by=world.librarian, answered_at=timezone.now())
    article = ArticlePage.objects.get(pk=article.pk)
    article.save_revision(user=world.librarian)
    article.current_workflow_state.resume(user=world.librarian)
    world.sign(open_step(article))
    return ArticlePage.objects.get(pk=article.pk)


def sign_again(world, article, **changes):
    """Sign another version of ``article``; return its publication."""
    article = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(article, name, value)
    article.save_revision(user=world.librarian)
    world.sign(world.submit(article))
    return article.publications.live().get()


def test_the_dossier_tells_who_signed_what_and_why_it_came_back(world):
    article = returned_and_signed(world)
    publication = sign_again(world, article, summary="每天早晚各量一次血压。")
    publishing.withdraw(publication, reason="等新指南", user=world.chief)
    page = html.unescape(dossier_of(article, world.librarian).content.decode())
    count, seal = chain.head()
    approval = publication.approval
    for text in (
        f"<dd>{count}</dd>",
        seal,
        approval.digest,
        approval.mac,
        "王示例 主任医师 心血管内科",
        "坐多久要写明来源",
        "已补上来源",
        "世界卫生组织",
        "<del>，按时吃药，少盐多动</del>",
        "<ins>早晚各量一次</ins>",
        "等新指南",
        publication.path,
        "note--success",
    ):
        assert text in page, text


def test_the_dossier_says_so_when_the_record_was_altered(world):
    article = world.publish().article
    raw("UPDATE review_approval SET signatures = '[]'")
    page = dossier_of(article, world.chief).content.decode()
    assert "第 1 条签发记录：签发后被改动。" in page
    assert "note--success" not in page


def test_a_record_damaged_beyond_reading_still_gives_a_page(world):
    article = world.publish().article
    for damage in ('"gone"', "[1]", '[{"answers": 3}]', "{}"):
        raw("UPDATE review_approval SET signatures = %s", damage)
        response = dossier_of(article, world.chief)
        assert response.status_code == 200
        assert 'role="alert"' in response.content.decode()
        assert verified() == (1, ["Approval 1: altered after signing."])


def test_the_list_of_approvals_leads_to_dossiers_and_asks_no_more_for_more(world):
    client, address = client_of(world.chief), reverse("approvals:index")
    article = world.publish().article
    assert reverse("review:dossier", args=[article.pk]) in client.get(address).content.decode()
    with CaptureQueriesContext(connection) as once:
        client.get(address)
    world.publish()
    with CaptureQueriesContext(connection) as again:
        client.get(address)
    assert len(again) == len(once)


def test_the_json_proves_its_digests_by_itself(world):
    article = world.publish().article
    sign_again(world, article, title="高血压患者的每一天")
    response = client_of(world.chief).get(reverse("review:dossier_json", args=[article.pk]))
    found = json.loads(response.content)
    assert [digest(one["snapshot"]) for one in found["versions"]] == [
        one["digest"] for one in found["versions"]
    ]
    assert found["versions"][1]["signatures"][0]["credentials"]["post"] == "in_post"
    assert found["versions"][1]["signatures"][0]["findings"] is not None
    assert [row["chain"].split(" · ")[1] for row in found["sections"][0]["rows"]] == [
        one["seal"] for one in found["versions"]
    ]
    assert found["history"][-1]["detail"] == found["versions"][1]["digest"]


def test_hostile_words_stay_words(world):
    article = returned_and_signed(world, title="<script>alert(1)</script>血压")
    for name, args in (("dossier", [article.pk]), ("approval_form", [article.pk, 1])):
        page = client_of(world.chief).get(reverse(f"review:{name}", args=args)).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_queries_do_not_grow_with_versions_and_rounds(world, django_assert_max_num_queries):
    article = returned_and_signed(world)
    client = client_of(world.chief)
    address = reverse("review:dossier", args=[article.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as once:
        client.get(address)
    sign_again(world, article, summary="早晚各量一次。")
    sign_again(world, article, summary="早中晚各量一次。")
    with django_assert_max_num_queries(len(once)):
        client.get(address)


def test_who_may_see_a_dossier(world):
    article = world.publish().article
    stranger = make_physician("stranger", [world.other_department], "赵", "旁人")
    names = [("dossier", []), ("dossier_json", []), ("approval_form", [1]), ("scan", [1])]
    addresses = [reverse(f"review:{name}", args=[article.pk, *more]) for name, more in names]
    for user in (world.librarian, world.chief, world.admin, world.physician):
        assert [client_of(user).get(one).status_code for one in addresses] == [200, 200, 200, 404]
    assert [client_of(stranger).get(one).status_code for one in addresses] == [403] * 4
    assert {Client().get(one).status_code for one in addresses} == {302}
    assert client_of(world.chief).get(reverse("review:dossier", args=[99999])).status_code == 404


def test_the_editor_leads_to_the_dossier(world):
    article = world.make_article()
    page = client_of(world.librarian).get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    assert reverse("review:dossier", args=[article.pk]) in page.content.decode()
    assert dossier_of(article, world.librarian).status_code == 200


def test_the_history_tells_it_in_words_and_in_order(world):
    article = returned_and_signed(world)
    withdrawal = publishing.withdraw(article.publications.live().get(), reason="等新指南", user=world.chief)
    publishing.undo_withdrawal(withdrawal, user=world.chief)
    with translation.override("en"):
        told = [(event.text, event.who) for event in history.of(article)]
    librarian, physician, chief = "林晓示", "王示例", "陈示范"
    wanted = [
        ("Created", librarian),
        ("Submitted for review", librarian),
        ("医师审核签发: returned", physician),
        ("Submitted again after a return", librarian),
        ("医师审核签发: signed", physician),
        ("Approved for release, number 1", ""),
        ("Withdrawn from readers: 等新指南", chief),
        ("Put back for readers; it had been withdrawn: 等新指南", chief),
    ]
    places = [told.index(one) for one in wanted]
    assert places == sorted(places)


# --- The stamped form ---------------------------------------------------------------------------

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def attach(user, article, name, data, number=1):
    upload = SimpleUploadedFile(name, data)
    address = reverse("review:add_scan", args=[article.pk, number])
    return client_of(user).post(address, {"scan": upload, "note": "宣传科存"})


def test_a_scan_is_kept_beside_the_approval_and_handed_out(world):
    article = world.publish().article
    before = list(Approval.objects.values())
    assert attach(world.librarian, article, "李患者.pdf", PDF).status_code == 302
    assert attach(world.librarian, article, "again.pdf", PDF).status_code == 302
    assert attach(world.chief, article, "b.exe", picture_bytes()).status_code == 302
    one, two = ApprovalScan.objects.order_by("pk")
    assert (one.added_by, one.note) == (world.librarian, "宣传科存")
    assert "患者" not in one.scan.name
    assert two.scan.name.endswith(".jpg")
    response = client_of(world.physician).get(reverse("review:scan", args=[article.pk, one.pk]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert list(Approval.objects.values()) == before
    other = world.publish().article
    assert client_of(world.chief).get(reverse("review:scan", args=[other.pk, one.pk])).status_code == 404
    with pytest.raises(ValueError, match="no address"):
        one.scan.url  # noqa: B018


def test_what_is_no_scan_is_refused_with_a_sentence(world):
    article = world.publish().article
    too_large = b"%PDF-" + b"0" * (10 * 2**20) + b"%%EOF"
    for name, data in (("a.pdf", b"<script>alert(1)</script>"), ("a.png", b""), ("a.pdf", too_large)):
        response = attach(world.librarian, article, name, data)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
    assert not ApprovalScan.objects.exists()


def test_who_may_not_attach_a_scan(world):
    article = world.publish().article
    other = world.publish().article
    assert attach(world.physician, article, "a.pdf", PDF).status_code == 403
    assert attach(world.admin, article, "a.pdf", PDF).status_code == 403
    assert attach(world.librarian, other, "a.pdf", PDF, number=1).status_code == 404
    assert not ApprovalScan.objects.exists()


def test_the_form_names_the_steps_and_the_hospital_may_bring_its_own(world, settings, tmp_path):
    article = world.publish().article
    address = reverse("review:approval_form", args=[article.pk, 1])
    page = client_of(world.librarian).get(address).content.decode()
    for text in ("医师审核签发", "王示例 主任医师", Approval.objects.get().digest):
        assert text in page
    (tmp_path / "review").mkdir()
    own = "示例医院审批表 {{ snapshot.title }} {% for one in signatures %}{{ one.name }}{% endfor %}"
    (tmp_path / "review" / "approval_form.html").write_text(own)
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    page = client_of(world.librarian).get(address).content.decode()
    assert page == "示例医院审批表 高血压患者的日常管理 王示例"


def test_nothing_calls_a_signature_here_a_reliable_electronic_signature():
    """签发 is an internal act; 可靠电子签名 is a term of the Electronic Signature Law with conditions of its own."""
    root = Path(__file__).resolve().parents[2]
    rooms = [root / room for room in ("articles", "cms", "publish", "review", "themes")]
    read = [path for room in rooms for kind in ("html", "po", "py", "js") for path in room.rglob(f"*.{kind}")]
    claim = re.compile(r"电子签名|电子签章|(reliable|qualified) electronic signature", re.IGNORECASE)
    assert len(read) > 200
    assert [path for path in read if claim.search(path.read_text(encoding="utf-8"))] == []
