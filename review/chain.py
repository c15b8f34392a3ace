"""The seal on approvals: HMAC-SHA256 under ``APPROVAL_KEY``, each over its row and the seal before it.

Verification needs the key alone. The head (count and last seal, sealed too) makes the loss of the last rows visible.
"""

import hashlib
import hmac
import json

from django.conf import settings
from django.utils import timezone

from articles.digest import digest
from review.models import Approval, ChainHead


def key_id():
    """Return a short public name of the key in use, to tell a wrong key from an altered row."""
    return hashlib.sha256(b"xinglin approval key\n" + settings.APPROVAL_KEY.encode()).hexdigest()[:16]


def _hmac(message):
    return hmac.new(settings.APPROVAL_KEY.encode(), message, hashlib.sha256).hexdigest()


def seal_of(approval):
    """Return the seal that ``approval`` must carry."""
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
    return _hmac(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def seal_of_head(head):
    """Return the seal that the head row must carry."""
    return _hmac(f"head\n{head.count}\n{head.mac}".encode())


def append(approval):
    """Number, chain, seal and insert ``approval`` (unsaved). Call inside a transaction; approvals queue up here."""
    head, _created = ChainHead.objects.get_or_create(pk=1, defaults={"key_id": key_id()})
    head = ChainHead.objects.select_for_update().get(pk=1)
    approval.sequence = head.count + 1
    approval.previous_mac = head.mac
    approval.mac = seal_of(approval)
    approval.save()
    head.count, head.mac, head.key_id = approval.sequence, approval.mac, key_id()
    head.seal = seal_of_head(head)
    head.save()
    return approval


def faults():
    """Yield one sentence for each fault in the chain; nothing when it is whole."""
    head = ChainHead.objects.filter(pk=1).first()
    if head and head.key_id != key_id():
        yield "APPROVAL_KEY is not the key these approvals were sealed with."
        return
    previous, expected = "", 1
    for approval in Approval.objects.order_by("sequence").iterator(chunk_size=100):
        name = f"Approval {approval.sequence}"
        while expected < approval.sequence:
            yield f"Approval {expected}: missing."
            expected += 1
            previous = approval.previous_mac
        if approval.previous_mac != previous:
            yield f"{name}: does not follow the approval before it."
        if not hmac.compare_digest(approval.mac, seal_of(approval)):
            yield f"{name}: altered after signing."
        elif approval.digest != _digest_or_none(approval.snapshot):
            yield f"{name}: the digest does not fit the text."
        previous, expected = approval.mac, approval.sequence + 1
    if head is None:
        if expected > 1:
            yield "The end of the chain is missing."
        return
    if not hmac.compare_digest(head.seal, seal_of_head(head)) and head.count:
        yield "The end of the chain: altered."
    while expected <= head.count:
        yield f"Approval {expected}: missing."
        expected += 1
    if expected - 1 == head.count and head.mac != previous:
        yield f"Approval {head.count}: is not the one that ended the chain."
    if expected - 1 > head.count:
        yield f"Approval {expected - 1}: added without a seal on the end of the chain."


def _digest_or_none(snapshot):
    try:
        return digest(snapshot)
    except (ValueError, AttributeError):
        return None
