"""Finishing by hand on WeChat's website: the clicks in order, and the comparisons before and after.

What the API cannot set (原创, 创作来源, 合集, timing): facts on draft/add, October 2026.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.choices import AIUse
from publish import handover
from publish.models.checks import Drift, HandOver
from publish.models.pushes import Rung
from publish.states import StaleRowError, State, save
from publish.wechat import article, comparison, errors, lookup, scrub
from publish.wechat.errors import CallError


logger = logging.getLogger(__name__)

# A claim that was not ended by then is taken up again; looking twice harms nobody.
LEASE = timedelta(minutes=3)
# After publication: WeChat's list is asked for so long, more and more rarely (freepublish/batchget: 100 calls a day).
PATIENCE = timedelta(hours=48)
PAUSES = [
    (timedelta(minutes=10), timedelta(minutes=5)),
    (timedelta(hours=1), timedelta(minutes=20)),
    (timedelta(hours=6), timedelta(hours=2)),
]
LATER = timedelta(hours=8)


def steps(push):
    """Return the ordered sentences a librarian follows to bring a draft out by hand."""
    found = [_("Sign in at mp.weixin.qq.com with the account's administrator or operator phone.")]
    if push.reason == "copy":
        found.append(
            _(
                "Open 内容管理 → 草稿箱 → 新的创作 → 图文消息. For each article open “Copy by hand” below and paste title, author, digest, body and the address behind 阅读原文; put in the cover."
            )
        )
    else:
        found.append(_("Open 内容管理 → 草稿箱 and find “%(title)s”.") % {"title": push.title})
    found.append(
        _(
            "Do not change a word of the text: it was signed as it stands. If it must change, cancel here and send a new version to review."
        )
    )
    found.append(
        _(
            "If your hospital declares articles as its own work, set 原创 now; put it into its 合集 if it has one."
        )
    )
    if any(AIUse.needs_label(item.publication.snapshot["ai"]["use"]) for item in push.items.all()):
        found.append(
            _("Open the draft and set 创作来源 to 内容由AI生成 (it cannot be changed after publishing).")
        )
    found.append(_("Look at it on your own phone with 预览."))
    if push.reason != "copy":
        found.append(
            _("Press “Compare now” on this page and go on only when it says that the draft is as signed.")
        )
    if push.scheduled_for:
        when = timezone.localtime(push.scheduled_for)
        found.append(
            _("It was planned for %(when)s: choose 定时发表 with this time, or publish then.")
            % {"when": f"{when:%Y-%m-%d %H:%M}"}
        )
    if push.asked == Rung.MASS:
        found.append(
            _("Press 发表 with 群发通知 switched on: it uses today's mass send and reaches all followers.")
        )
    else:
        found.append(_("Press 发表 with 群发通知 switched off: followers are not notified."))
    found.append(_("Open the published article, copy its address (mp.weixin.qq.com/s/…) and enter it below."))
    return found


def website():
    """Return the address of WeChat's website for editors; the sandbox's phone stands in for it."""
    if settings.WECHAT_API_BASE == "https://api.weixin.qq.com":
        return "https://mp.weixin.qq.com/"
    return f"{settings.WECHAT_API_BASE}/phone/"


# --- in the worker ------------------------------------------------------------------------------


def take(ctx):
    """Make one comparison that is due; return whether there was one."""
    for field, work in (("wanted_at", _draft), ("final_due_at", _published)):
        row = handover.due(field, ctx.client.appid, ctx.clock())
        if row is None:
            continue
        if handover.bump(row, field, ctx.clock() + LEASE):
            ctx.client.push = row.push
            try:
                work(row, ctx)
            except DatabaseError:
                raise
            except Exception as error:
                said = scrub.text(repr(error))
                logger.error("hand-over of push %s broke: %s", row.push_id, said, exc_info=settings.DEBUG)
                _broke(row, field)
            finally:
                ctx.client.push = None
        return True
    return False


def _broke(row, field):
    """After a fault in our own program: said on the sheet, and not tried again by itself."""
    problem = "problem" if field == "wanted_at" else "final_problem"
    HandOver.objects.filter(pk=row.pk).update(**{field: None, problem: "internal"})


def _draft(row, ctx):
    """Compare the draft just before a person publishes it."""
    push, found, problem = row.push, [], ""
    if push.state != State.NEEDS_PERSON or not push.draft_media_id:
        problem = "no_draft"
    else:
        try:
            held = ctx.client.draft.get(push.draft_media_id)
        except CallError as error:
            problem = "draft_gone" if error.errcode == errors.BAD_MEDIA else _problem(error)
        else:
            found = comparison.record(sent(push), held, Drift.Place.DRAFT, ctx.clock(), row.wanted_by)
    HandOver.objects.filter(pk=row.pk).update(
        wanted_at=None, compared_at=ctx.clock(), differences=found, problem=problem
    )


def _published(row, ctx):
    """Compare what WeChat says it published; what is not in its list yet is looked for again later."""
    push, now = row.push, ctx.clock()
    if push.state != State.DONE:
        _end(row, final_problem="gone")
        return
    try:
        article_id, held = _find(push, ctx)
    except CallError as error:
        if error.errcode == errors.NO_RIGHT:
            _end(row, final_problem="no_right")
        else:
            delay = error.advice.delay(now) if error.errcode is not None else None
            _later(row, now, delay, _problem(error))
        return
    if held is None:
        _later(row, now, None, "not_seen")
        return
    comparison.record(sent(push), held, Drift.Place.PUBLISHED, now, row.wanted_by)
    if not push.article_id:
        try:
            save(push, article_id=article_id)
        except StaleRowError:
            logger.info("push %s changed meanwhile; its article_id is not noted", push.pk)
    _end(row, final_at=now, final_problem="")


def _find(push, ctx):
    """Return (article_id, news_item) of the publication with the push's key or final address, or ("", None)."""
    addresses = {_bare(item.address) for item in push.items.all() if item.address}
    entries, _complete = lookup.published_entries(ctx, push.created_at - lookup.CLOCK_MARGIN)
    for entry in entries:
        theirs = {_bare(str(item.get("url", ""))) for item in entry.items}
        if any(key == push.key for _pk, key in entry.keys.values()) or addresses & theirs:
            return entry.remote_id, ctx.client.freepublish.getarticle(entry.remote_id)
    return "", None


def _later(row, now, delay, problem):
    age = now - row.push.state_since
    if age >= PATIENCE:
        _end(row, final_problem=problem)
        return
    pause = next((pause for until, pause in PAUSES if age < until), LATER)
    HandOver.objects.filter(pk=row.pk).update(final_due_at=now + (delay or pause), final_problem=problem)


def _end(row, **changes):
    HandOver.objects.filter(pk=row.pk).update(final_due_at=None, **changes)


def sent(push):
    """Return {item: dict of draft/add} of a push, in order."""
    return {item: article.for_draft(item) for item in push.items.all()}


def _problem(error):
    """Return a short name of a failed call: WeChat's code, "unreachable" or "no_answer"."""
    if error.errcode is not None:
        return str(error.errcode)
    return "unreachable" if error.reached == "no" else "no_answer"


def _bare(address):
    return address.split("://", 1)[-1].split("#", 1)[0]
