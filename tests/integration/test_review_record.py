"""The record of review: the seals and their keys, the witness beside them, the dossier, the stamped form."""

import contextlib
import io
import json

from django.core.management import call_command
from django.db import connection, transaction

import pytest

from review import chain
from review.errors import ReviewStateError
from review.models import Approval, ChainHead
from tests.factories import World


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def three(world):
    """Three signed articles' approvals, in order."""
    return [world.publish().approval for _ in range(3)]


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


def test_altering_anything_in_any_column_is_found_and_named(three):
    assert verified() == (0, [])
    victim = three[1]
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
                found = list(chain.faults())
                named = ("Approval 2:", f"Approval {other}:")
                assert [line for line in found if line.startswith(named)], (column, other, found)


def test_a_tampered_row_makes_the_command_fail(three):
    raw("UPDATE review_approval SET digest = %s WHERE id = %s", "0" * 64, three[1].pk)
    assert verified() == (1, ["Approval 2: altered after signing."])


# The head row as it was after so many approvals: what somebody without the key could keep and put back.
def _head():
    return ChainHead.objects.values().get()


@pytest.mark.parametrize("heads", ["left alone", "replayed", "removed"])
def test_losing_the_last_is_found_by_the_head_or_by_the_publications(world, heads):
    world.publish()
    before = _head()
    lost = world.publish().approval
    with undone():
        raw("DELETE FROM review_approval WHERE id = %s", lost.pk)
        if heads == "replayed":
            ChainHead.objects.update(**before)
        if heads == "removed":
            ChainHead.objects.all().delete()
        found = list(chain.faults())
    assert [line for line in found if line.startswith("Approval 2:")], found


def test_an_empty_chain_beside_publications_is_found(three):
    with undone():
        raw("DELETE FROM review_approval")
        ChainHead.objects.all().delete()
        found = list(chain.faults())
    assert {line.split(":")[0] for line in found} == {"Approval 1", "Approval 2", "Approval 3"}


def test_swapping_two_is_found_even_with_their_publications(three):
    one, two = three[:2]
    with undone():
        for sequence, row in ((99, one), (1, two), (2, one)):
            raw("UPDATE review_approval SET sequence = %s WHERE id = %s", sequence, row.pk)
        found = list(chain.faults())
    assert {"Approval 1: altered after signing.", "Approval 2: altered after signing."} <= set(found)
    first, second = one.publication, two.publication
    with undone():
        for approval, publication in ((99, first), (one.pk, second), (two.pk, first)):
            raw("UPDATE publish_publication SET approval_id = %s WHERE id = %s", approval, publication.pk)
        found = list(chain.faults())
    assert {line.split(":")[0] for line in found} == {"Approval 1", "Approval 2"}


def test_a_publication_keeps_the_end_of_the_chain(three):
    assert chain.head() == (3, three[2].mac)
    kept = [(one.publication.chain_count, one.publication.chain_mac) for one in three]
    assert kept == [(one.sequence, one.mac) for one in three]
    raw("UPDATE publish_publication SET chain_count = NULL WHERE id = %s", three[1].publication.pk)
    code, lines = verified()
    assert code == 1
    assert [line for line in lines if line.startswith("Approval 2:")]


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
