"""Pushes that people finish on WeChat's website: what is compared when, and what differs until somebody settles it.

No WeChat call is made here; `publish.wechat.hand_over` has the workers ask.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.log_actions import log
from wagtail.log_actions import registry as log_registry

from articles.errors import Refusal
from publish.models.checks import Drift, HandOver
from publish.models.pushes import Push
from publish.states import State


# After this time a comparison says nothing any more: somebody may have typed in the draft since.
FRESH = timedelta(minutes=15)
SEEN = "xinglin.hand_over.seen"
SETTLED = "xinglin.drift.settled"


class HandOverError(Refusal):
    """A hand-over that cannot go on in this way now."""


# --- what waits -------------------------------------------------------------------------------------


def to_finish():
    """Return the pushes that wait for a person on WeChat's website, the oldest first."""
    at_draft = ~Q(draft_media_id="") | Q(reason="copy")
    return Push.objects.filter(at_draft, state=State.NEEDS_PERSON).order_by("state_since", "pk")


def to_compare():
    """Return the pushes finished by hand whose published text nobody has compared yet, the newest first."""
    return Push.objects.filter(state=State.DONE, hand_over__final_at=None, hand_over__isnull=False).order_by(
        "-state_since", "-pk"
    )


def open_drifts():
    """Return what differs in WeChat and is not settled.

    What a draft said counts until the draft is gone, or until what was published of it has been compared.
    """
    drafts = Q(place=Drift.Place.DRAFT) & (
        Q(item__push__state=State.NEEDS_PERSON)
        | Q(item__push__state=State.DONE, item__push__hand_over__final_at=None)
    )
    return Drift.objects.filter(drafts | Q(place=Drift.Place.PUBLISHED), settled_at=None).select_related(
        "item__push", "item__publication"
    )


def freshness(hand_over, now=None):
    """Return what the last comparison of a draft says: "none", "asked", "problem", "differs", "stale" or "signed"."""
    now = now or timezone.now()
    if hand_over is None:
        return "none"
    if hand_over.wanted_at:
        return "asked"
    if hand_over.problem:
        return "problem"
    if hand_over.compared_at is None:
        return "none"
    if now - hand_over.compared_at > FRESH:
        return "stale"
    return "differs" if hand_over.differences else "signed"


# --- asking -----------------------------------------------------------------------------------------


def want_comparison(push, user, now=None):
    """Have a worker compare the draft of ``push`` with what was signed. Asking twice asks once."""
    if push.state != State.NEEDS_PERSON or not push.draft_media_id:
        raise HandOverError(_("There is no draft of this push in WeChat that could be compared."))
    _row(push)
    HandOver.objects.filter(push=push, wanted_at=None).update(
        wanted_at=now or timezone.now(), wanted_by=user, problem=""
    )


def want_final(push, user, now=None):
    """Have a worker look again at the published text."""
    if push.state != State.DONE or not HandOver.objects.filter(push=push).exists():
        raise HandOverError(_("Only an article that was finished by hand is compared again."))
    if not all(item.content for item in push.items.all()):
        raise HandOverError(_("This article was carried over by copying: compare it by eye."))
    HandOver.objects.filter(push=push).update(
        final_due_at=now or timezone.now(), wanted_by=user, final_problem=""
    )


def expect_final(push, now):
    """A push was finished by hand: what WeChat published is compared from now on. Part of the caller's transaction.

    Pictures that were copied have other addresses than ours, so a copied text is compared by eye.
    """
    sent = all(push.items.values_list("content", flat=True))
    HandOver.objects.update_or_create(
        push=push,
        defaults={
            "wanted_at": None,
            "final_due_at": now if sent else None,
            "final_at": None,
            "final_problem": "" if sent else "copied",
        },
    )


def draft_left(push, user, now):
    """The draft of ``push`` is made anew by ``user``: what differed in the old one is settled with it."""
    Drift.objects.filter(item__push=push, place=Drift.Place.DRAFT, settled_at=None).update(
        settled_at=now, settled_by=user, settlement=Drift.Settlement.MENDED
    )
    HandOver.objects.filter(push=push).update(wanted_at=None, compared_at=None, differences=[], problem="")


def _row(push):
    return HandOver.objects.get_or_create(push=push)[0]


# --- by eye and by hand -----------------------------------------------------------------------------


def seen_by_eye(push, user, differing, now=None):
    """A named person has compared the published articles by eye.

    ``differing``: {order of an item: what is different there, in their words}; every other item is as signed.
    """
    now = now or timezone.now()
    if push.state != State.DONE:
        raise HandOverError(_("Enter the final address first."))
    items = {item.order: item for item in push.items.all()}
    if unknown := set(differing) - set(items):
        raise HandOverError(_("There is no article number %(number)s.") % {"number": min(unknown)})
    with transaction.atomic():
        for order, words in differing.items():
            found = [{"field": "words", "signed": "", "there": words[:2000]}]
            items[order].drifts.update_or_create(
                place=Drift.Place.PUBLISHED,
                settled_at=None,
                defaults={"differences": found},
                create_defaults={"differences": found, "place": Drift.Place.PUBLISHED, "found_at": now},
            )
        HandOver.objects.update_or_create(
            push=push, defaults={"final_at": now, "final_due_at": None, "final_problem": "by_eye"}
        )
        log(push, SEEN, user=user, data={"differing": sorted(differing)}, title=_log_title(push))


def last_seen(push):
    """Return the log entry of the last comparison by eye, or None."""
    entries = log_registry.get_logs_for_instance(push)
    return entries.filter(action=SEEN).select_related("user").order_by("-timestamp").first()


def settle(drift, user, settlement, note="", now=None):
    """A named person settles a drift. Raises HandOverError."""
    note = note.strip()
    if settlement not in Drift.Settlement.values:
        raise HandOverError(_("Choose what was done about it."))
    if settlement == Drift.Settlement.HARMLESS and not note:
        raise HandOverError(_("Give the reason why the text may stay as it is."))
    if len(note) > 300:
        raise HandOverError(_("The reason has at most 300 characters."))
    done = Drift.objects.filter(pk=drift.pk, settled_at=None).update(
        settled_at=now or timezone.now(), settled_by=user, settlement=settlement, note=note
    )
    if not done:
        raise HandOverError(_("Somebody has settled this already."))
    push = drift.item.push
    log(push, SETTLED, user=user, data={"settlement": settlement, "note": note}, title=_log_title(push))


def _log_title(push):
    return str(push.title)[:200] or str(push)


def bump(hand_over, field, at):
    """Claim a hand-over whose ``field`` names a due time: put it off to ``at``; return whether it was ours."""
    known = getattr(hand_over, field)
    return bool(HandOver.objects.filter(pk=hand_over.pk, **{field: known}).update(**{field: at}))


def due(field, account, now):
    """Return the hand-over whose ``field`` has been due longest, or None."""
    found = HandOver.objects.filter(**{f"{field}__lte": now}, push__account=account)
    return found.select_related("push").order_by(F(field), "pk").first()
