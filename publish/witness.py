"""The second witness of the approvals: each Publication keeps the end of the chain as it was when it went out."""

from publish.models import Publication
from review.models import Approval, ChainHead


def faults():
    """Yield one sentence for each disagreement between the publications and the chain of approvals.

    Approvals that name their key are newer than this witness, so each of them has a publication that saw it.
    """
    end = ChainHead.objects.filter(pk=1).values_list("count", flat=True).first() or 0
    rows = Publication.objects.order_by("pk").values_list(
        "pk",
        "title",
        "article_id",
        "chain_count",
        "chain_mac",
        "approval_id",
        "approval__sequence",
        "approval__mac",
        "approval__article_id",
        "approval__key_id",
    )
    seen = set()
    for pk, title, article, count, seal, approval, sequence, mac, signed_article, key in rows.iterator():
        name = f"Publication {pk} ({title})"
        seen.add(approval)
        if count is not None and count > end:
            yield f"Approval {count}: {name} has seen it, and the chain ends before it."
        if sequence is None:
            yield f"Approval {count or '?'}: {name} rests on it, and it is missing."
        elif article != signed_article:
            yield f"Approval {sequence}: {name} is of another article."
        elif count is None and key:
            yield f"Approval {sequence}: {name} has lost its note of it."
        elif count is not None and (count, seal) != (sequence, mac):
            yield f"Approval {sequence}: {name} went out with another one (number {count})."
    newer = Approval.objects.exclude(key_id="").values_list("pk", "sequence")
    for pk, sequence in newer.iterator():
        if pk not in seen:
            yield f"Approval {sequence}: no publication rests on it."
