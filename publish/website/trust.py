"""What makes a reader believe us: how texts are written and checked here, what was corrected or taken back, for whom the
site works.

The first page says what this hospital has set, in the words of the interface: steps by their kind, never by the names
colleagues gave them, and people as numbers. The log tells corrections by the title readers see now; of what is withdrawn it
repeats no word, so it gives the topic, the day and the reason, as the article's own address does.
"""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.models import Workflow, WorkflowPage, WorkflowTask

from articles.choices import Subject
from articles.models import ArticlePage
from publish.models import Correction, Publication, Withdrawal
from publish.website import reader
from publish.website.reader import absolute
from publish.website.responses import public
from review import presets, rereview
from review.models import Physician, Profession, ReviewSettings, StepKind
from themes import website


PAGE_SIZE = 20
# A chain of the hospital has a handful of steps; whatever is laid, the page stays a page.
MOST_STEPS = 20


# --- how we write and check -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A step of a chain as readers are told of it; ``days``: working days given for it."""

    kind: str
    label: str
    days: int


def chains(chosen):
    """Return [(whether it is for texts that need more care, [Step])] of the chains in force, at most two. Two queries.

    ``chosen``: the ReviewSettings. Where they name no chain in force, the one laid nearest to the home page holds
    (review.presets.chain_of, then Wagtail).
    """
    active = Workflow.objects.filter(active=True)
    ids = [pk for pk in (chosen.chain_id, chosen.careful_chain_id) if pk]
    laid = WorkflowPage.objects.order_by("page__depth", "page__path").values("workflow")[:1]
    known = dict(
        active.filter(Q(pk__in=ids) | Q(pk__in=Subquery(laid)))
        .annotate(chosen=Case(When(pk__in=ids, then=Value(True)), default=Value(False)))
        .values_list("pk", "chosen")
    )
    usual = chosen.chain_id if chosen.chain_id in known else next((pk for pk in known if not known[pk]), None)
    careful = chosen.careful_chain_id if chosen.careful_chain_id in known else None
    tasks = (
        WorkflowTask.objects.filter(workflow__in=known, task__active=True)
        .exclude(task__reviewtask=None)
        .order_by("workflow", "sort_order", "pk")
        .values_list("workflow", "task__reviewtask__kind", "task__reviewtask__days")
    )
    steps = {}
    for chain, kind, days in tasks:
        steps.setdefault(chain, []).append(Step(kind, str(StepKind(kind).label), days))
    found = [(False, usual)] if careful == usual else [(False, usual), (True, careful)]
    return [(more, steps[chain][:MOST_STEPS]) for more, chain in found if chain in steps]


def staff():
    """Return how many physicians, pharmacists and nurses in post may review: {profession: number}. One query."""
    rows = Physician.objects.in_post().order_by().values_list("profession").annotate(number=Count("pk"))
    return dict.fromkeys(Profession.values, 0) | dict(rows)


@public
def how_we_check(request):
    """Answer ``/how-we-check/``."""
    chosen = ReviewSettings.load(request_or_site=request)
    live = Publication.objects.live()
    numbers = live.aggregate(
        all=Count("pk"), overdue=Count("pk", filter=Q(valid_until__lt=timezone.localdate()))
    )
    html = website.render_page(
        "how_we_check",
        reader.institution(request).facts(),
        request,
        canonical=absolute("/how-we-check/"),
        json_ld=reader.crumbs((_("How we write and check"), "/how-we-check/")),
        chains=chains(chosen),
        careful_subjects=[subject.label for subject in Subject if subject in presets.CAREFUL_SUBJECTS],
        staff=staff(),
        months=ArticlePage._meta.get_field("review_months").default,
        sooner=rereview.SOONER,
        longest=rereview.LONGEST,
        percent=chosen.spot_check_percent,
        numbers=numbers,
    )
    return HttpResponse(html)


# --- the log --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One line of the log. A withdrawal has no title: nothing that was taken back is repeated."""

    withdrawn: bool
    day: date
    title: str
    topic: str
    address: str
    words: str


def log():
    """Return what the log lists, newest first, as rows of (kind, id, moment): corrections of what readers see, and
    withdrawals that stand."""
    live = Publication.objects.live()
    corrected = (
        Correction.objects.filter(Exists(live.filter(article=OuterRef("publication__article_id"))))
        .annotate(kind=Value("c", CharField()), row=F("pk"), at=F("publication__approval__signed_at"))
        .values_list("kind", "row", "at")
        .order_by()
    )
    taken_back = (
        Withdrawal.objects.filter(undone_at=None, publication__state=Publication.State.WITHDRAWN)
        .exclude(Exists(live.filter(article=OuterRef("publication__article_id"))))
        .annotate(kind=Value("w", CharField()), row=F("pk"), at=F("withdrawn_at"))
        .values_list("kind", "row", "at")
        .order_by()
    )
    return corrected.union(taken_back, all=True).order_by("-at", "-row")


def entries(rows):
    """Return the Entries of ``rows`` of the log, in their order. Two queries, however many."""
    rows = list(rows)
    live = Publication.objects.live().filter(article=OuterRef("publication__article_id"))
    corrected = Correction.objects.annotate(
        title=Subquery(live.values("title")[:1]), path=Subquery(live.values("path")[:1])
    ).values(
        "pk",
        "title",
        "path",
        topic=F("publication__approval__snapshot__topic__title"),
        words=F("publication__approval__snapshot__correction"),
    )
    taken_back = Withdrawal.objects.values(
        "pk",
        article=F("publication__article_id"),
        topic=F("publication__approval__snapshot__topic__title"),
        words=F("reason"),
    )
    found = {
        kind: {
            one["pk"]: one for one in source.filter(pk__in=[pk for which, pk, _at in rows if which == kind])
        }
        for kind, source in (("c", corrected), ("w", taken_back))
    }
    return [_entry(kind, found[kind][pk], at) for kind, pk, at in rows if pk in found[kind]]


def _entry(kind, row, at):
    withdrawn = kind == "w"
    return Entry(
        withdrawn,
        timezone.localdate(at),
        "" if withdrawn else row["title"],
        row["topic"] or "",
        f"/a/{row['article']}/" if withdrawn else row["path"],
        (row["words"] or "").strip(),
    )


@public
def corrections(request):
    """Answer ``/corrections/?page=``."""
    page_obj = Paginator(log(), PAGE_SIZE).get_page(request.GET.get("page"))
    path = "/corrections/"
    html = website.render_page(
        "corrections",
        reader.institution(request).facts(),
        request,
        canonical=absolute(path if page_obj.number == 1 else f"{path}?page={page_obj.number}"),
        json_ld=reader.crumbs((_("Corrections and withdrawals"), path)),
        page_obj=page_obj,
        list_path=path,
        entries=entries(page_obj.object_list),
    )
    return HttpResponse(html)


# --- accessibility --------------------------------------------------------------------------------------


@public
def accessibility(request):
    """Answer ``/accessibility/``."""
    html = website.render_page(
        "accessibility",
        reader.institution(request).facts(),
        request,
        canonical=absolute("/accessibility/"),
        json_ld=reader.crumbs((_("Accessibility"), "/accessibility/")),
    )
    return HttpResponse(html)
