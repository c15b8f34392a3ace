"""From an Approval to what readers get: publications, their withdrawal, and their addresses."""

import copy

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.log_actions import log
from wagtail.models import TaskState

from articles.models import ArticlePage
from articles.snapshot import body_text
from publish import consents, corrections, formats, refresh, services
from publish.errors import AddressTakenError, WithdrawalError
from publish.models import Publication, Withdrawal
from review import chain, rereview
from review.models import ReviewTaskState


def publish_approval(approval, article):
    """Create the live Publication of ``approval`` and the rows for the channels.

    Call inside the approval's transaction. Raises AddressTakenError.
    """
    snapshot = approval.snapshot
    earlier = Publication.objects.select_for_update(of=("self",)).filter(article=article)
    replaced = earlier.select_related("approval").order_by("-number").first()
    _close_withdrawals(article)
    earlier.exclude(state=Publication.State.SUPERSEDED).update(state=Publication.State.SUPERSEDED)
    path = address_of(article)
    if Publication.objects.live().filter(path=path).exists():
        raise AddressTakenError(
            _("Another article is already at %(path)s. Change this article's slug and submit it again.")
            % {"path": path}
        )
    count, seal = chain.head()
    publication = Publication.objects.create(
        article=article,
        approval=approval,
        number=replaced.number + 1 if replaced else 1,
        topic_id=article.get_parent().pk,
        department_id=article.department_id,
        path=path,
        release=article.release,
        title=snapshot["title"],
        summary=snapshot["summary"],
        key_message=snapshot["key_message"],
        body_text=body_text(snapshot),
        first_published_at=replaced.first_published_at if replaced else approval.signed_at,
        chain_count=count,
        chain_mac=seal,
        published_at=approval.signed_at,
        valid_until=rereview.record(approval, article).due_on,
    )
    correction = corrections.record(publication, replaced)
    services.open_deliveries(publication)
    refresh.changed(publication, wrong=correction is not None)
    formats.want(publication)
    return publication


def address_of(article):
    """Return the site's address of an article: the path of its topic and its own slug."""
    return f"/{article.get_parent().slug}/{article.slug}/"


def withdraw(publication, *, reason, user=None):
    """Take a live publication off the website at once; readers are told ``reason``. Raises WithdrawalError."""
    if not reason.strip():
        raise WithdrawalError(_("Say why it is withdrawn: readers see the reason."))
    with transaction.atomic():
        publication = Publication.objects.select_for_update().get(pk=publication.pk)
        if publication.state != Publication.State.LIVE:
            raise WithdrawalError(_("This version is not live, so there is nothing to withdraw."))
        publication.state = Publication.State.WITHDRAWN
        publication.save(update_fields=["state"])
        withdrawal = Withdrawal.objects.create(
            publication=publication, reason=reason.strip(), withdrawn_by=user, withdrawn_at=timezone.now()
        )
        ArticlePage.objects.filter(pk=publication.article_id).update(live=False)
        services.withdraw_deliveries(publication)
        rereview.pause(publication.article_id)
        refresh.changed(publication, wrong=True)
        log(publication.article, "xinglin.withdraw", user=user, data={"reason": withdrawal.reason})
    return withdrawal


def undo_withdrawal(withdrawal, *, user):
    """Put a withdrawn publication back on the website. Raises WithdrawalError."""
    with transaction.atomic():
        withdrawal = Withdrawal.objects.select_for_update().get(pk=withdrawal.pk)
        publication = Publication.objects.select_for_update().get(pk=withdrawal.publication_id)
        if withdrawal.undone_at or publication.state != Publication.State.WITHDRAWN:
            raise WithdrawalError(
                _("This withdrawal has been undone already, or a newer version has taken its place.")
            )
        if objection := consents.objection_to_put_back(publication):
            raise WithdrawalError(objection)
        if withdrawal.withdrawn_by_id != getattr(user, "pk", None) and _by_a_signer(withdrawal):
            raise WithdrawalError(
                _(
                    "%(name)s signed this version and has recalled that signature. Only this person lets it stand again; "
                    "or have the article reviewed anew."
                )
                % {"name": withdrawal.withdrawn_by.get_full_name() or withdrawal.withdrawn_by.get_username()}
            )
        withdrawal.undone_at, withdrawal.undone_by = timezone.now(), user
        withdrawal.save(update_fields=["undone_at", "undone_by"])
        publication.state = Publication.State.LIVE
        publication.save(update_fields=["state"])
        ArticlePage.objects.filter(pk=publication.article_id).update(live=True)
        services.restore_deliveries(publication)
        rereview.resume(publication.article_id)
        refresh.changed(publication)
        log(publication.article, "xinglin.withdraw.undo", user=user, data={"reason": withdrawal.reason})
    return publication


def _by_a_signer(withdrawal):
    """Return whether who withdrew a version had signed it: then nobody stands behind it any more."""
    run = withdrawal.publication.approval.workflow_state_id
    signed = ReviewTaskState.objects.filter(workflow_state_id=run, status=TaskState.STATUS_APPROVED)
    return signed.filter(finished_by=withdrawal.withdrawn_by_id).exclude(signature=None).exists()


def _close_withdrawals(article):
    Withdrawal.objects.filter(publication__article=article, undone_at=None).update(undone_at=timezone.now())


def follow_addresses(articles):
    """Let the publications' addresses follow moved or renamed articles; Wagtail leaves the redirects from the old ones."""
    changed = []
    with transaction.atomic():
        for article in articles:
            for publication in Publication.objects.filter(article=article).exclude(
                state=Publication.State.SUPERSEDED
            ):
                changed.append(copy.copy(publication))
                publication.path, publication.topic_id = address_of(article), article.get_parent().pk
                Publication.objects.filter(pk=publication.pk).update(
                    path=publication.path, topic_id=publication.topic_id
                )
                changed.append(publication)
        refresh.changed(*changed)
