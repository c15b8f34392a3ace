"""Structured data of an article: what search engines read, and that it cannot break out of its element."""

import json
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from publish.website import jsonld
from tests import samples


FIRST = datetime(2026, 10, 31, 23, 5, tzinfo=ZoneInfo("UTC"))
PUBLISHED = datetime(2026, 11, 20, 1, 30, tzinfo=ZoneInfo("UTC"))
TIMES = {"first_published_at": FIRST, "published_at": PUBLISHED}
ADDRESS = "https://kepu.example.cn/blood-pressure/measure/"


def page(snapshot=None, **facts):
    return jsonld.medical_web_page(
        snapshot or samples.snapshot(),
        samples.facts(**facts),
        address=ADDRESS,
        **TIMES,
        image="https://kepu.example.cn/c.jpg",
    )


def test_says_what_the_page_is_who_wrote_it_and_who_reviewed_it():
    data = page()
    assert data["@type"] == "MedicalWebPage"
    assert data["inLanguage"] == "zh-CN"
    assert data["url"] == ADDRESS
    assert data["lastReviewed"] == "2026-11-20"
    assert data["expires"] == "2028-11-20"
    assert [person["name"] for person in data["reviewedBy"]] == ["周明远"]
    assert data["reviewedBy"][0]["jobTitle"] == "主任医师"
    assert data["author"]["name"] == "林晓棠"
    assert data["publisher"]["name"] == "示例医院"
    assert data["author"] == data["mainEntity"]["author"]
    assert data["mainEntity"]["publisher"] == {"@id": data["publisher"]["@id"]}
    assert (data["datePublished"], data["dateModified"]) == (
        "2026-11-01T07:05:00+08:00",
        "2026-11-20T09:30:00+08:00",
    )
    assert data["citation"] == samples.SNAPSHOT["references"]
    assert data["mainEntity"]["@type"] == "Article"
    assert data["mainEntity"]["headline"] == samples.SNAPSHOT["title"]
    assert data["image"] == ["https://kepu.example.cn/c.jpg"]


def test_gives_baidu_its_times_in_shanghai_without_an_offset():
    data = jsonld.baidu(samples.snapshot(), address=ADDRESS, **TIMES)
    assert (data["@context"], data["@id"]) == (jsonld.BAIDU, ADDRESS)
    assert (data["pubDate"], data["upDate"]) == ("2026-11-01T07:05:00", "2026-11-20T09:30:00")
    assert data["title"] == samples.SNAPSHOT["title"] and "images" not in data
    assert not {"pubDate", "upDate", "title", "images"} & set(page())


def test_uses_schema_orgs_own_words_alone():
    """What schema.org 29 defines for the types that stand here; with a logo, a correction, a trail, and on the home page."""
    institution = samples.FACTS["institution"] | {"logo": {"url": "/media/l.png", "width": 300, "height": 60}}
    whole = jsonld.medical_web_page(
        samples.snapshot(),
        samples.facts(institution=institution),
        address=ADDRESS,
        corrections=[{"day": PUBLISHED.date(), "note": "改了剂量"}],
        **TIMES,
    )
    whole["breadcrumb"] = jsonld.breadcrumbs([("首页", "/"), ("高血压", "/blood-pressure/")], inside=True)
    thing = {"name", "url", "description", "image", "@context", "@type", "@id"}
    work = thing | {
        "author", "publisher", "datePublished", "dateModified", "expires", "inLanguage", "isAccessibleForFree", "isPartOf",
        "about", "citation", "correction", "mainEntity", "headline", "text",
    }  # fmt: skip
    known = {
        "MedicalWebPage": work | {"lastReviewed", "reviewedBy", "breadcrumb", "medicalAudience"},
        "Article": work | {"mainEntityOfPage"},
        "WebSite": work | {"potentialAction"},
        "CorrectionComment": work,
        "Hospital": thing | {"logo"},
        "MedicalOrganization": thing,
        "Person": thing | {"jobTitle", "affiliation"},
        "MedicalAudience": thing | {"audienceType"},
        "MedicalEntity": thing,
        "ImageObject": work | {"width", "height"},
        "BreadcrumbList": thing | {"itemListElement"},
        "ListItem": thing | {"position", "item"},
        "SearchAction": thing | {"target", "query-input"},
        "EntryPoint": thing | {"urlTemplate"},
    }

    def look(value):
        if isinstance(value, list):
            for one in value:
                look(one)
        elif isinstance(value, dict):
            if "@type" in value:
                assert set(value) <= known[value["@type"]], value
            else:
                assert set(value) == {"@id"}
            for one in value.values():
                look(one)

    for data in (whole, page(), jsonld.website(institution)):
        assert data["@context"] == "https://schema.org"
        look(data)
    assert whole["publisher"]["logo"]["url"].startswith("http")


def test_names_no_reviewer_before_a_signature():
    data = page(signed_on=None, valid_until=None)
    assert "reviewedBy" not in data
    assert "lastReviewed" not in data
    assert "expires" not in data


def test_an_article_without_a_named_author_is_the_hospitals():
    snapshot = samples.snapshot(author={"name": "", "title": "", "department": ""})
    data = page(snapshot)
    assert data["author"] == {"@id": data["publisher"]["@id"]}
    assert data["publisher"]["@type"] == "Hospital"


class ScriptReader(HTMLParser):
    """Collects what a browser would take as the text of script elements, and every other tag it meets."""

    def __init__(self):
        super().__init__()
        self.inside, self.text, self.others = False, "", []

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.inside = True
        else:
            self.others.append(tag)

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "script"

    def handle_data(self, data):
        if self.inside:
            self.text += data


def test_no_text_of_an_article_can_end_the_script_element():
    hostile = "</script><img src=x onerror=alert(1)><!--<script>&lt;\u2028\u2029"
    data = page(samples.snapshot(title=hostile, summary=hostile, references=[hostile]))
    reader = ScriptReader()
    reader.feed(f'<script type="application/ld+json">{jsonld.script_text(data)}</script>')
    reader.close()
    assert reader.others == []
    assert not reader.inside
    assert json.loads(reader.text)["mainEntity"]["headline"] == hostile
    assert "\u2028" not in reader.text
