"""What the ledger shows of a push: its way in steps, its calls, its buttons. No WeChat call is made here."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

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
