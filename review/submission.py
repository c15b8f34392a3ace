"""What happens when a text goes to review: stop findings send it back, and its pictures are held."""

from django.db import transaction
from django.utils.translation import gettext as _

from wagtail.models import Page, TaskState, WorkflowState

from articles import findings
from articles.models import ArticlePage
from articles.snapshot import image_ids
from review import presets
from review.errors import MayNotSignError, ReviewStateError
from review.models.holds import ImageHold


def check_and_hold(workflow_state):
    """Refuse a text that has stop findings, else hold its pictures. Raises ReviewStateError naming each reason."""
    page = workflow_state.content_object
    revision = page.get_latest_revision()
    article = revision.as_object() if revision else page.specific
    if not isinstance(article, ArticlePage):
        raise ReviewStateError(_("Only health articles go through this review."))
    if fault := presets.fault_of(workflow_state.workflow):
        raise ReviewStateError(fault + _(" Ask the chief librarian to choose another chain."))
    _refuse_halfway(workflow_state, article)
    stops = [finding for finding in findings.check(article) if finding.stops]
    if stops:
        reasons = "\n".join(f"{finding.place}：{finding.message}" for finding in stops)
        raise ReviewStateError(_("This text cannot go to review yet.") + "\n" + reasons)
    holds = [ImageHold(image_id=pk, workflow_state=workflow_state) for pk in image_ids(article)]
    ImageHold.objects.bulk_create(holds, ignore_conflicts=True)


def keep_returned(workflow_state):
    """Put a run that was to go on after a return back to where it was: Wagtail resumes it in more than one transaction."""
    returned = workflow_state.task_states.filter(status=TaskState.STATUS_REJECTED).order_by("-pk").first()
    if returned and workflow_state.current_task_state_id is None:
        workflow_state.status = WorkflowState.STATUS_NEEDS_CHANGES
        workflow_state.current_task_state = returned
        workflow_state.save()


def submit_again(page, user):
    """Send the newest draft of a returned article to review, from the first step of its chain; returns the open step.

    Raises ReviewStateError when it is not a returned text or must not go to review, MayNotSignError.
    """
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=page.pk).specific
        run = page.current_workflow_state
        if run is None or run.status != WorkflowState.STATUS_NEEDS_CHANGES:
            raise ReviewStateError(_("This text is not waiting to be submitted again."))
        permissions = page.permissions_for_user(user)
        if not permissions.can_edit() or not permissions.can_submit_for_moderation():
            raise MayNotSignError(_("Only those who may edit the article submit it."))
        chain = page.get_workflow()
        if run.workflow == chain and chain.workflow_tasks.count() == 1:
            run.resume(user)
        else:
            run.cancel(user)
            run = chain.start(page, user)
        return run.current_task_state


def _refuse_halfway(workflow_state, article):
    """A changed text begins its chain anew: signatures over the old text would not fit, nor would a lighter chain."""
    signed = workflow_state.task_states.filter(status=TaskState.STATUS_APPROVED)
    if signed.exclude(revision_id=article.latest_revision_id).exists():
        raise ReviewStateError(
            _(
                "The text has been changed since its first step was signed. Submit it again from the beginning."
            )
        )
    chain = presets.chain_of(article)
    returned = workflow_state.task_states.filter(status=TaskState.STATUS_REJECTED)
    if chain and chain != workflow_state.workflow and not signed.exists() and returned.exists():
        raise ReviewStateError(
            _("This text is now reviewed by the chain “%(name)s”. Submit it again from the beginning.")
            % {"name": chain.name}
        )


def image_objection(image):
    """Return the sentence why ``image`` must not change now, or an empty string."""
    if ImageHold.objects.in_force().filter(image=image).exists():
        return _(
            "A text under review or signed shows this picture, so it must stay as it is. "
            "Upload the new version as another picture and use that one."
        )
    return ""


def deletion_objection(page):
    """Return the sentence why an article must not be deleted, or an empty string."""
    if page.approvals.exists():
        return _("This article has been signed. It stays as evidence; withdraw it instead.")
    if page.workflow_in_progress:
        return _("This article is being reviewed. Call it back before you delete it.")
    return ""
