"""What WeChat showed us of a push: the body it kept, its answers to our questions, its events. Reads our records only."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publish.models import Outcome
from publish.wechat import article, comparison, reasons
from publish.wechat.callbacks import SENT


ASKED = {
    "draft/get": gettext_lazy("the draft"),
    "draft/batchget": gettext_lazy("the draft box"),
    "freepublish/get": gettext_lazy("the result of the publication"),
    "freepublish/batchget": gettext_lazy("the published articles"),
    "freepublish/getarticle": gettext_lazy("the published article"),
    "message/mass/get": gettext_lazy("the result of the mass send"),
}
MOST_ENTRIES = 20


# --- what WeChat kept of a body ---------------------------------------------------------------------


@dataclass
class Kept:
    """What the last draft/get showed of one article. ``lost``: [(kind, what)] that WeChat dropped or changed.

    ``differences``: [{"field", "signed", "there"}] of publish.wechat.comparison.
    """

    at: datetime
    differences: list
    lost: list

    @property
    def as_sent(self):
        return not self.differences and not self.lost


def kept(push, items):
    """Return {item's key: Kept} from the last draft/get that answered; {} while there is none."""
    attempt = push.attempts.filter(call="draft/get", outcome=Outcome.OK).order_by("-pk").first()
    held = attempt.answer.get("news_item") if attempt else None
    if not isinstance(held, list):
        return {}
    found = {}
    for item, theirs in zip(items, held, strict=False):
        # Answers of old records were cut; a cut body tells nothing.
        content = theirs.get("content") if isinstance(theirs, dict) else None
        if not item.content or not isinstance(content, str) or content.endswith(f"… ({len(item.content)})"):
            continue
        differences = comparison.compare(article.for_draft(item), theirs)
        found[item.pk] = Kept(attempt.started_at, differences, _lost(item.content, content))
    return found


def _lost(sent, held):
    ours, theirs = comparison.Contents(sent), comparison.Contents(held)
    lost = [(_("picture"), one) for one in (Counter(ours.pictures) - Counter(theirs.pictures)).elements()]
    lost += [(_("link"), one) for one in (Counter(ours.links) - Counter(theirs.links)).elements()]
    marks = _Marks.of(sent) - _Marks.of(held)
    return lost + [
        (kind, f"{what} × {count}" if count > 1 else what) for (kind, what), count in sorted(marks.items())
    ]


class _Marks(HTMLParser):
    """Counts elements, attributes and properties of style, without their values."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = Counter()

    @classmethod
    def of(cls, html):
        parser = cls()
        parser.feed(html)
        return parser.found

    def handle_starttag(self, tag, attrs):
        self.found[_("element"), f"<{tag}>"] += 1
        for name, value in attrs:
            if name == "style":
                for part in (value or "").split(";"):
                    if part.strip():
                        self.found[_("style"), part.split(":")[0].strip().lower()] += 1
            elif name not in ("src", "data-src", "href"):
                self.found[_("attribute"), name] += 1


# --- what WeChat answered when it was asked -----------------------------------------------------------


@dataclass
class Report:
    """The last answer to one question. ``entries``: dicts of title, remote_id, address, ours, gone."""

    label: str
    at: datetime
    outcome: str
    fact: str = ""
    entries: list = field(default_factory=list)
    more: int = 0


def reports(push):
    """Return the last Report to each question that was asked because of ``push``, the newest first."""
    latest = {}
    for number, call in push.attempts.filter(call__in=ASKED).order_by("pk").values_list("pk", "call"):
        latest[call] = number
    found = push.attempts.filter(pk__in=latest.values()).order_by("-pk")
    return [_report(attempt, push) for attempt in found]


def _report(attempt, push):
    report = Report(str(ASKED[attempt.call]), attempt.started_at, attempt.get_outcome_display())
    answer = attempt.answer if isinstance(attempt.answer, dict) else {}
    if attempt.outcome != Outcome.OK:
        report.fact = attempt.errmsg
        return report
    if "msg_status" in answer:
        report.fact = str(answer["msg_status"])
    elif "publish_status" in answer:
        report.fact = _status(answer["publish_status"])
    listed = answer.get("item") if isinstance(answer.get("item"), list) else [{"content": answer}]
    entries = [entry for raw in listed if isinstance(raw, dict) for entry in _entries(raw, push)]
    entries.sort(key=lambda entry: not entry["ours"])
    report.entries, report.more = entries[:MOST_ENTRIES], max(0, len(entries) - MOST_ENTRIES)
    return report


def _entries(raw, push):
    content = raw.get("content") if isinstance(raw.get("content"), dict) else {}
    listed = content.get("news_item")
    for item in listed if isinstance(listed, list) else []:
        if not isinstance(item, dict):
            continue
        key = article.key_of(str(item.get("content_source_url") or ""), settings.SITE_URL)
        yield {
            "title": str(item.get("title") or ""),
            "remote_id": str(raw.get("media_id") or raw.get("article_id") or ""),
            "address": str(item.get("url") or ""),
            "ours": bool(key and key[1] == push.key),
            "gone": bool(item.get("is_deleted")),
            "updated": _moment(raw.get("update_time")),
        }


def _moment(seconds):
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _status(status):
    number = int(status) if str(status).isdigit() else -1
    if number in (0, 1):
        return _("published") if number == 0 else _("being published")
    return str(reasons.SENTENCES.get(reasons.PUBLISH_STATUS.get(number, ""), status))


# --- what WeChat told by itself -----------------------------------------------------------------------


COUNTS = {
    "TotalCount": gettext_lazy("followers meant"),
    "FilterCount": gettext_lazy("left after WeChat's filter"),
    "SentCount": gettext_lazy("reached"),
    "ErrorCount": gettext_lazy("failed"),
}


def events(push):
    """Return what WeChat's events said of ``push``, the newest first: dicts of at, label, fact, counts, failed, copyright."""
    return [_event(event) for event in push.events.order_by("-pk")[:20]]


def _event(event):
    payload = event.payload
    mass = event.kind == SENT
    counts = payload.get("counts") or {}
    return {
        "at": event.received_at,
        "label": _("Mass send") if mass else _("Publication"),
        "fact": payload.get("status", "") if mass else _status(payload.get("status")),
        "counts": [(label, counts[name]) for name, label in COUNTS.items() if counts.get(name) is not None],
        "failed": payload.get("failed") or [],
        "copyright": (payload.get("copyright") or {}).get("items") or [],
    }
