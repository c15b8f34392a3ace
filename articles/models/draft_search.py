"""What the editors' search looks at: one row of tokens for each article's latest draft."""

from django.db import connections, models
from django.db.models.signals import post_migrate, post_save
from django.dispatch import receiver

from wagtail.models import Revision

from articles.models.pages import ArticlePage
from articles.models.token_index import TokenIndex


INDEX = TokenIndex("articles_draft", "articles_draftentry", "article_id")


class DraftEntry(models.Model):
    """The tokens of an article's latest draft, blank-separated, and what the list of articles shows of it."""

    article = models.OneToOneField(
        "articles.ArticlePage", on_delete=models.CASCADE, primary_key=True, related_name="draft_entry"
    )
    title = models.CharField(max_length=255)
    text = models.TextField()
    tokens = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"draft entry of {self.article_id}"


@receiver(post_migrate, dispatch_uid="articles_make_draft_index")
def make_draft_index(app_config, using, plan=(), **kwargs):
    """Make the database's full-text index where it is missing, and the entries of a site that had none yet."""
    if app_config.label != "articles" or not INDEX.make(connections[using]):
        return
    arrived = any(migration.name == "0004_authoring_desk" and not back for migration, back in plan)
    if arrived and not DraftEntry.objects.using(using).exists():
        from articles.draft_search.entries import rebuild  # entries reads these models

        rebuild()


@receiver(post_save, sender=Revision, dispatch_uid="articles_keep_draft_entry")
def keep_draft_entry(instance, created, raw=False, **kwargs):
    """Let search follow a draft, in the same transaction: typing, import, copy, revert and every other way."""
    from django.contrib.contenttypes.models import ContentType

    from articles.draft_search.entries import keep

    if raw or instance.content_type_id != ContentType.objects.get_for_model(ArticlePage).pk:
        return
    drafts = Revision.objects.filter(
        base_content_type_id=instance.base_content_type_id, object_id=instance.object_id
    )
    if created or not drafts.filter(pk__gt=instance.pk).exists():
        keep(instance.as_object())


@receiver(post_save, sender=ArticlePage, dispatch_uid="articles_keep_undrafted_entry")
def keep_undrafted_entry(instance, raw=False, **kwargs):
    """An article that has no draft yet is found by its row."""
    from articles.draft_search.entries import keep

    if not raw and not instance.latest_revision_id:
        keep(instance)
