"""Where readers look for articles besides their topics: by need, part of the body, department, letter. Publications only.

Needs and parts of the body belong to topics, which are few: they are counted from the topics that hold articles
(publish.website.reader.topics_with_articles). A place is a dict with slug, title, url and number, as a topic's is.
"""

import string
from collections import defaultdict

from django.db.models import Count
from django.db.models.functions import Substr

from articles.choices import BodyArea, Need
from articles.models import Department, TopicPage
from articles.pinyin import OTHER
from publish import spelling
from publish.models import Publication, SearchWord


LETTER_SIZE = (
    100  # titles on a page of the index: with ten thousand articles each page is still linked from its front
)
MOST_TERMS = 60  # names of the glossary under a letter
OTHERS = "other"  # in the address of what begins with no letter
GLOSSARY = [SearchWord.Kind.TERM, SearchWord.Kind.SYNONYM]


def needs(topics):
    """Return the needs that ``topics`` serve, in their own order."""
    return _held(Need, "needs", "/need/", topics)


def body_areas(topics):
    """Return the parts of the body that ``topics`` belong to, from head to foot."""
    return _held(BodyArea, "body_areas", "/body/", topics)


def _held(choices, field, root, topics):
    found = []
    for choice in choices:
        members = [topic for topic in topics if choice.value in topic[field]]
        if members:
            number = sum(topic.get("number", 0) for topic in members)
            found.append(
                {
                    "slug": choice.value,
                    "title": choice.label,
                    "url": f"{root}{choice.value}/",
                    "number": number,
                }
            )
    return found


def departments():
    """Return the departments that answer for live articles, in the hospital's order."""
    live = Publication.objects.live().exclude(department=None)
    numbers = dict(live.values_list("department_id").annotate(number=Count("pk")).order_by())
    return [
        {"slug": str(pk), "title": name, "url": department_path(pk), "number": numbers[pk]}
        for pk, name in Department.objects.filter(pk__in=numbers).values_list("pk", "name")
    ]


def letters():
    """Return A to Z and the rest, each a place with ``pages``: the numbers of its pages, none where nothing stands.

    The rest (figures and signs) is left out while nothing begins with one.
    """
    live = Publication.objects.live()
    numbers = dict(live.values_list("letter").annotate(number=Count("pk")).order_by())
    words = SearchWord.objects.filter(kind__in=GLOSSARY).order_by()
    begun = set(words.values_list(Substr("pinyin", 1, 1), flat=True).distinct())
    found = []
    for letter in [*string.ascii_uppercase, OTHER]:
        number = numbers.get(letter, 0)
        held = number or letter.lower() in begun
        if letter == OTHER and not held:
            continue
        found.append(
            {
                "slug": slug_of(letter),
                "title": letter if letter != OTHER else "0–9",
                "url": letter_path(letter),
                "number": number,
                "pages": range(1, max(1, -(-number // LETTER_SIZE)) + 1) if held else (),
            }
        )
    return found


def under(letter):
    """Return the live publications that stand under ``letter``, by their sound."""
    return Publication.objects.live().filter(letter=letter).order_by("pinyin", "title", "pk")


def terms(letter):
    """Return the names of the glossary under ``letter`` that lead to something readers can see (rows of SearchWord)."""
    rows = SearchWord.objects.filter(kind__in=GLOSSARY)
    if letter == OTHER:
        rows = rows.filter(pinyin__lt="a")
    else:
        small = letter.lower()
        rows = rows.filter(pinyin__gte=small, pinyin__startswith=small)
    rows = list(rows.order_by("-weight", "pk")[:MOST_TERMS])
    return sorted(spelling.leading(rows), key=lambda row: (row.pinyin, row.word))


def slug_of(letter):
    """Return how ``letter`` is written in an address."""
    return OTHERS if letter == OTHER else letter.lower()


def letter_of(slug):
    """Return the letter that is written ``slug`` in an address, or None."""
    if slug == OTHERS:
        return OTHER
    return slug.upper() if len(slug) == 1 and slug in string.ascii_lowercase else None


def letter_path(letter):
    return f"/a-z/{slug_of(letter)}/"


def department_path(pk):
    return f"/departments/{pk}/"


# --- For those who keep lists of the site's addresses -------------------------------------------


def addresses(topics, days):
    """Return [(address, moment or None)] of all these pages that hold something, for the site map.

    ``days``: when what changed last (publish.website.sitemaps.changes).
    """

    def newest(keys):
        return max((days[key] for key in keys if days[key]), default=None)

    found = []
    for field, front, held in (("needs", None, needs(topics)), ("body_areas", "/body/", body_areas(topics))):
        of = {
            place["url"]: newest(("topic", topic["pk"]) for topic in topics if place["slug"] in topic[field])
            for place in held
        }
        found += ([(front, max(filter(None, of.values()), default=None))] if front and of else []) + [
            *of.items()
        ]
    of = {place["url"]: days["department", int(place["slug"])] for place in departments()}
    found += [("/departments/", max(filter(None, of.values()), default=None)), *of.items()] if of else []
    of = {place["url"]: days["letter", letter_of(place["slug"])] for place in letters() if place["number"]}
    return [*found, *([("/a-z/", days["/"]), *of.items()] if of else [])]


def naming(publications):
    """Return {address: (how many articles it lists, how many on a page or None)} of the pages that name ``publications``.

    None: as many as the site's other lists.
    """
    live = Publication.objects.live()
    topics = {one.topic_id for one in publications}
    served = defaultdict(set)
    for pk, own, areas in TopicPage.objects.filter(pk__in=topics).values_list("pk", "needs", "body_areas"):
        for root, slugs in (("/need/", own), ("/body/", areas)):
            for slug in slugs:
                served[f"{root}{slug}/"].add(pk)
    found = {path: (live.filter(topic_id__in=members).count(), None) for path, members in served.items()}
    for pk in {one.department_id for one in publications} - {None}:
        found[department_path(pk)] = (live.filter(department_id=pk).count(), None)
    for letter in {one.letter for one in publications} - {""}:
        found[letter_path(letter)] = (live.filter(letter=letter).count(), LETTER_SIZE)
    fronts = [
        "/a-z/",
        "/departments/",
        *(["/body/"] if any(path.startswith("/body/") for path in found) else []),
    ]
    return found | dict.fromkeys(fronts, (0, None))
