"""A new edition (新的一版) of a signed article: readers keep the signed text until the new one is signed."""

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail.log_actions import log

from articles import versions
from articles.errors import Refusal
from articles.models import ArticlePage


LOG_ACTION = "articles.edition.begin"


class Reason(models.TextChoices):
    ROUTINE = "routine", gettext_lazy("Routine re-review: its validity ends")
    EVIDENCE = "evidence", gettext_lazy("New evidence or a new guideline")
    READER = "reader", gettext_lazy("A reader's hint or question")
    CORRECTION = "correction", gettext_lazy("Something is wrong: a correction")


class EditionRefusedError(Refusal):
    """A new edition that cannot be begun like this."""


def signed_base(article):
    """Return the newest signed version of ``article`` whose revision is still there, or None."""
    kept = set(article.revisions.values_list("pk", flat=True))
    return next((one for one in versions.signed_of(article) if one.revision_id in kept), None)


def has_drifted(article):
    """Return whether the draft is no longer what was signed last."""
    base = signed_base(article)
    return base is not None and base.revision_id != article.latest_revision_id


def objection(article, user):
    """Return the sentence why ``user`` cannot begin a new edition of ``article`` now, or ""."""
    if signed_base(article) is None:
        return _("Nothing of this article is signed yet. Go on with the draft.")
    if article.current_workflow_task:
        return _("The text is under review; call it back first, or wait for the answer.")
    if (lock := article.get_lock()) and lock.for_user(user):
        return _("The article is locked by %(who)s.") % {"who": article.locked_by or _("the system")}
    return ""


@transaction.atomic
def begin(article, user, *, reason, changes="", from_signed=False, seen=None):
    """Begin a new edition: a new revision with ``changes`` as what is new, older notes cleared. Return the revision.

    ``from_signed``: begin with the text signed last; the present draft stays in the history. ``seen``: id of the latest
    revision when the form was shown. Raises EditionRefusedError; nothing is changed then.
    """
    article = ArticlePage.objects.select_for_update().get(pk=article.pk)
    if sentence := objection(article, user):
        raise EditionRefusedError(sentence)
    changes = changes.strip()
    if reason != Reason.ROUTINE and not changes:
        raise EditionRefusedError(_("Say what is new: readers will see it in the next version."))
    if seen is not None and seen != article.latest_revision_id:
        raise EditionRefusedError(
            _("The draft was saved while this page was open. Look at what has changed, then decide again.")
        )
    base = article.revisions.get(pk=signed_base(article).revision_id) if from_signed else None
    draft = (base or article.get_latest_revision()).as_object()
    draft.changes_note, draft.correction_note = changes, ""
    revision = draft.save_revision(
        user=user,
        clean=False,
        log_action="wagtail.revert" if base else "wagtail.edit",
        previous_revision=base,
    )
    log(article, LOG_ACTION, user=user, revision=revision, data={"reason": str(reason), "changes": changes})
    return revision
