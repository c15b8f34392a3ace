"""What the publishing room adds to an article's dossier and history: versions shown to readers, channels, corrections."""

from django.utils.translation import gettext as _

from publish import ledger
from publish.models import Channel, Correction, Delivery, Move, Publication, PushItem, Withdrawal
from publish.states import State
from review.dossier import Section
from review.history import Event, name


def sections(article):
    """Return the Sections of ``article`` for its dossier. The number of queries does not grow with their length."""
    return [_publications(article), _deliveries(article), _withdrawals(article), _corrections(article)]


def events(article):
    """Return the Events of ``article`` in WeChat; withdrawals, deletions and corrections stand in Wagtail's log."""
    moves = (
        Move.objects.filter(push__items__publication__article=article, new__in=[State.DONE, State.FAILED])
        .select_related("push")
        .prefetch_related("push__items__publication")
        .distinct()
    )
    for item in PushItem.objects.filter(publication__article=article).select_related("push__created_by"):
        push = item.push
        yield Event(push.created_at, _("Put into %(push)s") % {"push": push}, name(push.created_by))
    for move in moves:
        text = _("%(push)s arrived in WeChat") if move.new == State.DONE else _("%(push)s failed")
        addresses = [one.address for one in move.push.items.all() if one.publication.article_id == article.pk]
        yield Event(move.at, text % {"push": move.push}, move.who, " ".join(filter(None, addresses)))


def _publications(article):
    rows = [
        {
            "version": one.number,
            "approval": one.approval.sequence,
            "state": str(one.get_state_display()),
            "published_at": one.published_at,
            "valid_until": one.valid_until,
            "address": one.path,
            "chain": f"{one.chain_count} · {one.chain_mac}" if one.chain_count is not None else "",
        }
        for one in Publication.objects.filter(article=article).select_related("approval").order_by("number")
    ]
    columns = {
        "version": _("Version"),
        "approval": _("Approval"),
        "state": _("State"),
        "published_at": _("Published"),
        "valid_until": _("Valid until"),
        "address": _("Address"),
        "chain": _("End of the chain then"),
    }
    return Section(
        "publications", _("Versions shown to readers"), columns, rows, _("Nothing was published yet.")
    )


def _deliveries(article):
    found = (
        Delivery.objects.filter(publication__article=article)
        .select_related("publication", "push")
        .order_by("publication__number", "pk")
    )
    rows = [
        {
            "version": one.publication.number,
            "channel": str(one.get_channel_display()),
            "push": str(one.push) if one.push_id else "",
            "state": ledger.label(one.push) if one.push_id else str(one.get_state_display()),
            "since": one.state_since,
            "address": one.address or (one.publication.path if one.channel == Channel.WEBSITE else ""),
            "ids": " ".join(
                f"{key}={value}"
                for key in ("publish_id", "article_id", "msg_id", "msg_data_id")
                if one.push_id and (value := getattr(one.push, key))
            ),
        }
        for one in found
    ]
    columns = {
        "version": _("Version"),
        "channel": _("Channel"),
        "push": _("Push"),
        "state": _("State"),
        "since": _("Since"),
        "address": _("Address"),
        "ids": _("Numbers in WeChat"),
    }
    return Section("deliveries", _("Deliveries and pushes"), columns, rows, _("Nothing was sent yet."))


def _withdrawals(article):
    found = (
        Withdrawal.objects.filter(publication__article=article)
        .select_related("publication", "withdrawn_by", "undone_by")
        .order_by("withdrawn_at")
    )
    rows = [
        {
            "version": one.publication.number,
            "at": one.withdrawn_at,
            "by": name(one.withdrawn_by),
            "reason": one.reason,
            "undone_at": one.undone_at,
            "undone_by": name(one.undone_by),
        }
        for one in found
    ]
    columns = {
        "version": _("Version"),
        "at": _("Withdrawn"),
        "by": _("By"),
        "reason": _("Reason"),
        "undone_at": _("Ended"),
        "undone_by": _("By"),
    }
    return Section("withdrawals", _("Withdrawals"), columns, rows, _("Never withdrawn."))


def _corrections(article):
    found = (
        Correction.objects.filter(publication__article=article)
        .select_related("publication", "corrects")
        .prefetch_related("steps__done_by")
        .order_by("made_at")
    )
    rows = [
        {
            "version": one.publication.number,
            "corrects": one.corrects.number,
            "at": one.made_at,
            "note": one.note,
            "in_wechat": "；".join(
                f"{step.get_kind_display()} {_('done') if step.done_at else _('open')}"
                for step in one.steps.all()
            ),
        }
        for one in found
    ]
    columns = {
        "version": _("Version"),
        "corrects": _("Corrects version"),
        "at": _("Signed at"),
        "note": _("What changed"),
        "in_wechat": _("In WeChat"),
    }
    return Section("corrections", _("Corrections"), columns, rows, _("Nothing was corrected."))
