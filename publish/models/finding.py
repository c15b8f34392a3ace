"""Words that readers may mean: for suggestions, pinyin and typing mistakes. Made from what is signed and live, and the glossary."""

from django.db import models


class SearchWord(models.Model):
    """A word that leads to something: a topic, a department, a term of the glossary, a synonym, a word of titles.

    ``pinyin`` is without tones and blanks ("gaoxueya"), ``initials`` its first letters ("gxy"). ``means`` is the word
    searched for beside a synonym, "" otherwise. ``weight``: in how many live titles and texts, for the order.
    """

    class Kind(models.TextChoices):
        TOPIC = "topic"
        DEPARTMENT = "department"
        TERM = "term"
        SYNONYM = "synonym"
        WORD = "word"

    word = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    pinyin = models.CharField(max_length=160, blank=True)
    initials = models.CharField(max_length=40, blank=True)
    means = models.CharField(max_length=40, blank=True)
    weight = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["word", "means"], name="publish_search_word_once")]
        indexes = [
            models.Index(fields=["pinyin"]),
            models.Index(fields=["initials"]),
        ]

    def __str__(self):
        return self.word


class SearchVariant(models.Model):
    """A word, or its pinyin, with one character left out: two spellings that share one are a typing mistake apart."""

    variant = models.CharField(max_length=160, db_index=True)
    word = models.ForeignKey(SearchWord, on_delete=models.CASCADE, related_name="variants")

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.variant
