"""Ways to an article besides its topic: by need, by department, by letter, by part of the body."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from articles.choices import BodyArea, Need
from articles.models import Department
from publish.models import Publication
from publish.website import places, reader
from publish.website.reader import absolute
from publish.website.responses import public
from themes import body, website


@public
def need(request, slug):
    """Answer ``/need/<slug>/``: the topics that serve a need, and their newest articles."""
    label = _label(Need, slug)
    topics = reader.topics_with_articles()
    urgent = _("If somebody is in danger, call 120 first and read afterwards.")
    return _shelf(
        request,
        title=label,
        path=f"/need/{slug}/",
        topics=[topic for topic in topics if slug in topic["needs"]],
        others=[place for place in places.needs(topics) if place["slug"] != slug],
        others_title=_("Other needs"),
        emergency=urgent if slug == Need.FIRST_AID else "",
    )


@public
def body_index(request):
    """Answer ``/body/``: the parts of the body that have articles, as a list and as a figure."""
    areas = places.body_areas(reader.topics_with_articles())
    return _page(
        request, "body", "/body/", title=_("Parts of the body"), places=areas, figure=body.labels(areas)
    )


@public
def body_area(request, slug):
    """Answer ``/body/<slug>/``: the topics of a part of the body, and their newest articles."""
    label = _label(BodyArea, slug)
    topics = reader.topics_with_articles()
    return _shelf(
        request,
        title=label,
        path=f"/body/{slug}/",
        above=("/body/", _("Parts of the body")),
        topics=[topic for topic in topics if slug in topic["body_areas"]],
        others=[place for place in places.body_areas(topics) if place["slug"] != slug],
        others_title=_("Other parts of the body"),
    )


@public
def departments(request):
    """Answer ``/departments/``: the departments that answer for live articles."""
    return _page(request, "departments", "/departments/", title=_("Departments"), places=places.departments())


@public
def department(request, pk):
    """Answer ``/departments/<pk>/``: the articles a department answers for, newest first."""
    found = Department.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return _shelf(
        request,
        title=found.name,
        path=places.department_path(pk),
        above=("/departments/", _("Departments")),
        publications=Publication.objects.for_lists().filter(department_id=pk),
        others=[place for place in places.departments() if place["slug"] != str(pk)],
        others_title=_("Other departments"),
    )


@public
def index(request):
    """Answer ``/a-z/``: the letters, with their numbers of articles and their pages."""
    return _page(request, "letters", "/a-z/", title=_("A to Z"), places=places.letters())


@public
def letter(request, slug):
    """Answer ``/a-z/<letter>/``: what stands under a letter, by its sound; names of the glossary on the first page."""
    letter = places.letter_of(slug)
    if letter is None:
        raise Http404
    page_obj = Paginator(places.under(letter).only("title", "path"), places.LETTER_SIZE).get_page(
        request.GET.get("page")
    )
    return _listed(
        request,
        "letter",
        places.letter_path(letter),
        page_obj,
        title=letter if letter != places.OTHER else "0–9",
        above=("/a-z/", _("A to Z")),
        letters=places.letters(),
        slug=slug,
        terms=places.terms(letter) if page_obj.number == 1 else (),
    )


def _label(choices, slug):
    """Return the label of a choice; Http404 for one that does not exist."""
    if slug not in choices.values:
        raise Http404
    return choices(slug).label


def _shelf(request, path, topics=(), publications=None, **context):
    """Return the page of a place: its topics and its articles, newest first."""
    if publications is None:
        members = [topic["pk"] for topic in topics]
        publications = Publication.objects.for_lists().filter(topic_id__in=members)
    page_obj = reader.ReaderCopy().paginate(publications, request)
    return _listed(request, "shelf", path, page_obj, topics=topics, **context)


def _listed(request, name, path, page_obj, **context):
    # The first page stands at one address, whatever number was asked for.
    canonical = path if page_obj.number == 1 else f"{path}?page={page_obj.number}"
    return _page(request, name, canonical, page_obj=page_obj, list_path=path, **context)


def _page(request, name, path, *, title, above=None, **context):
    """``title`` and ``above`` (path and name of the page above it) are what the trail says, too."""
    institution = reader.institution(request).facts()
    trail = [*([(above[1], above[0])] if above else []), (title, path.partition("?")[0])]
    html = website.render_page(
        name,
        institution,
        request,
        canonical=absolute(path),
        title=title,
        above=above,
        json_ld=reader.crumbs(*trail),
        **context,
    )
    return HttpResponse(html)
