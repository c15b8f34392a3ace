"""What the publishing room does when something happens elsewhere. Connected in ``PublishConfig.ready``."""

from django.db.models.signals import post_delete
from django.utils.translation import gettext as _

from wagtail.models import Page

from articles.models import ArticlePage
from publish import publishing, words
from publish.models import Publication


def publish_when_approved(sender, approval, article, **kwargs):
    """An approval makes a publication, in the same transaction."""
    publishing.publish_approval(approval, article)


def withdraw_when_unpublished(sender, instance, **kwargs):
    """Unpublishing an article, by whatever way, is a Withdrawal; running out by Wagtail's schedule is nothing."""
    if not isinstance(instance, ArticlePage):
        return
    if instance.expired:
        Page.objects.filter(pk=instance.pk).update(live=True, expired=False, expire_at=None)
        return
    publication = Publication.objects.live().filter(article=instance).first()
    if publication:
        publishing.withdraw(publication, reason=_("Taken off the website by the editors."))


def follow_when_moved(sender, instance, **kwargs):
    """A moved topic or article keeps its readers: addresses follow and leave redirects."""
    _follow(instance)


def follow_when_renamed(sender, instance, instance_before, **kwargs):
    """A changed slug of a topic or article, likewise."""
    _follow(instance)


def follow_glossary(sender, instance, signal, **kwargs):
    """A changed, new or deleted term changes by which names readers find."""
    words.keep_term(instance, deleted=signal is post_delete)


def _follow(page):
    page = page.specific
    articles = [page] if isinstance(page, ArticlePage) else ArticlePage.objects.descendant_of(page)
    publishing.follow_addresses(articles)
