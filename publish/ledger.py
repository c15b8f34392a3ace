"""What the ledger shows of a push: its way in steps, its calls, its buttons. No WeChat call is made here."""

import re
from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import copies
from publish.models.pushes import Rung
from publish.states import State


@dataclass(frozen=True)
class Button:
    """One thing a person can do; ``confirm`` is asked first when not empty."""

    action: str
    label: object
    confirm: object = ""
    primary: bool = False


BUTTONS = {
    "retry": Button("retry", _("Try again now"), primary=True),
    "plan_again": Button("plan_again", _("Plan again")),
    "anew": Button(
        "anew",
        _("Make the draft anew"),
        _("The draft in WeChat is deleted and made again from the signed text."),
    ),
    "publish_instead": Button(
        "publish_instead",
        _("Publish without notifying followers"),
        _("The article is published, but no follower is notified."),
    ),
    "reconcile": Button("reconcile", _("Ask WeChat now"), primary=True),
    "not_there": Button(
        "not_there",
        _("It is not in WeChat: send it again"),
        _(
            "Only if you have looked on mp.weixin.qq.com under both 草稿箱 and 发表记录. Otherwise readers get it twice."
        ),
    ),
    "cancel": Button(
        "cancel",
        _("Cancel this push"),
        _("Its draft in WeChat is deleted and its articles go back to the board."),
    ),
}

PASSED = {
    "image": ("image", "cover", "body", "draft", "compared"),
    "cover": ("cover", "body", "draft", "compared"),
    "body": ("body", "draft", "compared"),
    "draft": ("draft", "compared"),
    "compared": ("compared",),
}


def way(push):
    """Return the push's way as (label, done) in order."""
    drafted = bool(push.draft_media_id)
    accepted = bool(push.publish_id or push.msg_id)
    labels = [
        (_("Pictures uploaded"), drafted or push.step in PASSED["cover"]),
        (_("Cover uploaded"), drafted or push.step in PASSED["cover"]),
        (_("Body written"), drafted or push.step in PASSED["body"]),
        (_("Draft made"), drafted),
        (_("Draft compared with the signed text"), accepted or push.step == "compared"),
    ]
    if push.rung == Rung.MASS or (not push.rung and push.asked == Rung.MASS):
        labels.append((_("Mass send accepted"), bool(push.msg_id)))
    elif push.rung == Rung.PUBLISH or (not push.rung and push.asked == Rung.PUBLISH):
        labels.append((_("Publication accepted"), bool(push.publish_id)))
    labels.append((_("Arrived"), push.state == State.DONE))
    return labels


UNDER_WAY = (State.READY, State.SENDING, State.RETRY_AT, State.WAITING, State.UNKNOWN)
# Finishing by hand is the planned end here; anywhere else the record wants to know why.
PLANNED_BY_HAND = ("by_hand", "ai_declaration", "capability", "copy")


def needing(user):
    """Return the condition of pushes that wait for a person: any, or for a mass send this one on duty."""
    return (
        Q(state=State.NEEDS_PERSON)
        | Q(state=State.UNKNOWN, reason="cannot_say")
        | Q(state=State.WAITING, confirm_until__isnull=False, duty_person=user)
    )


def label(push):
    """Return the state of a push in words; one that is being put together or planned says so."""
    if push.composing and push.state == State.READY:
        return gettext("Being put together")
    if push.scheduled_for and push.state == State.READY:
        return gettext("Planned")
    return push.get_state_display()


def under_way(push):
    """Return whether something may change by itself soon."""
    return push.state in UNDER_WAY and not push.composing


def mark(push):
    """Return a text that changes whenever the page of ``push`` has something new to show."""
    attempts = push.attempts.aggregate(made=Count("pk"), ended=Count("ended_at"), last=Max("pk"))
    events = push.events.count()
    return f"{push.version}.{attempts['made']}.{attempts['ended']}.{attempts['last'] or 0}.{events}"


def needs_a_note(push):
    """Return whether finishing ``push`` by hand asks why: it was not meant to end like that."""
    return push.reason not in PLANNED_BY_HAND


def tone(state):
    """Return how a state is shown: "good", "busy", "person", "bad" or "quiet"."""
    return {
        State.DONE: "good",
        State.READY: "busy",
        State.SENDING: "busy",
        State.WAITING: "busy",
        State.RETRY_AT: "busy",
        State.NEEDS_PERSON: "person",
        State.UNKNOWN: "person",
        State.FAILED: "bad",
    }.get(State(state), "quiet")


_IMAGE = re.compile(r"(<img\b[^>]*?\ssrc=)([\"'])(.*?)\2", re.IGNORECASE)


def body_on_screen(item):
    """Return the body of a PushItem as it was sent, its pictures shown from this site (P8)."""
    blocks = item.publication.snapshot["body"]
    images = [block["value"]["image"] for block in blocks if block["type"] == "image"]
    fits = len(_IMAGE.findall(item.content)) == len(images)
    local = iter([copies.url(image, "full") for image in images] if fits else [])
    return _IMAGE.sub(lambda found: f'{found[1]}"{escape(next(local, ""))}"', item.content)
