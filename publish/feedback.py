"""What readers answer below an article: kept by day and passage, worked off by editors, and forgotten in time.

An answer names nobody and comes from nobody in particular: no address, no name, no hour (see publish.website.feedback for
the door). “Not understood”, “something is wrong” and whatever has words wait until a colleague settles them; a mere
“helpful” is only counted.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.log_actions import log

from articles.errors import Refusal
from articles.snapshot import block_text
from publish import jobs
from publish.models import Publication, ReaderFeedback


Answer = ReaderFeedback.Answer
ASKING = (Answer.UNCLEAR, Answer.WRONG)
"""Answers that a colleague has to look at."""
OPEN = Q(settled_at=None) & (Q(answer__in=ASKING) | ~Q(words=""))
MOST_A_DAY = 200
"""Answers taken for one article on one day, all versions together: more tell an editor nothing new."""
LONGEST = 300
KEEP = timedelta(days=400)
_LABEL = 24  # characters of a passage that has no heading


class FeedbackRefusedError(Refusal):
    """Answers that cannot be settled or opened again like this."""


# --- passages ---------------------------------------------------------------------------------------


def passages(snapshot):
    """Return what an answer may be about, in the order of the text: [(number of the block from 1, label, is a heading)].

    A heading stands for itself, any other block for its first words.
    """
    found = []
    for number, block in enumerate(snapshot["body"], start=1):
        words = " ".join(block_text(block).split())
        if words:
            heading = block["type"] == "heading"
            short = words if heading or len(words) <= _LABEL else f"{words[:_LABEL]}…"
            found.append((number, short, heading))
    return found


def label_of(snapshot, number):
    """Return the words by which editors know passage ``number`` of a signed text; 0: the whole article."""
    if not number:
        return _("The article as a whole")
    return next((label for at, label, _heading in passages(snapshot) if at == number), _("A passage"))


# --- from readers -----------------------------------------------------------------------------------


def full(article_id, day=None):
    """Return whether an article has had as many answers on ``day`` as are taken."""
    rows = ReaderFeedback.objects.filter(publication__article_id=article_id, day=day or timezone.localdate())
    return rows.count() >= MOST_A_DAY


def keep(publication, answer, passage, words, day=None):
    """Insert an answer; the same words about the same passage on the same day are one answer."""
    values = {
        "publication": publication,
        "answer": answer,
        "passage": passage,
        "words": words,
        "day": day or timezone.localdate(),
    }
    if words and ReaderFeedback.objects.filter(**values).exists():
        return None
    return ReaderFeedback.objects.create(**values)


# --- for editors ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """How readers answered: numbers, and shares in percent that add up to 100 for a bar."""

    helpful: int
    unclear: int
    wrong: int
    waiting: int

    @property
    def total(self):
        return self.helpful + self.unclear + self.wrong

    @property
    def share(self):
        """The helpful ones in percent, rounded."""
        return round(100 * self.helpful / self.total) if self.total else 0

    @property
    def not_wrong(self):
        """Where the bar of the wrong ones begins, in percent."""
        return round(100 * (self.helpful + self.unclear) / self.total) if self.total else 0


COUNTS = {
    "helpful": Count("pk", filter=Q(answer=Answer.HELPFUL)),
    "unclear": Count("pk", filter=Q(answer=Answer.UNCLEAR)),
    "wrong": Count("pk", filter=Q(answer=Answer.WRONG)),
    "waiting": Count("pk", filter=OPEN),
}


def tally(rows):
    """Return the Tally of a queryset of answers."""
    return Tally(**rows.order_by().aggregate(**COUNTS))


def by_article(rows, most):
    """Return the ``most`` articles of a queryset of answers that wait for most: dicts of article, title and tally. Two queries."""
    counted = (
        rows.order_by()
        .values("publication__article_id")
        .annotate(**COUNTS, all=Count("pk"))
        .order_by("-waiting", "-all", "publication__article_id")[:most]
    )
    counted = list(counted)
    pks = [row["publication__article_id"] for row in counted]
    signed = Publication.objects.filter(article_id__in=pks).order_by("number")
    titles = dict(signed.values_list("article_id", "title"))
    return [
        {
            "article": pk,
            "title": titles[pk],
            "tally": Tally(*(row[name] for name in COUNTS)),
        }
        for pk, row in zip(pks, counted, strict=True)
    ]


def waiting(article_id=None):
    """Return the answers that nobody has settled, of one article or of all."""
    rows = ReaderFeedback.objects.filter(OPEN)
    return rows if article_id is None else rows.filter(publication__article_id=article_id)


def settle(article, pks, note, *, user):
    """Settle the open answers ``pks`` of an article with a note; return how many. Raises FeedbackRefusedError."""
    note = " ".join(note.split())
    if not note:
        raise FeedbackRefusedError(_("Write in a few words what was done, or why nothing needs to be."))
    with transaction.atomic():
        number = (
            waiting(article.pk)
            .filter(pk__in=pks)
            .update(settled_by=user, settled_at=timezone.now(), note=note[:LONGEST])
        )
        if not number:
            raise FeedbackRefusedError(_("These answers are settled already. Look at the page again."))
        log(article, "xinglin.feedback.settle", user=user, data={"note": note[:LONGEST], "number": number})
    return number


def reopen(article, pks, *, user):
    """Take the settling of answers ``pks`` back; return how many. Raises FeedbackRefusedError."""
    rows = ReaderFeedback.objects.filter(publication__article_id=article.pk, pk__in=pks)
    with transaction.atomic():
        number = rows.exclude(settled_at=None).update(settled_by=None, settled_at=None, note="")
        if not number:
            raise FeedbackRefusedError(_("These answers are open already. Look at the page again."))
        log(article, "xinglin.feedback.reopen", user=user, data={"number": number})
    return number


# --- forgetting -------------------------------------------------------------------------------------


def tidy(now=None):
    """Delete what was settled, and what is only counted, 400 days ago; return how many rows. Safe to repeat.

    What waits for a colleague stays, however old.
    """
    now = now or timezone.now()
    done = Q(settled_at__lt=now - KEEP)
    counted = Q(answer=Answer.HELPFUL, words="", settled_at=None, day__lt=timezone.localdate(now - KEEP))
    return ReaderFeedback.objects.filter(done | counted).delete()[0]


jobs.register("reader-feedback", jobs.daily(3), tidy)
