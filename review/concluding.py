"""The end of a chain: signatures become an Approval, and the article's row goes live, in one transaction."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import TaskState
from wagtail.workflows import publish_workflow_state

from articles.digest import digest
from articles.models import ArticlePage
from articles.signing import approval_of
from review import chain
from review.errors import ReviewStateError
from review.models import Approval, ReviewTaskState, StepKind
from review.signals import article_approved


def conclude(workflow_state, user):
    """Check every step's signature over one digest, then approve. Raises ReviewStateError."""
    article = workflow_state.content_object
    if not issubclass(article.specific_class, ArticlePage):
        # Topics and the home page are institutional text: Wagtail's own rule serves them.
        publish_workflow_state(workflow_state, user=user)
        return
    with transaction.atomic():
        states = _signed_states(workflow_state)
        last = states[-1]
        approval = chain.append(
            Approval(
                article_id=article.pk,
                workflow_state=workflow_state,
                revision_id=last.revision_id,
                scheme=last.snapshot["scheme"],
                digest=last.digest,
                snapshot=last.snapshot,
                signatures=[state.signature for state in states],
                signed_at=timezone.now(),
            )
        )
        with approval_of(article.pk):
            last.revision.publish(user=user, skip_permission_checks=True)
        article_approved.send(
            sender=Approval, approval=approval, article=ArticlePage.objects.get(pk=article.pk)
        )


def _unlike(states):
    """Return the sentence for steps that were signed over different texts: what differs, and the way out."""
    last = states[-1].snapshot or {}
    names = {
        "topic": _("Topic"),
        "department": _("Department"),
        "recording": _("Recording"),
        "references": _("References, or how the house prints them"),
        "glossary": _("Explanations from the glossary"),
    }
    unlike = {
        names.get(part, _("Text"))
        for state in states[:-1]
        for part in {*last, *(state.snapshot or {})}
        if part != "scheme" and (state.snapshot or {}).get(part) != last.get(part)
    }
    what = [name for name in (_("Text"), *names.values()) if name in unlike] or [_("Text")]
    return _(
        "Since an earlier step was signed, this has changed: %(what)s. Nothing was published. Return the text or have "
        "it called back; once it is submitted again, every step signs it as it is now."
    ) % {"what": "、".join(what)}


def _signed_states(workflow_state):
    """Return the run's signed steps in the chain's order. Raises ReviewStateError when one is not what it must be."""
    tasks = list(workflow_state.workflow.tasks.filter(active=True).values_list("pk", flat=True))
    approved = ReviewTaskState.objects.filter(workflow_state=workflow_state, status=TaskState.STATUS_APPROVED)
    by_task = {state.task_id: state for state in approved.order_by("pk")}
    states = [by_task.get(task) for task in tasks]
    if not states or None in states:
        raise ReviewStateError(_("A step of the chain has no signature. Nothing was published."))
    digests = {state.digest for state in states}
    revisions = {state.revision_id for state in states}
    if len(digests) != 1 or len(revisions) != 1 or not states[-1].digest:
        raise ReviewStateError(_unlike(states))
    if any(state.signature is None for state in states) or digest(states[-1].snapshot) != states[-1].digest:
        raise ReviewStateError(_("A signature does not fit the text. Nothing was published."))
    # The chain may have been changed since the text was submitted; what was signed as, was not.
    if StepKind.PHYSICIAN not in {state.signature.get("kind") for state in states}:
        raise ReviewStateError(_("No reviewing physician has signed this text. Nothing was published."))
    return states
