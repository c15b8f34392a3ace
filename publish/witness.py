"""The second witness of the approvals: each Publication keeps the end of the chain as it was when it went out."""

from django.utils.translation import gettext_noop

from publish.models import Publication
from review import chain
from review.faults import Fault
from review.models import Approval


def faults():
    """Yield one Fault for each disagreement between the publications and the chain of approvals.

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
        named = {"publication": pk, "title": title}
        if count is not None and count > end:
            yield Fault(
                gettext_noop(
                    "Approval %(number)s: publication %(publication)s (%(title)s) has seen it, and the chain ends before it."
                ),
                number=count,
                **named,
            )
        if approval not in approvals:
            yield Fault(
                gettext_noop(
                    "Approval %(number)s: publication %(publication)s (%(title)s) rests on it, and it is missing."
                ),
                number=count or "?",
                **named,
            )
            continue
        sequence, mac, signed_article, key = approvals.pop(approval)
        if article != signed_article:
            yield Fault(
                gettext_noop(
                    "Approval %(number)s: publication %(publication)s (%(title)s) is of another article."
                ),
                number=sequence,
                **named,
            )
        elif count is None and key:
            yield Fault(
                gettext_noop(
                    "Approval %(number)s: publication %(publication)s (%(title)s) has lost its note of it."
                ),
                number=sequence,
                **named,
            )
        elif count is not None and (count, seal) != (sequence, mac):
            yield Fault(
                gettext_noop(
                    "Approval %(number)s: publication %(publication)s (%(title)s) went out with another one (number %(other)s)."
                ),
                number=sequence,
                other=count,
                **named,
            )
    for sequence, _mac, _article, key in approvals.values():
        if key:
            yield Fault(gettext_noop("Approval %(number)s: no publication rests on it."), number=sequence)
