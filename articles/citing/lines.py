"""One printed reference read back into its parts: GB/T 7714 of 2005, 2015 and 2025, Vancouver/NLM, APA.

What cannot be told apart stays one line “typed by hand” with the identifiers that stand in it: nothing is guessed. The patterns
run over one line of at most LONGEST characters.
"""

import re
from datetime import date

from articles.citation import has_han
from articles.citing.identifiers import found_in


LONGEST = 1500
NUMBER = re.compile(
    r"^\s*(?:[\[［]\^?\w{1,4}[\]］][:：]?|[（(]\d{1,3}[)）]|\d{1,3}\s*(?:[.、．]|[)）])(?!\d))\s*"
)
_MARK = re.compile(
    r"\s*[\[［]\s*(?P<mark>J|M|C|D|R|S|P|N|G|A|Z|PP|EB|DB|DS|CP|CM)\s*(?:/\s*(?:OL|CD|MT|DK))?\s*[\]］]",
    re.IGNORECASE,
)
_KINDS = {
    "J": "journal", "M": "book", "C": "conference", "D": "thesis", "R": "report", "S": "standard", "P": "patent",
    "N": "newspaper", "PP": "preprint", "EB": "web", "DB": "dataset", "DS": "dataset",
}  # fmt: skip
_BODY_ENDS = re.compile(
    r"(?:组织|委员会|委|学会|协会|分会|医院|大学|学院|中心|总局|局|部|署|院|研究所|社|组|司|处|联盟|集团|出版社|基金会|办公室|公司|编写组|专家组|课题组|工作组|协作组|政府|杂志|报|网)$"
)
_ROLE = re.compile(r"[，,]?\s*(?:主编|编著|编写|编译|主译|译|等编|编|著)$")
_ET_AL = re.compile(r"^(?:等|et\.?\s*al\.?)$", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,4}", re.UNICODE)
_PAGES = r"[A-Za-z]?\d[\w.]*(?:\s*[-–—−~～]\s*[A-Za-z]?\d[\w.]*)?(?:\s*[,，]\s*[A-Za-z]?\d[\w.]*(?:\s*[-–—]\s*[A-Za-z]?\d\w*)?)*"
_DAY = r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?"
_JOURNAL = re.compile(
    rf"^(?P<container>.{{1,200}}?)\s*[，,.．]\s*(?P<year>\d{{4}})(?:[-/]\d{{1,2}}){{0,2}}\s*"
    rf"(?:[，,;；]\s*(?P<volume>[^\s，,;；（(：:\[.]{{1,20}}))?\s*(?:[（(](?P<issue>[^）)]{{1,20}})[）)])?"
    rf"\s*(?:[：:]\s*(?P<pages>{_PAGES}))?"
)
_EDITION = re.compile(
    r"^(?P<edition>(?:第\s*)?[\d一二三四五六七八九十]{1,3}\s*版|修订版|\d{1,2}(?:st|nd|rd|th)\s*ed(?:ition)?|rev(?:ised)?\.?\s*ed)\s*[.．,，。]\s*",
    re.IGNORECASE,
)
_IMPRINT = re.compile(
    rf"(?:(?P<place>[^：:，,.．\[\]]{{1,60}}?)\s*[：:]\s*)?(?P<publisher>[^，,：:\[\]]{{1,120}}?)\s*[，,;；]\s*(?P<year>\d{{4}})"
    rf"(?:[-./]\d{{1,2}}){{0,2}}(?:\s*[：:]\s*(?P<pages>{_PAGES}))?"
)
_VANCOUVER = re.compile(
    r"^(?P<authors>.{2,600}?)\.\s+(?P<title>.{5,400}?)[.?!]\s+(?P<container>[^.;]{2,120}(?:\.(?=[^\s;])[^.;]{1,60})?)\.\s*"
    r"(?P<year>\d{4})(?:[\s/-][A-Za-z0-9/ -]{1,16})?\s*;\s*(?P<volume>\w{1,12})(?:\s*(?:Suppl[^(:]{0,12})?)?"
    rf"(?:\((?P<issue>[^)]{{1,20}})\))?\s*(?::\s*(?P<pages>e?{_PAGES}))?"
)
_NLM_BOOK = re.compile(
    r"^(?P<authors>.{2,400}?)\.\s+(?P<title>.{3,300}?)\.\s+(?:(?P<edition>\d{1,2}(?:st|nd|rd|th) ed)\.\s+)?"
    r"(?P<place>[A-Z][^.:;]{1,40}):\s*(?P<publisher>[^;:]{2,100});\s*(?P<year>\d{4})"
)
_APA = re.compile(
    r"^(?P<authors>.{2,600}?)\s*\((?P<year>\d{4})[a-z]?(?:,\s*[^)]{1,20})?\)\.\s+(?P<rest>.{3,800})$"
)
_APA_JOURNAL = re.compile(
    r"^(?P<title>.{3,400}?)[.?!]\s+(?P<container>[^,.]{2,120}),\s*(?P<volume>\w{1,12})\s*(?:\((?P<issue>[^)]{1,20})\))?"
    rf"(?:,\s*(?P<pages>{_PAGES}|e\d+))?\s*(?:\.|$)"
)
_APA_BOOK = re.compile(
    r"^(?P<title>.{3,300}?)(?:\s*\((?P<edition>\d{1,2}(?:st|nd|rd|th) ed)\.?\))?\.\s+(?P<publisher>[^.]{2,100})\."
)
_STANDARD = re.compile(
    r"(?P<number>(?:GB|WS|YY|DB|T/[A-Z]{2,10}|ISO|IEC|YBB|HJ|JJF|JJG|CJJ?|JG|NY|SN|QB|LY)(?:/[TZ])?\s*\d[\d.]{0,12}(?:\.\d+)?\s*[—–-]\s*\d{4})"
)


def fields_of(line):
    """Return (fields, doubtful) of one printed reference.

    ``fields``: values for ``articles.models.Reference``; kind "manual" with the whole line when its parts cannot be told
    apart. ``doubtful``: {field: text} of identifiers whose digits cannot be right.
    """
    line = " ".join(NUMBER.sub("", line).split())[:LONGEST]
    found, doubtful = found_in(line)
    bare = _without_identifiers(line)
    parts = _marked(bare) or _vancouver(bare) or _apa(bare) or _nlm_book(bare) or _chinese(bare)
    if not parts or not parts.get("title"):
        return {"kind": "manual", "manual": line} | found, doubtful
    if day := re.search(rf"[\[［](?P<day>{_DAY})[\]］]", line):
        parts["accessed"] = _day(day["day"])
    return {name: value for name, value in (parts | found).items() if value}, doubtful


def _without_identifiers(line):
    line = re.sub(r"\s*(?:https?://|doi\s*[:：]\s*|DOI\s+)\S+", " ", line, flags=re.IGNORECASE)
    line = re.sub(
        r"\s*(?:PMID|PMCID|ISBN(?:-1[03])?)\s*[:：]?\s*[\dXxPMC -]{4,20}[.;；]?",
        " ",
        line,
        flags=re.IGNORECASE,
    )
    line = re.sub(
        r"\s*(?:Available from|Available at|Retrieved from|可从)\s*[:：]?\s*$", "", line, flags=re.IGNORECASE
    )
    return " ".join(line.split())


def _marked(line):
    """A line of GB/T 7714, which says its kind in brackets."""
    mark = _MARK.search(line)
    if not mark:
        return None
    kind = _KINDS.get(mark["mark"].upper(), "")
    authors, title = _lead(line[: mark.start()])
    rest = re.sub(rf"[\[［]{_DAY}[\]］]", "", line[mark.end() :]).lstrip(" .．。，,")
    parts = {"kind": kind or "manual", "authors": authors, "title": title}
    if not kind:
        return None
    if rest.startswith("//"):
        return _within(parts, rest[2:], "conference" if kind == "conference" else "chapter")
    return parts | _READERS.get(kind, _imprint)(parts, rest)


def _within(parts, rest, kind):
    """A chapter or a paper in proceedings: editors. whole. edition. imprint."""
    whole = re.search(r"[.．。]\s*(?=[^.．。]{1,60}[：:][^：:]{1,120}?[，,]\s*\d{4})", rest)
    head, tail = (rest[: whole.start()], rest[whole.end() :]) if whole else (rest, "")
    edition = re.search(
        r"[.．。]\s*((?:第\s*)?\d{1,3}\s*版|\d{1,2}(?:st|nd|rd|th) ed)\s*$", head, re.IGNORECASE
    )
    if edition:
        head = head[: edition.start()]
    editors, container = _lead(head)
    container = _MARK.sub("", container)
    found = parts | {"kind": kind, "editors": editors, "container": container}
    return found | ({"edition": edition[1]} if edition else {}) | _imprint(found, tail)


def _lead(text):
    """Split “authors. title” where the first sentence reads like authors; else all of it is the title."""
    text = text.strip(" .．。")
    for match in re.finditer(r"[.．。](?:\s+|(?=[\u3400-\u9fff\"“《]))|[.．。](?=[A-Z][a-z])", text):
        authors = authors_of(text[: match.start()])
        if authors:
            return authors, text[match.end() :].strip(" .．。")
        if match.start() > 400:
            break
    return "", text


def authors_of(text):
    """Return names one a line when ``text`` reads like a list of authors, else ""."""
    text = re.sub(r"[，,;；]?\s*(?:主编|编著|编写|著)$", "", text.strip())
    names = [name.strip(" .") for name in re.split(r"\s*[，,、;；]\s*(?:&\s*|and\s+)?|\s+&\s+", text)]
    names = [_ROLE.sub("", name) for name in names if name]
    if names and _ET_AL.match(names[-1]):
        names = [*names[:-1]]
        more = True
    else:
        more = False
    if names and (ending := re.fullmatch(r"(.{2,4}?)等", names[-1])):
        names, more = [*names[:-1], ending[1]], True
    if not names or not all(_is_author(name) for name in names):
        return ""
    names = [_lower_family(name) for name in names]
    # Whoever was left out of the list is not known; a fourth line keeps 等 or et al. printed.
    if more and len(names) <= 3:
        names.append("等" if has_han("".join(names)) else "et al")
    return "\n".join(names)


def _lower_family(name):
    """“DES MARAIS D J”, as the edition of 2015 prints names, with capitals only where a name begins."""
    found = re.fullmatch(r"([A-Z][A-Z'’-]+(?: [A-Z][A-Z'’-]+)*) ((?:[A-Z]\.?[ -]?){1,3})", name)
    return f"{found[1].title()} {found[2]}" if found else name


def _is_author(name):
    if has_han(name):
        name = re.sub(r"[（(][^）)]{1,20}[）)]$", "", name)
        return len(name) <= 60 and bool(
            re.fullmatch(r"[\u3400-\u9fff]{2,4}", name)
            or _BODY_ENDS.search(name)
            or re.fullmatch(r"[\u3400-\u9fff]{1,10}[·•][\u3400-\u9fff·•]{1,15}", name)
        )
    return (len(name) <= 100 and bool(_PERSON.fullmatch(name))) or (name.isupper() and len(name) <= 12)


def _journal(parts, rest):
    found = _JOURNAL.match(rest)
    return _named(found) if found else {"container": rest.strip(" .．。")[:200]}


def _newspaper(parts, rest):
    found = re.match(
        rf"(?P<container>[^，,]{{1,80}})[，,]\s*(?P<day>{_DAY})(?:\s*[（(](?P<pages>[^）)]{{1,12}})[）)])?",
        rest,
    )
    if not found:
        return _journal(parts, rest)
    day = _day(found["day"])
    return {
        "container": found["container"].strip(),
        "published": day,
        "year": day[:4],
        "pages": found["pages"] or "",
    }


def _imprint(parts, rest):
    found = {}
    if edition := _EDITION.match(rest):
        found["edition"] = edition["edition"]
        rest = rest[edition.end() :]
    imprint = _IMPRINT.search(rest)
    if imprint:
        return found | _named(imprint)
    year = re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", rest)
    return found | ({"year": year[0]} if year else {})


def _standard(parts, rest):
    found = _imprint(parts, rest)
    number = _STANDARD.search(parts["title"])
    if number:
        title = (parts["title"][: number.start()] + parts["title"][number.end() :]).strip(" ：:，,.")
        if title:
            found |= {"title": title, "number": re.sub(r"\s*[—–-]\s*", "—", number["number"])}
    return found


def _patent(parts, rest):
    found = {}
    number = re.search(r"\s*[：:]\s*(?P<number>[A-Z]{0,2}\s?\d[\dX.]{5,20}[A-Z]?\d?)$", parts["title"])
    if number:
        found = {"title": parts["title"][: number.start()], "number": number["number"]}
    if day := re.search(_DAY, rest):
        found |= {"published": _day(day[0]), "year": day[0][:4]}
    return found


def _web(parts, rest):
    found = {}
    if day := re.search(rf"[（(]({_DAY})[）)]", rest):
        found |= {"published": _day(day[1]), "year": day[1][:4]}
    elif year := re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", rest):
        found["year"] = year[0]
    return found


def _report(parts, rest):
    return _imprint(parts, rest) if re.search(r"[：:].*[，,]\s*\d{4}", rest) else _web(parts, rest)


_READERS = {
    "journal": _journal, "newspaper": _newspaper, "standard": _standard, "patent": _patent, "web": _web,
    "report": _report, "dataset": _report, "preprint": _web,
}  # fmt: skip


def _vancouver(line):
    found = _VANCOUVER.match(line)
    if not found or has_han(found["authors"]) or not authors_of(found["authors"]):
        return None
    return _named(found) | {"kind": "journal", "authors": authors_of(found["authors"])}


def _nlm_book(line):
    found = _NLM_BOOK.match(line)
    if not found or has_han(line) or not authors_of(re.sub(r",?\s*editors?$", "", found["authors"])):
        return None
    return _named(found) | {
        "kind": "book",
        "authors": authors_of(re.sub(r",?\s*editors?$", "", found["authors"])),
    }


def _apa(line):
    found = _APA.match(line)
    if not found or has_han(found["authors"]):
        return None
    authors = _apa_authors(found["authors"])
    if not authors:
        return None
    base = {"authors": authors, "year": found["year"]}
    if journal := _APA_JOURNAL.match(found["rest"]):
        return base | _named(journal) | {"kind": "journal"}
    if book := _APA_BOOK.match(found["rest"]):
        return base | _named(book) | {"kind": "book"}
    return None


def _apa_authors(text):
    """“Neal, B., Wu, Y., & Feng, X.” as one name a line, family name first."""
    text = re.sub(r"\s*(?:,\s*)?(?:&|\band\b)\s*", ", ", text.strip().rstrip("."))
    pairs = re.findall(r"([^,]+),\s*((?:[A-Z]\.?[\s-]*){1,4})(?:,|$)", text)
    if pairs and len(re.sub(r"[^A-Za-z]", "", "".join(a + b for a, b in pairs))) == len(
        re.sub(r"[^A-Za-z]", "", text)
    ):
        return "\n".join(
            f"{family.strip()} {' '.join(re.findall('[A-Z]', given))}" for family, given in pairs
        )
    return text if "," not in text and _is_author(text) else ""


def _chinese(line):
    """A Chinese line without a mark of its kind: authors. title. journal, year, volume(issue): pages."""
    if not has_han(line):
        return None
    authors, rest = _lead(line)
    if not authors:
        return None
    title, _stop, tail = _sentence(rest)
    journal = _JOURNAL.match(tail)
    if title and journal and (journal["pages"] or journal["issue"]) and len(journal["container"]) <= 40:
        return _named(journal) | {"kind": "journal", "authors": authors, "title": title}
    return None


def _sentence(text):
    match = re.search(r"[.．。]\s*(?=\S)", text)
    return (text[: match.start()].strip(), match[0], text[match.end() :]) if match else (text, "", "")


def _named(match):
    values = {name: " ".join(value.split()) for name, value in match.groupdict().items() if value}
    if "pages" in values:
        values["pages"] = re.sub(r"\s*[–—−~～]\s*", "-", values["pages"]).replace("，", ",").rstrip(".")
    if "container" in values:
        values["container"] = values["container"].strip(" .．")
    return values


def _day(text):
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    try:
        return date(*numbers[:3]).isoformat()
    except (TypeError, ValueError):
        return ""
