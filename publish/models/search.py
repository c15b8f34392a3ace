"""What public search looks at: one row of tokens for each article that readers can see.

The full-text index behind the row is the database's own: GIN on PostgreSQL, FTS5 kept by triggers on SQLite. Both are
made after ``migrate``, because no migration can hold them for both, and because SQLite loses triggers whenever
Django rebuilds the table.
"""

from django.db import connections, models
from django.db.models.signals import post_migrate, post_save
from django.dispatch import receiver


VECTOR = "array_to_tsvector(string_to_array(tokens, ' '))"
POSTGRESQL = (
    # Without the pending list each reader would scan what was last written.
    f"CREATE INDEX IF NOT EXISTS publish_search_tokens ON publish_searchentry USING gin ({VECTOR}) WITH (fastupdate = off)",
)
SQLITE = (
    # The ascii tokenizer takes every other character as part of a token: what a token is, publish.search alone says.
    "CREATE VIRTUAL TABLE IF NOT EXISTS publish_search_fts USING fts5("
    "tokens, content='publish_searchentry', content_rowid='publication_id', tokenize='ascii', detail='none', columnsize=0)",
    "CREATE TRIGGER IF NOT EXISTS publish_search_inserted AFTER INSERT ON publish_searchentry BEGIN "
    "INSERT INTO publish_search_fts(rowid, tokens) VALUES (new.publication_id, new.tokens); END",
    "CREATE TRIGGER IF NOT EXISTS publish_search_deleted AFTER DELETE ON publish_searchentry BEGIN "
    "INSERT INTO publish_search_fts(publish_search_fts, rowid, tokens) "
    "VALUES ('delete', old.publication_id, old.tokens); END",
    "CREATE TRIGGER IF NOT EXISTS publish_search_updated AFTER UPDATE ON publish_searchentry BEGIN "
    "INSERT INTO publish_search_fts(publish_search_fts, rowid, tokens) "
    "VALUES ('delete', old.publication_id, old.tokens); "
    "INSERT INTO publish_search_fts(rowid, tokens) VALUES (new.publication_id, new.tokens); END",
)


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
    connection = connections[using]
    if (
        app_config.label != "publish"
        or SearchEntry._meta.db_table not in connection.introspection.table_names()
    ):
        return
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


@receiver(post_save, sender="publish.Publication", dispatch_uid="publish_keep_search_entry")
def keep_search_entry(instance, using, **kwargs):
    """Let search follow a publication that goes live, is replaced or is withdrawn, in the same transaction."""
    from publish.search import tokens_of  # search reads these models

    entries = SearchEntry.objects.using(using)
    if instance.state == instance.State.LIVE:
        entries.update_or_create(
            article_id=instance.article_id,
            defaults={"publication_id": instance.pk, "tokens": tokens_of(instance)},
        )
    else:
        entries.filter(publication_id=instance.pk).delete()
