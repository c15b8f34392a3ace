"""Structured data for search engines (facts/health.md §6): of an article from the signed snapshot only.

Every function returns a dict that stands in a script element of its own (`script_text`). Who publishes stands in full once a
page and is pointed to by its ``@id`` after that.
"""

import json
from datetime import datetime, time

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import mark_safe


SCHEMA = "https://schema.org"
# Baidu's time factors; none of schema.org's words, so they stand apart.
BAIDU = "https://ziyuan.baidu.com/contexts/cambrian.jsonld"
AUDIENCES = {"patients": "Patient", "carers": "Caregiver"}
# Inside a script element only these could end or confuse it; JSON reads the escapes back as they were.
_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def medical_web_page(snapshot, facts, *, address, first_published_at, published_at, image="", corrections=()):
    """Return the MedicalWebPage of a signed article.

    ``address``: the page's absolute address; ``first_published_at``, ``published_at``: aware datetimes of the first and of
    this version; ``image``: absolute address of the cover; ``corrections``: dicts of day and note. Reviewers are named only
    when the article has been signed.
    """
    publisher = publisher_of(facts["institution"])
    named = {"@id": publisher["@id"]}
    author = _person(snapshot["author"]) if snapshot["author"]["name"] else named
    dates = {"datePublished": _local(first_published_at), "dateModified": _local(published_at)}
    article = {
        "@type": "Article",
        "headline": snapshot["title"],
        "author": author,
        "publisher": named,
        **dates,
        "mainEntityOfPage": address,
    }
    page = {
        "@context": SCHEMA,
        "@type": "MedicalWebPage",
        "@id": facts["url"],
        "url": address,
        "name": snapshot["seo_title"] or snapshot["title"],
        "description": snapshot["seo_description"] or snapshot["summary"],
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "isPartOf": {"@id": _id("site")},
        **dates,
        "publisher": publisher,
        "author": author,
        "medicalAudience": {
            "@type": "MedicalAudience",
            "audienceType": AUDIENCES.get(snapshot["audience"], "Patient"),
        },
        "mainEntity": article,
    }
    if image:
        page["image"] = article["image"] = [image]
    if corrections:
        page["correction"] = [
            {"@type": "CorrectionComment", "text": one["note"], "datePublished": one["day"].isoformat()}
            for one in corrections
        ]
    if snapshot["topic"]["title"]:
        page["about"] = {"@type": "MedicalEntity", "name": snapshot["topic"]["title"]}
    if snapshot["references"]:
        page["citation"] = list(snapshot["references"])
    if facts["signed_on"]:
        page["lastReviewed"] = facts["signed_on"].isoformat()
        page["reviewedBy"] = [_person(reviewer) for reviewer in facts["reviewers"]]
    if facts["valid_until"]:
        page["expires"] = facts["valid_until"].isoformat()
    return page


def baidu(snapshot, *, address, first_published_at, published_at, image=""):
    """Return an article's time factors as Baidu reads them: local times without a zone."""
    found = {
        "@context": BAIDU,
        "@id": address,
        "title": snapshot["title"],
        "description": snapshot["seo_description"] or snapshot["summary"],
        "pubDate": _local(first_published_at)[:19],
        "upDate": _local(published_at)[:19],
    }
    return found | ({"images": [image]} if image else {})


def breadcrumbs(trail, *, inside=False):
    """Return the BreadcrumbList of [(name, path)] from the home page to the page itself.

    ``inside``: as a part of another dict, which says the context.
    """
    found = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": str(name), "item": absolute(path)}
            for place, (name, path) in enumerate(trail, start=1)
        ],
    }
    return found if inside else {"@context": SCHEMA} | found


def website(institution):
    """Return the WebSite, as the home page tells it: its names, who publishes it, how it is searched."""
    return {
        "@context": SCHEMA,
        "@type": "WebSite",
        "@id": _id("site"),
        "url": absolute("/"),
        "name": f"{institution['name']}{institution['short_name']}",
        "inLanguage": "zh-CN",
        "publisher": publisher_of(institution),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": absolute("/search/?q={search_term_string}"),
            },
            "query-input": "required name=search_term_string",
        },
    }


def publisher_of(institution):
    """Return the hospital of Institution.facts(), with its logo when it has one."""
    found = {"@type": "Hospital", "@id": _id("publisher"), "name": institution["name"], "url": absolute("/")}
    if logo := institution.get("logo"):
        found["logo"] = {
            "@type": "ImageObject",
            "url": absolute(logo["url"]),
            "width": logo["width"],
            "height": logo["height"],
        }
    return found


def absolute(address):
    """Return ``address`` with scheme and host; one in another storage has them already."""
    return address if "://" in address else f"{settings.SITE_URL}{address}"


def script_text(data):
    """Return ``data`` as JSON that may stand inside a script element, marked safe for templates."""
    return mark_safe(json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES))  # noqa: S308


def _id(name):
    return f"{settings.SITE_URL}/#{name}"


def _person(entry):
    person = {"@type": "Person", "name": entry["name"]}
    if entry.get("title"):
        person["jobTitle"] = entry["title"]
    if entry.get("department"):
        person["affiliation"] = {"@type": "MedicalOrganization", "name": entry["department"]}
    return person


def _local(moment):
    if not isinstance(moment, datetime):  # a date alone: its first second
        moment = timezone.make_aware(datetime.combine(moment, time()))
    return timezone.localtime(moment).isoformat(timespec="seconds")
