"""What the worker does after publication: the month's spot check, and the week's word about re-reviews."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from publish import jobs
from publish.models import Publication
from review import notices, people, rereview, spot_checks
from review.models import ReReview


NAMED = 10  # titles in one notice; the list has the rest


def weekly(hour):
    """Return a slot function: once an ISO week, from Monday ``hour``:00 local time on."""

    def slot(now):
        local = timezone.localtime(now)
        if local.weekday() == 0 and local.hour < hour:
            return None
        year, week, _day = local.isocalendar()
        return f"{year}-W{week:02}"

    return slot


def complete(now):
    """Give live articles from before this list their row; safe to repeat."""
    missing = Publication.objects.live().filter(article__re_review=None).select_related("approval__article")
    ReReview.objects.bulk_create(
        [
            ReReview(
                article_id=publication.article_id,
                signed_on=publication.signed_on,
                months=min(publication.snapshot["review_months"], rereview.LONGEST),
                due_on=publication.valid_until,
            )
            for publication in missing
        ],
        ignore_conflicts=True,
    )


def remind(now):
    """Write one notice a week to each librarian while something is overdue or near; return how many are new."""
    today = timezone.localdate(now)
    rows = list(rereview.queue(today).select_related("article"))
    if not rows:
        return 0
    year, week, _day = today.isocalendar()
    with override(settings.LANGUAGE_CODE):
        subject, text = _words(rows, today)
        return sum(
            notices.write(
                "re_review", f"re_review:{year}-W{week:02}:{person.pk}", person, subject, text, now=now
            )
            for person in people.with_right("review.view_rereview")
        )


def _words(rows, today):
    overdue = sum(row.is_overdue(today) for row in rows)
    subject = ngettext("Review again: %(count)d article", "Review again: %(count)d articles", len(rows)) % {
        "count": len(rows)
    }
    lines = [
        _("%(overdue)d overdue, %(near)d due within 60 days.")
        % {"overdue": overdue, "near": len(rows) - overdue}
    ]
    lines += [f"{row.due_on.isoformat()} {notices.line(row.article.title)}" for row in rows[:NAMED]]
    if len(rows) > NAMED:
        lines.append("…")
    return subject, "\n".join([*lines, settings.ADMIN_URL + reverse("rereviews:index")])


jobs.register("complete-re-reviews", jobs.daily(5), complete)
jobs.register("spot-check", jobs.daily(6), spot_checks.draw_if_due)
jobs.register("re-reviews", weekly(7), remind)
