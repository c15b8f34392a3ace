"""What has changed since a person last looked at a text: character by character, over all that a reader sees."""

from django.utils import timezone

from articles import textdiff
from review import reading
from review.models import LastReading


OLD, NEW, GAP, SAME = textdiff.OLD, textdiff.NEW, textdiff.GAP, textdiff.SAME


def between(old, new):
    """Return [(kind, text)] for two snapshots (see articles.textdiff); empty when they read the same."""
    before, after = ("\n".join(reading.lines(snapshot)) + "\n" if snapshot else "" for snapshot in (old, new))
    return textdiff.pieces(before, after) if before != after else []


def looked(user, article_id, shown):
    """Remember ``shown`` (a services.Reading) as what ``user`` has looked at, unless an earlier text is remembered.

    Return the LastReading when it is of another text, else None. What was seen before stays the measure until the person
    decides: otherwise the second look at a page would hide the changes the first one showed.
    """
    last, _new = LastReading.objects.get_or_create(user=user, article_id=article_id, defaults=_kept(shown))
    return last if last.digest != shown.digest else None


def decided(user, article_id, shown):
    """Remember ``shown`` (the ReviewTaskState, which keeps the text) as what ``user`` decided on."""
    LastReading.objects.update_or_create(
        user=user, article_id=article_id, defaults=_kept(shown) | {"at": timezone.now()}
    )


def _kept(shown):
    return {"digest": shown.digest, "snapshot": shown.snapshot}
