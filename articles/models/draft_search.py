"""What the editors' search looks at: one row of tokens for each article's latest draft."""

from django.db import models


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
