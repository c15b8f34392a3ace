"""Structured data of an article for search engines (facts/health.md §6), from the signed snapshot only."""

import json
from datetime import datetime, time

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import mark_safe


SCHEMA = "https://schema.org"
# Baidu's time factors, read beside schema.org's.
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


def medical_web_page(snapshot, facts, *, address, published_at, image="", corrections=()):
    """Return the MedicalWebPage of a signed article as a dict.

    ``address``: the page's absolute address; ``published_at``: aware datetime of this version; ``image``: absolute
    address of the cover; ``corrections``: dicts of day and note. Reviewers are named only when the article has been signed.
    """
    institution = facts["institution"]
    publisher = {"@type": "Hospital", "name": institution["name"], "url": f"{settings.SITE_URL}/"}
    published = _local(published_at)
    article = {
        "@type": "Article",
        "headline": snapshot["title"],
        "description": snapshot["summary"],
        "author": _person(snapshot["author"]) if snapshot["author"]["name"] else publisher,
        "publisher": publisher,
        "datePublished": published,
        "dateModified": published,
        "mainEntityOfPage": address,
    }
    page = {
        "@context": [SCHEMA, BAIDU],
        "@type": "MedicalWebPage",
        "@id": facts["url"],
        "url": address,
        "title": snapshot["title"],
        "name": snapshot["seo_title"] or snapshot["title"],
        "description": snapshot["seo_description"] or snapshot["summary"],
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "datePublished": published,
        "dateModified": published,
        "pubDate": published[:19],
        "upDate": published[:19],
        "publisher": publisher,
        "author": article["author"],
        "medicalAudience": {
            "@type": "MedicalAudience",
            "audienceType": AUDIENCES.get(snapshot["audience"], "Patient"),
        },
        "mainEntity": article,
    }
    if image:
        page["image"] = page["images"] = article["image"] = [image]
    if corrections:
        page["correction"] = article["correction"] = [
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
        page["expires"] = article["expires"] = facts["valid_until"].isoformat()
    return page


def script_text(data):
    """Return ``data`` as JSON that may stand inside a script element, marked safe for templates."""
    return mark_safe(json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES))  # noqa: S308


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
