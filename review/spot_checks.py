"""The monthly spot check (常态化抽检) of what readers can see, drawn so that anybody can draw it again.

The list it was drawn from is stored. The seed follows from the month and that list, each entry is ranked by SHA-256 of seed and
entry, and the first ones are taken: no random numbers, nobody's choice. Rule: 国卫办医政函〔2025〕419号.
"""

import csv
import hashlib
import io
import math
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.errors import Refusal
from articles.exports import inert
from articles.models import ArticlePage
from review.models import OlderArticle, ReviewSettings, SpotCheck, SpotCheckItem, Verdict


OWN, OLDER = "article", "older"


class SpotCheckError(Refusal):
    """A spot check that cannot be drawn or judged like this."""


# --- drawing, without a database -------------------------------------------------------------------------


def seed_of(month, entries):
    """Return the seed (64 hex digits) for ``month`` (its first day) and the sorted list of ``entries``."""
    return hashlib.sha256("\n".join([f"{month:%Y-%m}", *entries]).encode()).hexdigest()


def ranked(seed, entries):
    """Return ``entries`` in the order the seed gives them."""
    return sorted(entries, key=lambda entry: hashlib.sha256(f"{seed}:{entry}".encode()).hexdigest())


def sample(seed, entries, percent):
    """Return which of ``entries`` are checked: ``percent`` of them, rounded up."""
    return ranked(seed, entries)[: math.ceil(len(entries) * percent / 100)]


# --- drawing ------------------------------------------------------------------------------------------------


def population():
    """Return what readers can see now, sorted: own live articles and registered older ones, as “kind:number”."""
    own = ArticlePage.objects.live().filter(approvals__isnull=False).values_list("pk", flat=True).distinct()
    older = OlderArticle.objects.filter(taken_down_on=None).order_by().values_list("pk", flat=True)
    return sorted([f"{OWN}:{pk}" for pk in own] + [f"{OLDER}:{pk}" for pk in older])


def draw(day=None, percent=None):
    """Draw the spot check of the month of ``day`` once, and return it; a month drawn before is returned as it is.

    ``percent`` is the setting unless given. Raises SpotCheckError when there is nothing to draw from.
    """
    month = (day or timezone.localdate()).replace(day=1)
    if known := SpotCheck.objects.filter(month=month).first():
        return known
    entries = population()
    if not entries:
        raise SpotCheckError(
            _("There is nothing to check yet: no article is live, and no older article is registered.")
        )
    percent = percent or ReviewSettings.load().spot_check_percent
    seed = seed_of(month, entries)
    try:
        with transaction.atomic():
            check = SpotCheck.objects.create(month=month, percent=percent, seed=seed, population=entries)
            SpotCheckItem.objects.bulk_create(
                SpotCheckItem(spot_check=check, **{_field(entry): int(entry.partition(":")[2])})
                for entry in sample(seed, entries, percent)
            )
    except IntegrityError:
        # Another worker was a moment sooner.
        return SpotCheck.objects.get(month=month)
    return check


def _field(entry):
    return "article_id" if entry.startswith(f"{OWN}:") else "older_id"


def draw_if_due(now):
    """Draw the month's spot check on its first day, or later when no worker ran then; for the worker.

    Before the first one was drawn it waits for a first day, so that a new installation does not draw from one article.
    """
    today = timezone.localdate(now)
    if (today.day == 1 or SpotCheck.objects.exists()) and population():
        draw(today)


def drawn_again(check):
    """Return whether drawing from the stored list gives the stored seed and items."""
    seed = seed_of(check.month, check.population)
    items = {
        f"{OWN}:{article}" if article else f"{OLDER}:{older}"
        for article, older in check.items.values_list("article_id", "older_id")
    }
    return seed == check.seed and set(sample(seed, check.population, check.percent)) == items


# --- checking -------------------------------------------------------------------------------------------------


def judge(item, verdict, note, *, user):
    """Record what ``user`` found; a later look replaces an earlier one. Raises SpotCheckError."""
    note = note.strip()
    if verdict not in (Verdict.FINE, Verdict.MEND, Verdict.REMOVE):
        raise SpotCheckError(_("Choose what you found."))
    if verdict != Verdict.FINE and not note:
        raise SpotCheckError(_("Write what is wrong, so that somebody can act on it."))
    item.verdict, item.note = verdict, note[:500]
    item.checked_by, item.checked_at = user, timezone.now()
    item.save(update_fields=["verdict", "note", "checked_by", "checked_at"])


def address_of(item):
    """Return where readers find what is checked."""
    return item.older.url if item.older_id else f"{settings.SITE_URL}/a/{item.article_id}/"


def title_of(item):
    return item.older.title if item.older_id else item.article.title


def report(check):
    """Return the spot check as CSV text, with what it was drawn from at its head."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_("month"), f"{check.month:%Y-%m}"])
    writer.writerow([_("drawn from"), len(check.population)])
    writer.writerow([_("share (%)"), check.percent])
    writer.writerow([_("seed"), check.seed])
    writer.writerow(
        [_("title"), _("address"), _("older"), _("verdict"), _("note"), _("checked by"), _("checked at")]
    )
    for item in check.items.select_related("article", "older", "checked_by"):
        cells = [
            title_of(item),
            address_of(item),
            _("yes") if item.older_id else "",
            item.get_verdict_display(),
            item.note,
            str(item.checked_by or ""),
            f"{timezone.localtime(item.checked_at):%Y-%m-%d %H:%M}" if item.checked_at else "",
        ]
        writer.writerow([inert(cell) for cell in cells])
    return out.getvalue()


def month_of(text):
    """Return the first day of a month written as 2026-11, or None."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
