"""Who may see, sign, return or call back a text under review (P2)."""

from django.utils.translation import gettext as _

from wagtail.models import Revision

from review.models import Physician


def objection_to_sign(user, task_state):
    """Return the sentence why ``user`` may not decide on ``task_state`` (a ReviewTaskState), or an empty string."""
    task = task_state.task.specific
    if not task.may_sign(user):
        return _("This step is signed by others.")
    physician = Physician.objects.in_post().filter(user=user).select_related("department").first()
    if physician is None:
        return _("Only a physician in post may sign. Ask the chief librarian to complete your entry.")
    article = task_state.revision.as_object()
    if user.pk in writers_of(task_state, article):
        return _("You wrote or edited this text, so somebody else has to sign it.")
    if not physician.reviews_for.filter(pk=article.department_id).exists():
        return _("This text belongs to a department that you do not sign for.")
    earlier = task_state.workflow_state.task_states.filter(status="approved", finished_by=user)
    if earlier.exclude(pk=task_state.pk).exists():
        return _("You have signed an earlier step of this text; the next step is for somebody else.")
    return ""


def writers_of(task_state, article):
    """Return the ids of all who had a hand in the text: linked author, importer or owner, submitter, editors since
    the last approval."""
    revisions = Revision.objects.filter(
        base_content_type=article.get_base_content_type(), object_id=str(article.pk)
    )
    last = article.approvals.order_by("-sequence").first()
    if last:
        revisions = revisions.filter(pk__gt=last.revision_id)
    writers = set(revisions.exclude(user=None).values_list("user_id", flat=True))
    return (
        writers | {article.author_user_id, article.owner_id, task_state.workflow_state.requested_by_id}
    ) - {None}


def may_see(user, task_state):
    """True for those who sign the step, who submitted it, and for librarians who may edit articles."""
    return (
        task_state.task.specific.may_sign(user)
        or task_state.workflow_state.requested_by_id == user.pk
        or task_state.workflow_state.content_object.specific.permissions_for_user(user).can_edit()
    )


def may_call_back(user, workflow_state):
    """True for the submitter and for the chief librarian."""
    return user.is_active and (
        workflow_state.requested_by_id == user.pk or user.has_perm("review.call_back_review")
    )
