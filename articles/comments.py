"""Comments that call somebody: ``@`` with a staff number or a name tells that colleague, once.

The comments are Wagtail's own. What was told is known by the notice's key, so that saving again tells nobody twice.
"""

import re

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from wagtail.models import Comment, CommentReply

from articles import colleagues
from articles.models import ArticlePage


_AT = re.compile(r"[@＠]")
# Staff numbers are Latin letters, digits and a few signs: one that goes on is another number.
_GOES_ON = re.compile(r"[0-9A-Za-z_.+-]")
_NUMBER = re.compile(r"[（(]\s*([^（()）\s]{1,150})\s*[）)]")


def mentioned(text, people):
    """Return the ids that ``text`` calls, in order. ``people``: iterable of (id, staff number, name).

    The longest staff number or name after ``@`` counts. Of a name that several share, ``@name(staff number)`` says whom;
    without the number all of that name are meant.
    """
    handles = {}
    for pk, number, name in people:
        handles.setdefault(number.casefold(), []).append((pk, number))
        if name:
            handles.setdefault(name.casefold(), []).append((pk, number))
    longest = sorted(handles, key=len, reverse=True)
    found = {}
    for mark in _AT.finditer(text):
        # An address of mail is no call.
        if mark.start() and _GOES_ON.match(text[mark.start() - 1]):
            continue
        rest = text[mark.end() :]
        folded = rest.casefold()
        handle = next((one for one in longest if _begins(folded, one)), None)
        if handle is None:
            continue
        meant = handles[handle]
        if len(folded) == len(rest) and (number := _NUMBER.match(rest, len(handle))):
            exact = [one for one in meant if one[1].casefold() == number[1].casefold()]
            meant = exact or meant
        found.update(dict.fromkeys(pk for pk, _number in meant))
    return list(found)


def _begins(text, handle):
    if not text.startswith(handle):
        return False
    # Chinese goes on without a space (@张三请看), so only handles in Latin letters need an end.
    return not (_GOES_ON.match(handle[-1]) and _GOES_ON.match(text[len(handle) :] or " "))


def people():
    """Return (users by id, what ``mentioned`` wants)."""
    known = {user.pk: user for user in colleagues.working()}
    return known, [(user.pk, user.get_username(), user.get_full_name()) for user in known.values()]


def tell_mentioned(sender, instance, **kwargs):
    """Receiver of post_save of Comment and CommentReply: tell whom it calls, after the save has held."""
    if _AT.search(instance.text):
        transaction.on_commit(lambda: _tell(instance))


def _tell(one):
    comment = one.comment if isinstance(one, CommentReply) else one
    page = ArticlePage.objects.filter(pk=comment.page_id).first()
    if page is None or getattr(comment, "resolved_at", None):
        return
    known, handles = people()
    kind = "reply" if isinstance(one, CommentReply) else "comment"
    with override(settings.LANGUAGE_CODE):
        for pk in mentioned(one.text, handles):
            if pk == one.user_id:
                continue
            facts = {"who": one.user, "title": page.get_admin_display_title()}
            colleagues.tell(
                known[pk],
                f"{kind}:{one.pk}:{pk}",
                _("You are called in a comment: %(title)s") % facts,
                # Notices hold no word of a text, and a comment may quote it.
                _("%(who)s calls you in a comment on “%(title)s”.") % facts,
                settings.ADMIN_URL + reverse("article_comments:open", args=[comment.pk]),
            )


def open_comments(user):
    """Return the open Comments on articles that ``user`` may edit, the newest first."""
    if user.is_superuser:
        allowed = Q()
    else:
        from wagtail.permissions import page_permission_policy

        editable = page_permission_policy.instances_user_has_permission_for(user, "change")
        allowed = Q(page__in=editable.values("pk"))
    return _articles_comments().filter(allowed)


def calling(user):
    """Return the open Comments that call ``user``, in themselves or in a reply, the newest first.

    Asked by the handles in the text; each is read again by ``mentioned``.
    """
    wanted = Q()
    for handle in {user.get_username(), user.get_full_name()} - {""}:
        wanted |= Q(text__icontains=handle) | Q(replies__text__icontains=handle)
    found = _articles_comments().filter(wanted).distinct()
    _known, handles = people()
    return [
        comment for comment in found if any(user.pk in mentioned(text, handles) for text in texts(comment))
    ]


def texts(comment):
    """Return the texts of a comment and its replies."""
    return [comment.text, *(reply.text for reply in comment.replies.all())]


def _articles_comments():
    articles = ContentType.objects.get_for_model(ArticlePage)
    return (
        Comment.objects.filter(resolved_at=None, page__content_type=articles)
        .select_related("user", "page")
        .prefetch_related("replies__user")
        .order_by("-created_at", "-pk")
    )
