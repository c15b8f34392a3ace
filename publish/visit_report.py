"""How often articles were opened in a period, by day, source and article, beside the period before. Reads only."""

import csv
import io
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from articles.exports import inert
from publish.models import Publication, VisitCount


USUAL = 30
MOST_ARTICLES = 50  # on the page; the file has all
Source = VisitCount.Source


@dataclass(frozen=True)
class Line:
    """Visits of something: of all, of a source, of an article; ``by_source`` where that is known."""

    label: str
    now: int
    before: int
    by_source: dict | None = None
    article: int | None = None
    seen: str = ""  # where readers find the article; empty when it is withdrawn

    @property
    def change(self):
        """The change in percent, rounded, or None where there was nothing before."""
        return round(100 * (self.now - self.before) / self.before) if self.before else None

    @property
    def trend(self):
        """The change in words: “+47 %”, “new”, or a dash where there is nothing to compare."""
        if self.change is None:
            return _("new") if self.now else "–"
        return f"{self.change:+d} %".replace("-", "−").replace("+0", "0")

    @property
    def numbers(self):
        """The visits from each source, in their order."""
        return [self.by_source.get(source, 0) for source in VisitCount.Source.values]


@dataclass(frozen=True)
class Bar:
    """Some days of the chart: one, or a week of a year."""

    first: date
    last: date
    by_source: dict

    @property
    def total(self):
        return sum(self.by_source.values())


class Report:
    """The visits of the last ``days`` days up to ``today``; of some articles only when any of the rest is given.

    Queries are as many whatever was counted. What stands nowhere was not opened.
    """

    def __init__(self, days=USUAL, today=None, *, topic=None, department=None, words="", article=None):
        self.days = days
        self.last = today or timezone.localdate()
        self.first = self.last - timedelta(days=days - 1)
        self._rows = VisitCount.objects.filter(
            day__gt=self.last - timedelta(days=2 * days), day__lte=self.last
        ).order_by()
        chosen = Publication.objects.exclude(state=Publication.State.SUPERSEDED)
        wanted = {"topic": topic, "department": department, "title__icontains": words}
        if wanted := {name: value for name, value in wanted.items() if value}:
            self._rows = self._rows.filter(article__in=chosen.filter(**wanted).values("article_id"))
        if article:
            self._rows = self._rows.filter(article=article)

    @cached_property
    def _days(self):
        """{(day, source): visits} of this period and of the one before."""
        rows = self._rows.values_list("day", "source").annotate(number=Sum("visits"))
        return {(day, source): number for day, source, number in rows}

    @cached_property
    def sources(self):
        """A Line for each source, in their order."""
        now, before = Counter(), Counter()
        for (day, source), number in self._days.items():
            (now if day >= self.first else before)[source] += number
        return [Line(source.label, now[source], before[source]) for source in Source]

    @cached_property
    def total(self):
        now, before = (sum(getattr(line, name) for line in self.sources) for name in ("now", "before"))
        return Line(_("All"), now, before)

    @cached_property
    def bars(self):
        """The Bars of the chart, the oldest first: of a day each, or of a week where there are more than ninety."""
        width = 1 if self.days <= 90 else 7
        found = []
        last = self.last
        while last >= self.first:
            first = max(last - timedelta(days=width - 1), self.first)
            found.append(Bar(first, last, self._between(first, last)))
            last = first - timedelta(days=1)
        return found[::-1]

    def _between(self, first, last):
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return {source: sum(self._days.get((day, source), 0) for day in days) for source in Source.values}

    def articles(self, most=None):
        """Return a Line for each article, the most opened first, at most ``most``. Four queries."""
        rows = self._rows.filter(day__gte=self.first)
        ordered = rows.values("article").annotate(number=Sum("visits")).order_by("-number", "article")
        totals = dict(ordered.values_list("article", "number")[:most])
        some = self._rows.filter(article__in=list(totals)) if most else self._rows
        by_source, before = defaultdict(Counter), Counter()
        for article, source, number in self._sums(some.filter(day__gte=self.first), "source"):
            by_source[article][source] = number
        for article, number in self._sums(some.filter(day__lt=self.first)):
            before[article] = number
        signed = (
            Publication.objects.filter(article_id__in=list(totals)) if most else Publication.objects.all()
        )
        signed = signed.order_by("number").values_list("article_id", "title", "path", "state")
        known = {article: (title, path, state) for article, title, path, state in signed}
        return [
            Line(
                known[article][0],
                number,
                before[article],
                dict(by_source[article]),
                article,
                known[article][1] if known[article][2] == Publication.State.LIVE else "",
            )
            for article, number in totals.items()
        ]

    @staticmethod
    def _sums(rows, *more):
        return rows.values_list("article", *more).annotate(number=Sum("visits"))


def of_article(article_id, days=USUAL):
    """Return how often an article was opened in the last ``days`` days. One query."""
    since = timezone.localdate() - timedelta(days=days - 1)
    return (
        VisitCount.objects.filter(article=article_id, day__gte=since).aggregate(all=Sum("visits"))["all"] or 0
    )


# --- the chart ----------------------------------------------------------------------------------------


HEIGHT = 100


def chart(bars):
    """Return what the drawing is made of: its width, the value at its top, and for each bar its place and its pieces.

    One unit wide a bar, HEIGHT high; numbers as text, so that no language writes them with a comma. Pieces are (source,
    top, height), stacked from the bottom in the order of the sources.
    """
    top = _round_up(max((bar.total for bar in bars), default=0))
    drawn = []
    for place, bar in enumerate(bars):
        pieces, level = [], float(HEIGHT)
        for source in Source.values:
            height = HEIGHT * bar.by_source[source] / top
            level -= height
            if height:
                pieces.append((source, f"{level:.2f}", f"{height:.2f}"))
        drawn.append({"x": f"{place + 0.1:.1f}", "bar": bar, "pieces": pieces})
    return {"width": len(bars), "height": HEIGHT, "top": top, "half": top // 2, "bars": drawn}


def _round_up(number):
    """Return the least of 10, 20, 30, 40, 60, 80, 100, 200 … that is not below ``number``."""
    step = 10
    while True:
        for factor in (1, 2, 3, 4, 6, 8):
            if number <= factor * step:
                return factor * step
        step *= 10


# --- files --------------------------------------------------------------------------------------------


def days_csv(report):
    """Return the visits of each day (of each week of a year) by source as CSV text."""
    return _csv(
        [_("From"), _("Until"), _("All"), *(source.label for source in Source)],
        [
            [bar.first.isoformat(), bar.last.isoformat(), bar.total, *bar.by_source.values()]
            for bar in report.bars
        ],
    )


def articles_csv(report):
    """Return all articles that were opened in the period as CSV text."""
    return _csv(
        [_("Article"), _("Address"), _("All"), *(source.label for source in Source), _("Period before")],
        [[line.label, line.seen, line.now, *line.numbers, line.before] for line in report.articles()],
    )


def _csv(head, rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(cell) for cell in head])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue()
