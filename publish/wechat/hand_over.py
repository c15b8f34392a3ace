"""Finishing by hand on WeChat's website: the clicks in order (facts on what the API cannot set)."""

from django.conf import settings
from django.utils.translation import gettext as _

from articles.choices import AIUse
from publish.models.pushes import Rung


def steps(push):
    """Return the ordered sentences a librarian follows to bring a draft out by hand."""
    found = [
        _("Sign in at mp.weixin.qq.com with the account's administrator or operator phone."),
        _("Open 内容管理 → 草稿箱 and find “%(title)s”.") % {"title": push.title},
        _(
            "Do not change a word of the text: it was signed as it stands. If it must change, cancel here and send a new version to review."
        ),
    ]
    if any(AIUse.needs_label(item.publication.snapshot["ai"]["use"]) for item in push.items.all()):
        found.append(
            _("Open the draft and set 创作来源 to 内容由AI生成 (it cannot be changed after publishing).")
        )
    found.append(_("Look at it on your own phone with 预览."))
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
