"""What public search looks at: one row of tokens for each article that readers can see."""

from django.db import connections, models
from django.db.models.signals import post_migrate, post_save
from django.dispatch import receiver

from articles.models.token_index import TokenIndex


INDEX = TokenIndex("publish_search", "publish_searchentry", "publication_id")


class SearchEntry(models.Model):
    """The tokens of an article's live publication, blank-separated (see publish.search.tokens_of)."""

    article = models.OneToOneField(
        "articles.ArticlePage", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    publication = models.OneToOneField("publish.Publication", on_delete=models.CASCADE, related_name="+")
    tokens = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"search entry of {self.publication_id}"


@receiver(post_migrate, dispatch_uid="publish_make_search_index")
def make_search_index(app_config, using, **kwargs):
    """Make the database's full-text index where it is missing."""
    if app_config.label == "publish":
        INDEX.make(connections[using])


@receiver(post_save, sender="publish.Publication", dispatch_uid="publish_keep_search_entry")
def keep_search_entry(instance, using, **kwargs):
    """Let search follow a publication that goes live, is replaced or is withdrawn, in the same transaction."""
    from publish import words  # these read these models
    from publish.search import tokens_of

    entries = SearchEntry.objects.using(using)
    if instance.state == instance.State.LIVE:
        # One statement, not the five of update_or_create: a signature waits for it.
        entries.bulk_create(
            [
                SearchEntry(
                    article_id=instance.article_id, publication_id=instance.pk, tokens=tokens_of(instance)
                )
            ],
            update_conflicts=True,
            unique_fields=["article"],
            update_fields=["publication", "tokens"],
        )
        words.keep(instance)
    else:
        entries.filter(publication_id=instance.pk).delete()
