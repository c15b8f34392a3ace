"""The seal on approvals: HMAC-SHA256, each over its row and the seal before it.

``APPROVAL_KEY`` is a keyring: one key, or several parted by commas, the newest first. The newest seals, every one
verifies; each row names its key. Rows from before the keyring name none and verify under any key of the ring.
The head (count and last seal, sealed too) makes the loss of the last rows visible. Rooms above keep the head a second
time and add what their copy says to ``witnesses``, so that cutting the chain and resetting the head is found as well.
"""

import hashlib
import hmac
import json

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from articles.digest import digest
from review.errors import ReviewStateError
from review.faults import Fault
from review.models import Approval, ChainHead


# Functions without arguments that yield one Fault for each fault they know of (see publish.witness).
witnesses = []
# What reading a row may raise whose columns were tampered with (SQLite keeps any value in any column).
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, OverflowError, DatabaseError)


def keyring():
    """Return {key id: key} of ``APPROVAL_KEY``, the newest key first."""
    keys = (key.strip() for key in settings.APPROVAL_KEY.split(","))
    return {_id_of(key): key for key in keys if key}


def key_id():
    """Return the short public name of the key that seals now."""
    return next(iter(keyring()))


def _id_of(key):
    return hashlib.sha256(b"xinglin approval key\n" + key.encode()).hexdigest()[:16]


def _hmac(key, message):
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def _content_of(approval):
    content = {
        "sequence": approval.sequence,
        "article": approval.article_id,
        "workflow_state": approval.workflow_state_id,
        "revision": approval.revision_id,
        "scheme": approval.scheme,
        "digest": approval.digest,
        "snapshot": approval.snapshot,
        "signatures": approval.signatures,
        "signed_at": approval.signed_at.astimezone(timezone.get_fixed_timezone(0)).isoformat(),
        "previous": approval.previous_mac,
    }
    if approval.key_id:
        content["key"] = approval.key_id
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # What was written here never holds half a surrogate pair; what was tampered with may.
    return text.encode(errors="surrogatepass")


def _head_content(head):
    return f"head\n{head.count}\n{head.mac}".encode(errors="surrogatepass")


def head():
    """Return (count, last seal) of the chain; (0, "") before the first approval."""
    return ChainHead.objects.filter(pk=1).values_list("count", "mac").first() or (0, "")


def append(approval):
    """Number, chain, seal and insert ``approval`` (unsaved). Call inside a transaction; approvals queue up here.

    Raises ReviewStateError when the end of the chain does not verify: sealing on top of it would hide what happened.
    """
    end, created = ChainHead.objects.get_or_create(pk=1)
    end = ChainHead.objects.select_for_update().get(pk=1)
    if not created and not _head_holds(end):
        raise ReviewStateError(
            _(
                "The record of approvals does not verify, so nothing was signed. "
                "Ask the administrator to run verify_approvals and to check APPROVAL_KEY."
            )
        )
    ring = keyring()
    approval.key_id = key_id()
    approval.sequence = end.count + 1
    approval.previous_mac = end.mac
    approval.mac = _hmac(ring[approval.key_id], _content_of(approval))
    approval.save()
    end.count, end.mac, end.key_id = approval.sequence, approval.mac, approval.key_id
    end.seal = _hmac(ring[end.key_id], _head_content(end))
    end.save()
    return approval


def faults(tries=5):
    """Return one Fault for each fault of the chain and of its witnesses; none when all is whole.

    Somebody may sign while rows are read; what then seems to disagree is read again, up to ``tries`` times.
    """
    for _again in range(tries):
        before, found = head(), list(_faults())
        if not found or head() == before:
            break
    return found


def _faults():
    end = ChainHead.objects.filter(pk=1).first()
    if end and end.key_id not in keyring():
        yield Fault(gettext_noop("APPROVAL_KEY is not the key these approvals were sealed with."))
        return
    yield from _faults_of_chain(end)
    for witness in witnesses:
        yield from witness()


def faults_of(approvals):
    """Yield one Fault for each fault of these ``approvals`` alone, and of the end of the chain."""
    end = ChainHead.objects.filter(pk=1).first()
    if end is None:
        yield from [Fault(gettext_noop("The end of the chain is missing."))] * bool(approvals)
    elif not _head_holds(end):
        yield Fault(gettext_noop("The end of the chain: altered."))
    before = dict(
        Approval.objects.filter(sequence__in=[one.sequence - 1 for one in approvals]).values_list(
            "sequence", "mac"
        )
    )
    for approval in approvals:
        yield from _faults_of_row(approval, before.get(approval.sequence - 1, ""))
        if end and approval.sequence > end.count:
            yield Fault(
                gettext_noop("Approval %(number)s: added without a seal on the end of the chain."),
                number=approval.sequence,
            )


def _faults_of_chain(end):
    previous, expected = "", 1
    for number, approval in _rows():
        if approval is None or not isinstance(number, int):
            yield Fault(
                gettext_noop("Approval %(number)s: cannot be read, so it was altered."), number=number
            )
            continue
        if expected < number:
            yield _missing(expected, number - 1)
            previous = approval.previous_mac
        yield from _faults_of_row(approval, previous)
        previous, expected = approval.mac, number + 1
    if end is None:
        if expected > 1:
            yield Fault(gettext_noop("The end of the chain is missing."))
        return
    if not _head_holds(end):
        yield Fault(gettext_noop("The end of the chain: altered."))
    if not isinstance(end.count, int):
        return
    if expected <= end.count:
        yield _missing(expected, end.count)
    elif expected - 1 > end.count:
        yield Fault(
            gettext_noop("Approval %(number)s: added without a seal on the end of the chain."),
            number=expected - 1,
        )
    elif end.mac != previous:
        yield Fault(
            gettext_noop("Approval %(number)s: is not the one that ended the chain."), number=end.count
        )


def _faults_of_row(approval, previous):
    number = approval.sequence
    if approval.previous_mac != previous:
        yield Fault(
            gettext_noop("Approval %(number)s: does not follow the approval before it."), number=number
        )
    if approval.key_id and approval.key_id not in keyring():
        yield Fault(
            gettext_noop("Approval %(number)s: APPROVAL_KEY no longer holds the key it names (%(key)s)."),
            number=number,
            key=approval.key_id,
        )
    elif not _row_holds(approval):
        yield Fault(gettext_noop("Approval %(number)s: altered after signing."), number=number)
    elif approval.digest != _digest_or_none(approval.snapshot):
        yield Fault(gettext_noop("Approval %(number)s: the digest does not fit the text."), number=number)


def _row_holds(approval):
    ring = keyring()
    keys = [ring[approval.key_id]] if approval.key_id else ring.values()
    try:
        content = _content_of(approval)
    except (AttributeError, TypeError, ValueError):
        return False
    return any(_same(approval.mac, _hmac(key, content)) for key in keys)


def _head_holds(end):
    key = keyring().get(end.key_id)
    return bool(key) and _same(end.seal, _hmac(key, _head_content(end)))


def _same(kept, made):
    # What was tampered with need not be ASCII, nor text at all on SQLite.
    return isinstance(kept, str) and hmac.compare_digest(kept.encode(errors="surrogatepass"), made.encode())


def _rows(at_once=100):
    """Yield (number, Approval) in order, with None for a row that the database or Django can no longer read."""
    keys = list(Approval.objects.order_by("sequence").values_list("sequence", "pk"))
    for start in range(0, len(keys), at_once):
        page = keys[start : start + at_once]
        found = _read([pk for _number, pk in page])
        for number, pk in page:
            yield number, found.get(pk)


def _read(pks):
    try:
        return {approval.pk: approval for approval in Approval.objects.filter(pk__in=pks)}
    except UNREADABLE:
        return {pk: row for one in pks if len(pks) > 1 for pk, row in _read([one]).items()}


def _missing(first, last):
    if first == last:
        return Fault(gettext_noop("Approval %(number)s: missing."), number=first)
    return Fault(gettext_noop("Approvals %(first)s to %(last)s: missing."), first=first, last=last)


def _digest_or_none(snapshot):
    try:
        return digest(snapshot)
    except (ValueError, AttributeError, TypeError):
        return None
