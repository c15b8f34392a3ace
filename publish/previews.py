"""The preview list (预览名单): a push shown to named colleagues before followers see it.

A click asks for one preview a reader and version of the push; the worker sends them (`publish.wechat.previews`).
Every preview has a phone page of its own under an unguessable address, made from the signed snapshots it showed when
it was asked for. No WeChat call is made here (P4).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publish.errors import PushRefusedError
from publish.models.planning import ChannelSettings, Preview, PreviewReader
from publish.models.publications import Publication
from publish.models.pushes import Account, Rung
from publish.states import State
from publish.wechat import errors


LIFE = timedelta(days=7)
LONGEST_COMMENT = 1000
# Not out yet, and no worker is at it.
SHOWABLE = frozenset({State.READY, State.RETRY_AT, State.NEEDS_PERSON})

# Why a preview did not go out, when no WeChat code says so.
REASONS = {
    "unknown": gettext_lazy(
        "It cannot be known whether it arrived, so it is not sent again by itself. Ask your colleague."
    ),
    "outdated": gettext_lazy(
        "An article was withdrawn or signed anew before it was sent. Send the preview again."
    ),
    "picture": gettext_lazy("A picture could not be prepared for WeChat. Hand over the link instead."),
    "mail_failed": gettext_lazy("The mail could not be sent. Hand over the link instead."),
    "internal": gettext_lazy("A fault in the program stopped this preview. Hand over the link instead."),
}
# Codes that mean something else for a preview than for a push (facts: message/mass/preview, 2026).
CODES = {
    40003: gettext_lazy(
        "WeChat does not know this openid among the account's followers. Mend the preview list, or hand over the link."
    ),
    40132: gettext_lazy(
        "WeChat does not know this WeChat id, or its owner does not follow the account. Mend the preview list, or hand over the link."
    ),
    45009: gettext_lazy(
        "Today's previews by WeChat are used up (100 a day). Hand over the link, or send it again tomorrow."
    ),
}


# --- asking for previews --------------------------------------------------------------------------


def shown_by(push):
    """Return what a preview of ``push`` would show now: its look and its items with their choices, in order."""
    return {
        "theme": push.theme or ChannelSettings.load().theme,
        "items": [[item.publication_id, item.choice] for item in push.items.all()],
    }


def version_of(shown):
    """Return the short name of what is shown: another order, choice or look is another version."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def send(push, user, now=None):
    """Ask for a preview to everybody on the list who has not got this version of ``push``; return how many.

    Raises PushRefusedError.
    """
    now = now or timezone.now()
    shown = shown_by(push)
    _refuse_unfit(push, shown)
    readers = list(PreviewReader.objects.filter(active=True))
    if not readers:
        raise PushRefusedError(_("Nobody is on the preview list: add colleagues there first."))
    by_wechat = Account.objects.filter(appid=push.account).values_list("may", flat=True).first() in (
        None,
        Rung.MASS,
    )
    made = 0
    with transaction.atomic():
        for reader in readers:
            via = Preview.Via.WECHAT if reader.follows and by_wechat else Preview.Via.PAGE
            _preview, new = Preview.objects.get_or_create(
                push=push,
                reader=reader,
                digest=version_of(shown),
                defaults={
                    "shown": shown,
                    "via": via,
                    "state": first_state(via, reader),
                    "wanted_by": user,
                    "wanted_at": now,
                    "expires_at": now + LIFE,
                },
            )
            made += new
    return made


def first_state(via, reader):
    """Return where a preview begins: without WeChat and mail there is nothing to send, the link is handed over."""
    return Preview.State.WANTED if via == Preview.Via.WECHAT or reader.email else Preview.State.SENT


def send_again(preview):
    """Have a preview that failed tried once more, because a person asks for it. Raises PushRefusedError."""
    shown = shown_by(preview.push)
    _refuse_unfit(preview.push, shown)
    if preview.digest != version_of(shown):
        raise PushRefusedError(_("The push has changed since: send the preview anew."))
    taken = Preview.objects.filter(pk=preview.pk, state=Preview.State.FAILED).update(
        state=Preview.State.WANTED, sent_at=None, reason=""
    )
    if not taken:
        raise PushRefusedError(_("This preview did not fail, or is being sent again already."))


def _refuse_unfit(push, shown):
    if push.state not in SHOWABLE:
        raise PushRefusedError(
            _("This is not possible while the push is in the state “%(state)s”. Reload the page.")
            % {"state": push.get_state_display()}
        )
    if not shown["items"]:
        raise PushRefusedError(_("There is no article in this push yet: add one from the board."))
    if any(
        item.publication.state != Publication.State.LIVE for item in push.items.select_related("publication")
    ):
        raise PushRefusedError(
            _("A newer version was signed or the article was withdrawn: push that one instead.")
        )


# --- what came of them ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One preview as the push's page shows it."""

    preview: Preview
    current: bool
    problem: str
    link: str

    @property
    def read(self):
        """Whether the reader said or showed that they have read it."""
        return self.preview.read_at is not None

    @property
    def to_hand_over(self):
        """Whether nothing was sent, so that a person hands over the link."""
        return self.preview.state == Preview.State.SENT and self.preview.sent_at is None


def lines(push):
    """Return the previews of ``push`` as Lines: those of the present version first, then the earlier ones."""
    version = version_of(shown_by(push))
    found = [
        Line(preview, preview.digest == version, problem_of(preview), link_of(preview))
        for preview in push.previews.select_related("reader").order_by("-wanted_at", "reader__name", "pk")
    ]
    return sorted(found, key=lambda line: not line.current)


def problem_of(preview):
    """Return the sentence of a preview that was not sent, else ""."""
    if preview.state != Preview.State.FAILED:
        return ""
    if preview.reason.isdecimal() or preview.reason == "-1":
        code = int(preview.reason)
        return str(CODES.get(code) or errors.sentence(code))
    return str(REASONS.get(preview.reason, REASONS["internal"]))


def link_of(preview):
    """Return the address of a preview's phone page."""
    return settings.SITE_URL + reverse("preview", args=[preview.token])


# --- the reader's side --------------------------------------------------------------------------------


def mark_read(preview, now=None):
    """Record that a person has read it; the first time counts."""
    Preview.objects.filter(pk=preview.pk, read_at=None).update(read_at=now or timezone.now())


def comment(preview, text, now=None):
    """Store what the reader says, in the place of what they said before. Raises PushRefusedError."""
    text = text.replace("\x00", "").strip()
    if len(text) > LONGEST_COMMENT:
        raise PushRefusedError(
            _("Your comment is too long: %(count)d characters, at most %(most)d.")
            % {"count": len(text), "most": LONGEST_COMMENT}
        )
    now = now or timezone.now()
    mark_read(preview, now)
    Preview.objects.filter(pk=preview.pk).exclude(comment=text).update(
        comment=text, commented_at=now if text else None
    )
