"""Ideas (选题): moving them on the board, writing them, and following their article."""

from django.db import transaction
from django.utils.translation import gettext as _

from articles.errors import Refusal
from articles.models import ArticlePage, Idea
from articles.slugs import free_slug
from articles.starting import draft


State = Idea.State
MOVES = {
    State.OPEN: (State.TAKEN, State.DROPPED),
    State.TAKEN: (State.OPEN, State.DROPPED),
    State.DROPPED: (State.OPEN,),
    State.DONE: (State.OPEN,),
}
"""Where a button may take an idea. Written is reached by a signature alone."""


class IdeaRefusedError(Refusal):
    """A move of an idea that is not possible."""


@transaction.atomic
def move(pk, seen, to, reason=""):
    """Take idea ``pk`` from the state that was ``seen`` to ``to``; return it.

    Raises IdeaRefusedError when somebody else has moved it, or when it cannot go there.
    """
    idea = Idea.objects.select_for_update().get(pk=pk)
    if idea.state != seen:
        raise IdeaRefusedError(
            _("Somebody has moved “%(title)s” meanwhile; it is “%(state)s” now.")
            % {"title": idea.title, "state": idea.get_state_display()}
        )
    if to not in MOVES[idea.state]:
        raise IdeaRefusedError(_("“%(title)s” cannot go there.") % {"title": idea.title})
    reason = " ".join(reason.split())
    if to == State.DROPPED and not reason:
        raise IdeaRefusedError(_("Say why the idea is dropped; others may have it again."))
    idea.dropped_because = reason[:200] if to == State.DROPPED else ""
    if to == State.OPEN:
        idea.article = None  # the draft stays where it is
    idea.state = to
    idea.save(update_fields=["state", "dropped_because", "article"])
    return idea


def take(idea, article):
    """Tie ``article`` to ``idea``, which is being written from now on (or written, when it is live)."""
    idea.article = article
    idea.state = State.DONE if article.live else State.TAKEN
    idea.dropped_because = ""
    idea.save(update_fields=["article", "state", "dropped_because"])


@transaction.atomic
def write(idea, user, *, topic, point=None, title=""):
    """Make the draft of ``idea`` under ``topic`` from a StartingPoint (None: an empty page) and return it.

    The draft it has already, when there is one. Raises IdeaRefusedError where ``user`` may not write.
    """
    idea = Idea.objects.select_for_update().get(pk=idea.pk)
    if idea.article_id:
        return idea.article
    if not topic.permissions_for_user(user).can_add_subpage():
        raise IdeaRefusedError(_("You may not write under the topic “%(topic)s”.") % {"topic": topic.title})
    title = title or idea.title
    if point:
        article = draft.create(point, title=title, topic=topic, user=user)
    else:
        article = ArticlePage(title=title, slug=free_slug(title, topic), owner=user, live=False)
        topic.add_child(instance=article)
    article.department = idea.department
    article.save_revision(user=user, log_action=not point, clean=False)
    article.save(update_fields=["department"])
    take(idea, article)
    return article


def follow_signature(sender, instance, **kwargs):
    """Receiver of page_published: a signed article is an idea written."""
    Idea.objects.filter(article=instance.pk).exclude(state=State.DONE).update(state=State.DONE)


def follow_deletion(sender, instance, **kwargs):
    """Receiver of pre_delete: without its draft an idea is open again."""
    Idea.objects.filter(article=instance.pk, state=State.TAKEN).update(state=State.OPEN, article=None)
