"""The readers' search: the page of hits, which helps where there are none, and suggestions while typing."""

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from articles.textsearch.tokens import normal
from publish import search as index
from publish import spelling
from publish.models import Publication, SearchWord
from publish.website import places, reader
from publish.website.responses import public
from themes import website


NEWEST = 6  # articles below an empty search
# Who searches for one of these may have no time to read: the page then begins with the number to call.
URGENT = (
    *(
        "急救",
        "120",
        "胸痛",
        "胸口痛",
        "胸口疼",
        "心梗",
        "心肌梗",
        "猝死",
        "昏迷",
        "昏倒",
        "晕倒",
        "没有意识",
        "叫不醒",
    ),
    *(
        "中风",
        "卒中",
        "脑梗",
        "脑出血",
        "口眼歪斜",
        "嘴歪",
        "呼吸困难",
        "喘不上气",
        "喘不过气",
        "窒息",
        "噎住",
        "卡住喉咙",
    ),
    *(
        "大出血",
        "吐血",
        "呕血",
        "咳血",
        "抽搐",
        "中毒",
        "吃错药",
        "煤气",
        "触电",
        "溺水",
        "休克",
        "过敏性休克",
        "自杀",
        "轻生",
    ),
)


@public
def search(request):
    """Answer ``/search/?q=&topic=&page=``; with ``exact=1`` nothing but what was typed is looked for."""
    query = " ".join(request.GET.get("q", "").split())[: index.LONGEST_QUERY]
    exact = request.GET.get("exact") == "1"
    within = request.GET.get("topic")
    topics = reader.topics_with_articles(counted=False) if within else ()
    topic = next((topic for topic in topics if topic["slug"] == within), None)
    found = index.find(query, topic["pk"] if topic else None, exact=exact)
    # Where nothing is found, topics are offered with their numbers of articles.
    topics = topics if found.ids and within else reader.topics_with_articles(counted=not found.ids)
    page_obj = reader.ReaderCopy().paginate(found.ids, request)
    helping = query and (not found.ids or found.loose)
    context = {
        "query": query,
        "exact": "1" if exact else "",
        "topic_choices": topics,
        "topic_slug": topic["slug"] if topic else "",
        "page_obj": page_obj,
        "list_path": "/search/",
        "hits": _shown(page_obj, found.words),
        "total": len(found.ids),
        "more": found.more,
        "loose": found.loose,
        "instead": found.instead,
        "also": "、".join(found.also),
        "near": found.near,
        "place": _place(found.place, topics),
        "urgent": is_urgent(f"{query} {found.instead}"),
        "helping": helping,
        "needs": places.needs(topics) if helping else (),
        "newest": () if found.ids else reader.ReaderCopy().latest(NEWEST),
    }
    html = website.render_page("search", reader.institution(request).facts(), request, **context)
    return HttpResponse(html)


@public
def suggest(request):
    """Answer ``/search/suggest/?q=``: {"words": [{"word", "note"}, …]}, at most eight, each with a hit."""
    query = request.GET.get("q", "")[: index.LONGEST_QUERY]
    rows = spelling.suggestions(query)
    found = [{"word": row.word, "note": _note(row)} for row in rows]
    return JsonResponse({"words": found}, json_dumps_params={"ensure_ascii": False})


def is_urgent(text):
    """Return whether a query speaks of what cannot wait."""
    text = normal(text)
    return any(word in text for word in URGENT)


def _note(row):
    names = {SearchWord.Kind.TOPIC: _("Topic"), SearchWord.Kind.DEPARTMENT: _("Department")}
    return row.means or names.get(row.kind, "")


def _place(place, topics):
    """Return the topic or department that bears the name searched for, as a dict with kind, title and url; or None."""
    if place is None:
        return None
    kind, pk, name = place
    if kind == "department":
        return {"kind": _("Department"), "title": name, "url": places.department_path(pk)}
    url = next((topic["url"] for topic in topics if topic["pk"] == pk), "")
    return {"kind": _("Topic"), "title": name, "url": url} if url else None


def _shown(page_obj, words):
    """Return the hits of a page in their order: dicts with publication, title and snippet in marked parts."""
    rows = Publication.objects.for_lists().in_bulk(list(page_obj.object_list))
    return [
        {
            "publication": rows[pk],
            "title": index.marked(rows[pk].title, words),
            "snippet": index.snippet(rows[pk], words),
        }
        for pk in page_obj.object_list
        if pk in rows
    ]
