"""The second witness of the approvals: each Publication keeps the end of the chain as it was when it went out."""

from publish.models import Publication
from review import chain
from review.models import Approval


def faults():
    """Yield one sentence for each disagreement between the publications and the chain of approvals.

    Approvals that name their key are newer than this witness, so each of them has a publication that saw it.
    """
    end, _seal = chain.head()
    rows = Approval.objects.values_list("pk", "sequence", "mac", "article_id", "key_id")
    # Read apart from the publications: a join would leave out those whose approval is missing.
    approvals = {pk: row for pk, *row in rows.iterator()}
    kept = Publication.objects.order_by("pk").values_list(
        "pk", "title", "article_id", "approval_id", "chain_count", "chain_mac"
    )
    for pk, title, article, approval, count, seal in kept.iterator():
        name = f"publication {pk} ({title})"
        if count is not None and count > end:
            yield f"Approval {count}: {name} has seen it, and the chain ends before it."
        if approval not in approvals:
            yield f"Approval {count or '?'}: {name} rests on it, and it is missing."
            continue
        sequence, mac, signed_article, key = approvals.pop(approval)
        if article != signed_article:
            yield f"Approval {sequence}: {name} is of another article."
        elif count is None and key:
            yield f"Approval {sequence}: {name} has lost its note of it."
        elif count is not None and (count, seal) != (sequence, mac):
            yield f"Approval {sequence}: {name} went out with another one (number {count})."
    for sequence, _mac, _article, key in approvals.values():
        if key:
            yield f"Approval {sequence}: no publication rests on it."
