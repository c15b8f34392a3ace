"""What PubMed, Crossref, doi.org and Open Library say about an identifier, as fields of a Reference.

Each service is asked only when its switch in EditorialSettings is on. Answers are kept (LookupAnswer): known ones for 90
days, unknown ones for a day. Addresses come from LOOKUP_ADDRESSES. Shapes of the answers: esummary 2.0 (JSON),
Crossref REST works, CSL-JSON, Open Library books API with jscmd=data.
"""

import re
import time
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from articles.citation import has_han
from articles.citing import identifiers
from articles.citing.fetching import TOOL, LookupFailedError, NotThereError, get_json
from articles.models.editorial import EditorialSettings, LookupAnswer


FOUND_HOLDS = timedelta(days=90)
UNKNOWN_HOLDS = timedelta(days=1)
# How old an answer may grow before the references of published articles are asked about again.
ASKED_EVERY = timedelta(days=30)
Service = LookupAnswer.Service
# Which service knows which identifier, in the order they are asked.
_ASKED = (
    (Service.PUBMED, "pmid"),
    (Service.CROSSREF, "doi"),
    (Service.DOI, "doi"),
    (Service.OPEN_LIBRARY, "isbn"),
)
_TELL_OF_RETRACTIONS = (Service.PUBMED, Service.CROSSREF)
_SWITCHES = {
    Service.PUBMED: "pubmed", Service.CROSSREF: "crossref", Service.DOI: "doi", Service.OPEN_LIBRARY: "open_library",
}  # fmt: skip


@dataclass
class Answer:
    """``fields`` of Reference, ``retracted``, and sentences about services that could not say anything."""

    fields: dict = field(default_factory=dict)
    retracted: bool = False
    failures: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    @property
    def found(self):
        return bool(self.fields)


def allowed(switches, fields=None):
    """Return the names of the services that are switched on; with ``fields``, of those to be asked about them."""
    return [
        str(service.label)
        for service, name in _ASKED
        if getattr(switches, _SWITCHES[service]) and (fields is None or fields.get(name))
    ]


def look_up(fields, *, now=None, fresh=False):
    """Ask what is known about the identifiers in ``fields`` until one service knows; return an Answer.

    ``fresh``: kept answers count only when they are younger than a day. A DOI that PubMed named is asked about, too, since
    only Crossref tells of some retractions. Call it outside transactions; it raises nothing of the network.
    """
    now = now or timezone.now()
    switches = EditorialSettings.load()
    answer, known = Answer(), dict(fields)
    for service, name in _ASKED:
        if not known.get(name) or not getattr(switches, _SWITCHES[service]):
            continue
        if service == Service.DOI and answer.found:
            continue
        try:
            found = _ask(service, _normal(name, known[name]), switches, now, fresh)
        except LookupFailedError as error:
            answer.failures.append(f"{service.label}：{error}")
            continue
        answer.asked.append(service.label)
        if found:
            answer.retracted |= bool(found.pop("retracted", False))
            answer.fields = found | answer.fields
            known = found | known
    return answer


def known_retracted(references):
    """Return the DOIs (lower case) and PMIDs among ``references`` that a kept answer calls retracted."""
    wanted = {_normal("doi", one.doi) for one in references if one.doi} | {
        one.pmid for one in references if one.pmid
    }
    if not wanted:
        return set()
    rows = LookupAnswer.objects.filter(identifier__in=wanted, found=True).values_list("identifier", "fields")
    return {identifier for identifier, fields in rows if fields.get("retracted")}


def ask_again(references, now, seconds):
    """Ask the services that tell of retractions about ``references`` that nobody asked about for ASKED_EVERY.

    Never asked ones first, then the longest ago, until ``seconds`` are over; a service that fails is left alone. Return
    how many answers came. Call it outside transactions.
    """
    switches, due = EditorialSettings.load(), []
    for service, name in _ASKED:
        if service not in _TELL_OF_RETRACTIONS or not getattr(switches, _SWITCHES[service]):
            continue
        wanted = {_normal(name, value) for one in references if (value := getattr(one, name))}
        asked = dict(LookupAnswer.objects.filter(service=service).values_list("identifier", "at"))
        due += [
            (asked.get(one), service, one)
            for one in wanted
            if one not in asked or now - asked[one] >= ASKED_EVERY
        ]
    due.sort(key=lambda row: (row[0] is not None, row[0] or now, row[1], row[2]))
    ends, failed, answers = time.monotonic() + seconds, set(), 0
    for _at, service, identifier in due:
        if time.monotonic() >= ends:
            break
        if service in failed:
            continue
        try:
            _ask(service, identifier, switches, now, fresh=True)
            answers += 1
        except LookupFailedError:
            failed.add(service)
    return answers


def retracted_now():
    """Return the DOIs (lower case) and PMIDs that a kept answer calls retracted."""
    rows = LookupAnswer.objects.filter(found=True, fields__retracted=True)
    return set(rows.values_list("identifier", flat=True))


def identifiers_of(reference):
    """Return the DOI and PMID of ``reference`` as answers are kept under them."""
    return {_normal(name, value) for name in ("doi", "pmid") if (value := getattr(reference, name))}


def _normal(name, value):
    return {
        "doi": lambda: identifiers.bare_doi(value).lower(),
        "isbn": lambda: identifiers.isbn_digits(value),
    }.get(name, lambda: value.strip())()[:200]


def _ask(service, identifier, switches, now, fresh):
    kept = LookupAnswer.objects.filter(service=service, identifier=identifier).first()
    holds = FOUND_HOLDS if kept and kept.found and not fresh else UNKNOWN_HOLDS
    if kept and now - kept.at < holds:
        return dict(kept.fields)
    try:
        fields = _READERS[service](identifier, switches)
    except NotThereError:
        fields = {}
    LookupAnswer.objects.update_or_create(
        service=service, identifier=identifier, defaults={"found": bool(fields), "fields": fields, "at": now}
    )
    return dict(fields)


# --- The four services ---------------------------------------------------------------------------


def _pubmed(pmid, switches):
    query = {"db": "pubmed", "id": pmid, "retmode": "json", "tool": TOOL}
    if switches.lookup_mail:
        query["email"] = switches.lookup_mail
    data = get_json(f"{_base('pubmed')}/entrez/eutils/esummary.fcgi?{urlencode(query)}")
    one = _dict(_dict(data.get("result")).get(pmid))
    if not one or one.get("error"):
        if one.get("error") or _list(_dict(data.get("result")).get("uids")) == []:
            raise NotThereError
        raise LookupFailedError(_("The service's answer could not be understood."))
    ids = {
        _text(_dict(row).get("idtype")): _text(_dict(row).get("value"))
        for row in _list(one.get("articleids"))
    }
    title = _text(one.get("vernaculartitle")) or _text(one.get("title"))
    # PubMed puts titles of translated articles in brackets.
    title = re.sub(r"^\[(.*)\]\.?$", r"\1", title.strip())
    types = [_text(kind) for kind in _list(one.get("pubtype"))]
    year = re.match(r"\d{4}", _text(one.get("pubdate")) or _text(one.get("epubdate")))
    return _kept(
        {
            "kind": "preprint" if "Preprint" in types else "journal",
            "authors": "\n".join(_text(_dict(author).get("name")) for author in _list(one.get("authors"))),
            "title": title.rstrip("."),
            "container": _text(one.get("source")) or _text(one.get("fulljournalname")),
            "year": year[0] if year else "",
            "volume": _text(one.get("volume")),
            "issue": _text(one.get("issue")),
            "pages": _full_pages(_text(one.get("pages"))),
            "pmid": pmid,
            "doi": identifiers.bare_doi(ids.get("doi", "")),
            "pmcid": identifiers.pmcid(ids.get("pmc", "")),
            "retracted": any(kind.lower() == "retracted publication" for kind in types),
        }
    )


def _crossref(doi, switches):
    query = f"?{urlencode({'mailto': switches.lookup_mail})}" if switches.lookup_mail else ""
    data = get_json(f"{_base('crossref')}/works/{quote(doi, safe='')}{query}")
    work = _dict(data.get("message"))
    if not work:
        raise LookupFailedError(_("The service's answer could not be understood."))
    fields = _csl(work, doi)
    updated = [*_list(work.get("update-to")), *_list(work.get("updated-by"))]
    withdrawn = any("retract" in _text(_dict(row).get("type")).lower() for row in updated)
    fields["retracted"] = withdrawn or _first(work.get("title")).lower().startswith(
        ("retracted:", "retracted article")
    )
    return _kept(fields)


def _doi(doi, switches):
    work = get_json(
        f"{_base('doi')}/{quote(doi, safe='/')}", accept="application/vnd.citationstyles.csl+json"
    )
    return _kept(_csl(work, doi))


_CSL_KINDS = {
    "journal-article": "journal", "article-journal": "journal", "book": "book", "monograph": "book", "edited-book": "book",
    "book-chapter": "chapter", "chapter": "chapter", "proceedings-article": "conference", "paper-conference": "conference",
    "dissertation": "thesis", "thesis": "thesis", "report": "report", "standard": "standard", "dataset": "dataset",
    "posted-content": "preprint", "article": "preprint", "patent": "patent", "article-newspaper": "newspaper", "webpage": "web",
}  # fmt: skip


def _csl(work, doi):
    """Fields of a work in Crossref's own form or in CSL-JSON, which write the same things alike."""
    dates = [
        _list(_dict(work.get(name)).get("date-parts")) for name in ("issued", "published", "published-print")
    ]
    parts = next((_list(date[0]) for date in dates if date and _list(date[0]) and _list(date[0])[0]), [])
    page = _text(work.get("page")) or _text(work.get("article-number"))
    kind = _CSL_KINDS.get(_text(work.get("type")), "journal")
    isbns = [_text(isbn) for isbn in _list(work.get("ISBN"))]
    return {
        "kind": kind,
        "authors": "\n".join(_person(author) for author in _list(work.get("author"))),
        "editors": "\n".join(_person(editor) for editor in _list(work.get("editor")))
        if kind in ("chapter", "conference")
        else "",
        "title": _first(work.get("original-title"))
        if has_han(_first(work.get("original-title")))
        else _first(work.get("title")),
        "container": _first(work.get("container-title")) if kind != "book" else "",
        "year": str(parts[0]) if parts else "",
        "volume": _text(work.get("volume")),
        "issue": _text(work.get("issue")),
        "pages": _full_pages(page),
        "publisher": _text(work.get("publisher")) if kind not in ("journal", "preprint") else "",
        "place": _text(work.get("publisher-location") or work.get("publisher-place"))
        if kind != "journal"
        else "",
        "isbn": next((isbn for isbn in isbns if identifiers.is_isbn(isbn)), ""),
        "doi": identifiers.bare_doi(_text(work.get("DOI"))) or doi,
    }


def _open_library(isbn, switches):
    query = urlencode({"bibkeys": f"ISBN:{isbn}", "jscmd": "data", "format": "json"})
    book = _dict(get_json(f"{_base('open_library')}/api/books?{query}").get(f"ISBN:{isbn}"))
    if not book:
        raise NotThereError
    year = re.search(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d)", _text(book.get("publish_date")))
    subtitle = _text(book.get("subtitle"))
    return _kept(
        {
            "kind": "book",
            "authors": "\n".join(
                _turned(_text(_dict(author).get("name"))) for author in _list(book.get("authors"))
            ),
            "title": ": ".join(part for part in (_text(book.get("title")), subtitle) if part),
            "publisher": _text(_dict(next(iter(_list(book.get("publishers"))), {})).get("name")),
            "place": _text(_dict(next(iter(_list(book.get("publish_places"))), {})).get("name")),
            "year": year[0] if year else "",
            "isbn": isbn,
        }
    )


_READERS = {
    Service.PUBMED: _pubmed, Service.CROSSREF: _crossref, Service.DOI: _doi, Service.OPEN_LIBRARY: _open_library,
}  # fmt: skip


# --- Reading what others wrote: every value may be of any type -------------------------------------


def _base(name):
    return settings.LOOKUP_ADDRESSES[name]


def _dict(value):
    return value if isinstance(value, dict) else {}


def _list(value):
    return value if isinstance(value, list) else []


def _text(value):
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(strip_tags(unescape(str(value)))[:2000].split())


def _first(value):
    return _text(value[0]) if isinstance(value, list) and value else _text(value)


def _person(author):
    author = _dict(author)
    family, given, name = (_text(author.get(key)) for key in ("family", "given", "name"))
    name = name or _text(author.get("literal"))
    if not family:
        return name or given
    if has_han(family + given):
        return family + given
    return f"{family}, {given}" if given else family


def _turned(name):
    """“Bruce Neal” with the family name first; bodies and Chinese names as they are."""
    words = name.split()
    if has_han(name) or "," in name or not 2 <= len(words) <= 3:
        return name
    return f"{words[-1]}, {' '.join(words[:-1])}"


def _full_pages(text):
    """“1067-77”, as PubMed shortens it, as “1067-1077”."""
    found = re.fullmatch(r"([A-Za-z]?)(\d+)\s*[-–—]\s*([A-Za-z]?)(\d+)", text)
    if not found or len(found[4]) >= len(found[2]):
        return re.sub(r"\s*[–—]\s*", "-", text)
    return f"{found[1]}{found[2]}-{found[1]}{found[2][: -len(found[4])]}{found[4]}"


def _kept(fields):
    """Without empty values and no longer than a Reference takes. Nothing without a title is kept."""
    from articles.citing.reading import LENGTHS

    fields = {
        name: value[: LENGTHS.get(name, 4000)] if isinstance(value, str) else value
        for name, value in fields.items()
    }
    if not fields.get("title"):
        raise NotThereError
    return {name: value for name, value in fields.items() if value}
