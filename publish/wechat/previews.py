"""Sending previews: by WeChat's own preview of a draft made for it, or by mail with the link of the phone page.

An errand of the worker. A preview is claimed before it is sent and never sent twice: when the process dies or the
answer is lost in between, it says so and a person decides. The draft of a preview has a key of its own, so that it is
never taken for the push's; it is deleted a day later.
"""

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import Error as DatabaseError
from django.template.loader import render_to_string

from articles import copies
from articles.models import Institution
from publish import previews
from publish.models.planning import Preview
from publish.models.publications import Publication
from publish.models.pushes import Leftover
from publish.wechat import article, errors, images, limits, steps, uploads
from publish.wechat.errors import CallError
from themes import registry


logger = logging.getLogger(__name__)

# How long the draft of a preview stays, for colleagues who open it later.
KEEP = timedelta(days=1)
KEY = "preview-"
SENDING = "sending"


def take(ctx):
    """Send what is wanted for one push, by one way; return whether there was something."""
    free_stale(ctx)
    return _by_mail(ctx) or _by_wechat(ctx)


def free_stale(ctx):
    """Settle what a worker left behind: a preview begun is unknown, one only claimed is wanted again."""
    stale = Preview.objects.filter(state=Preview.State.WANTED, sent_at__lt=ctx.clock() - steps.LEASE)
    stale.filter(reason=SENDING).update(state=Preview.State.FAILED, reason="unknown", sent_at=None)
    stale.exclude(reason=SENDING).update(reason="", sent_at=None)


def _claim(ctx, via):
    """Claim the wanted previews of one push and version; return them in order."""
    open_ones = Preview.objects.filter(
        push__account=ctx.client.appid, via=via, state=Preview.State.WANTED, sent_at=None
    )
    first = open_ones.order_by("pk").first()
    if first is None:
        return []
    stamp = secrets.token_hex(16)
    alike = Preview.objects.filter(
        push=first.push_id, digest=first.digest, via=via, state=Preview.State.WANTED, sent_at=None
    )
    alike.update(sent_at=ctx.clock(), reason=stamp)
    return list(Preview.objects.filter(reason=stamp).select_related("push", "reader").order_by("pk"))


def _begin(preview, ctx):
    """Say that this very preview is being sent from now on; False when another worker has it."""
    mine = Preview.objects.filter(pk=preview.pk, state=Preview.State.WANTED, reason=preview.reason)
    return bool(mine.update(reason=SENDING, sent_at=ctx.clock()))


def _end(preview, ctx, problem=""):
    state = Preview.State.FAILED if problem else Preview.State.SENT
    Preview.objects.filter(pk=preview.pk, state=Preview.State.WANTED).update(
        state=state, reason=problem, sent_at=None if problem else ctx.clock()
    )


# --- by mail -----------------------------------------------------------------------------------------


def _by_mail(ctx):
    claimed = _claim(ctx, Preview.Via.PAGE)
    for preview in claimed:
        if _begin(preview, ctx):
            _end(preview, ctx, "" if _mail(preview) else "mail_failed")
    return bool(claimed)


def _mail(preview):
    """Send the link; return whether the mail server took it."""
    titles = [choice["title"] for _publication, choice in chosen(preview.shown)]
    facts = {
        "preview": preview,
        "titles": titles,
        "link": previews.link_of(preview),
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    subject = " ".join(render_to_string("publish/mail/preview_subject.txt", facts).split())
    body = render_to_string("publish/mail/preview.txt", facts)
    try:
        send_mail(subject, body, None, [preview.reader.email])
    except (OSError, ValueError) as error:
        logger.error("preview %s could not be mailed: %s", preview.pk, type(error).__name__)
        return False
    return True


# --- by WeChat ---------------------------------------------------------------------------------------


def _by_wechat(ctx):
    claimed = _claim(ctx, Preview.Via.WECHAT)
    if not claimed:
        return False
    try:
        media_id = _draft(claimed[0], ctx)
    except CallError as error:
        _none_sent(claimed, ctx, error)
        return True
    except (limits.ContentError, images.PictureError, copies.CopyError):
        _fail_all(claimed, ctx, "picture")
        return True
    except (Publication.DoesNotExist, registry.UnknownThemeError):
        _fail_all(claimed, ctx, "outdated")
        return True
    except DatabaseError:
        raise
    except Exception:
        _fail_all(claimed, ctx, "internal")
        raise
    for at, preview in enumerate(claimed):
        if not _begin(preview, ctx):
            continue
        try:
            ctx.client.mass.preview(media_id, openid=preview.reader.openid, wxname=preview.reader.wxname)
        except CallError as error:
            if error.errcode == errors.NO_RIGHT:
                _to_pages(claimed[at:])
                return True
            _end(preview, ctx, "unknown" if error.unsure else _code(error))
        else:
            ctx.reached("effect:preview")
            _end(preview, ctx)
    return True


def _none_sent(claimed, ctx, error):
    if error.errcode == errors.NO_RIGHT:
        _to_pages(claimed)
    else:
        _fail_all(claimed, ctx, _code(error))


def _fail_all(claimed, ctx, problem):
    for preview in claimed:
        _end(preview, ctx, problem)


def _code(error):
    """Return how a CallError is noted: its code, or that nobody answered (-1)."""
    return str(error.errcode if error.errcode is not None else -1)


def _to_pages(claimed):
    """The account may not preview by API: these readers get the phone page."""
    for preview in claimed:
        Preview.objects.filter(pk=preview.pk, state=Preview.State.WANTED).update(
            via=Preview.Via.PAGE,
            state=previews.first_state(Preview.Via.PAGE, preview.reader),
            sent_at=None,
            reason="",
        )


def _draft(preview, ctx):
    """Make the draft of what ``preview`` shows and return its media_id; what WeChat has already is not sent again."""
    pieces = chosen(preview.shown)
    if any(publication.state != Publication.State.LIVE for publication, _choice in pieces):
        raise Publication.DoesNotExist
    institution = Institution.load()
    articles = [
        _article(publication, number, preview, ctx, institution, alone=len(pieces) == 1)
        for (publication, _choice), (_pk, number) in zip(pieces, preview.shown["items"], strict=True)
    ]
    media_id = ctx.client.draft.add(articles)
    Leftover.objects.create(
        account=ctx.client.appid, media_id=media_id, push=preview.push, due_at=ctx.clock() + KEEP
    )
    return media_id


def _article(publication, number, preview, ctx, institution, *, alone):
    """Return the article dict of draft/add for one piece of a preview, its pictures uploaded."""
    uploads.send_pictures(ctx.client.appid, publication.snapshot, ctx)
    written = article.fields(
        publication,
        institution,
        image_url=uploads.addresses(ctx.client.appid, publication.snapshot),
        site_url=ctx.site_url,
        key=KEY + preview.digest[:8],
        alone=alone,
        choice=number,
        theme=preview.shown["theme"],
    )
    limits.check(written)
    cover = article.choices(publication.snapshot)[number]["cover"]
    return written | {
        "article_type": "news",
        "thumb_media_id": uploads.send_covers(ctx.client.appid, [cover], ctx)[0],
        "cover_info": images.cover_info(cover),
        "need_open_comment": 0,
    }


def chosen(shown):
    """Return (publication, chosen title, digest and cover) of what a preview shows, in order.

    Raises Publication.DoesNotExist when one is not there any more.
    """
    found = Publication.objects.select_related("approval").in_bulk([pk for pk, _number in shown["items"]])
    if len(found) < len(shown["items"]):
        raise Publication.DoesNotExist
    return [(found[pk], article.choices(found[pk].snapshot)[number]) for pk, number in shown["items"]]


def abandoned(account, media_id, now):
    """Note a draft that only a lost preview can have made, to be deleted when nobody looks at it any more."""
    Leftover.objects.get_or_create(account=account, media_id=media_id, defaults={"due_at": now + KEEP})


def is_preview(key):
    """Return whether a key in a source address names a preview."""
    return key.startswith(KEY)
