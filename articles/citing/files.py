"""Files of reference managers, in and out: RIS, BibTeX, NoteExpress.

Read leniently (unknown tags are passed over, a broken entry costs that entry alone), written so that each of the three
reads back what stands in a reference. Why no library: docs/adr/0016.
"""

import re
import unicodedata

from articles.citation import has_han, name_parts
from articles.citing.identifiers import bare_doi, is_isbn, pmcid


MOST_ENTRIES = 300
FORMATS = {"ris": "RIS", "bibtex": "BibTeX", "noteexpress": "NoteExpress"}

# kind -> (RIS, BibTeX, NoteExpress); the first kind of a name is what reading gives.
_TYPES = {
    "journal": ("JOUR", "article", "Journal Article"),
    "book": ("BOOK", "book", "Book"),
    "chapter": ("CHAP", "incollection", "Book Section"),
    "standard": ("STAND", "standard", "Standard"),
    "report": ("RPRT", "techreport", "Report"),
    "thesis": ("THES", "phdthesis", "Thesis"),
    "conference": ("CPAPER", "inproceedings", "Conference Paper"),
    "newspaper": ("NEWS", "newspaper", "Newspaper Article"),
    "patent": ("PAT", "patent", "Patent"),
    "dataset": ("DATA", "dataset", "Dataset"),
    "preprint": ("UNPB", "preprint", "Preprint"),
    "web": ("ELEC", "online", "Web Page"),
    "manual": ("GEN", "misc", "Generic"),
}
_RIS_KINDS = {types[0]: kind for kind, types in _TYPES.items()} | {
    "MGZN": "journal", "EJOUR": "journal", "EBOOK": "book", "ECHAP": "chapter", "CONF": "conference", "GOVDOC": "report",
    "BLOG": "web", "WEB": "web",
}  # fmt: skip
_BIBTEX_KINDS = {types[1]: kind for kind, types in _TYPES.items()} | {
    "mastersthesis": "thesis", "thesis": "thesis", "inbook": "chapter", "conference": "conference", "report": "report",
    "booklet": "book", "collection": "book", "proceedings": "book", "electronic": "web", "www": "web", "data": "dataset",
    "manual": "report", "unpublished": "preprint", "news": "newspaper",
}  # fmt: skip
_NOTEEXPRESS_KINDS = {types[2].lower(): kind for kind, types in _TYPES.items()} | {
    "conference proceedings": "conference", "master thesis": "thesis", "doctor thesis": "thesis", "electronic source": "web",
    "government report": "report", "期刊文章": "journal", "图书": "book", "图书章节": "chapter", "标准": "standard", "报告": "report",
    "学位论文": "thesis", "会议论文": "conference", "报纸文章": "newspaper", "专利": "patent", "网页": "web", "数据集": "dataset",
}  # fmt: skip


def format_of(text):
    """Return "ris", "bibtex", "noteexpress" when ``text`` is such a file, else ""."""
    if re.search(r"^\s*TY {1,2}- ?\w", text, re.MULTILINE):
        return "ris"
    if re.search(r"^\s*\{Reference Type\}\s*[:：]", text, re.MULTILINE | re.IGNORECASE):
        return "noteexpress"
    if re.search(r"^\s*@\w+\s*[{(]\s*[^\s,{}()]*\s*,", text, re.MULTILINE):
        return "bibtex"
    return ""


def read(text, kind):
    """Return the entries of a file as dicts of fields of ``articles.models.Reference``. At most MOST_ENTRIES + 1."""
    entries = []
    for fields in _READERS[kind](text.replace("\r\n", "\n").replace("\r", "\n")):
        fields = _clean(fields)
        if fields.get("title") or fields.get("manual") or fields.get("doi") or fields.get("pmid"):
            entries.append(fields)
        if len(entries) > MOST_ENTRIES:
            break
    return entries


def write(references, kind):
    """Return ``references`` (objects with the fields of Reference) as the text of a file of format ``kind``."""
    return _WRITERS[kind](references)


# --- RIS ------------------------------------------------------------------------------------

_RIS_TAGS = {
    "VL": "volume", "IS": "issue", "ET": "edition", "CY": "place", "PP": "place", "PB": "publisher", "UR": "url", "DO": "doi",
}  # fmt: skip


def _read_ris(text):
    for record in re.split(r"^\s*ER {1,2}-.*$", text, flags=re.MULTILINE):
        tags, last = [], None
        for line in record.split("\n"):
            if found := re.match(r"^\s*([A-Z][A-Z0-9]) {1,2}-(?: (.*))?$", line):
                last = [found[1], (found[2] or "").strip()]
                tags.append(last)
            elif last and line.strip():
                last[1] += f" {line.strip()}"
        if tags:
            yield _from_ris(tags)


def _from_ris(tags):
    every = {}
    for tag, value in tags:
        if value:
            every.setdefault(tag, []).append(value)

    def first(*names):
        return next((every[name][0] for name in names if name in every), "")

    kind = _RIS_KINDS.get(first("TY").upper(), "manual")
    fields = {"kind": kind, "title": first("TI", "T1", "CT", "BT" if kind == "book" else "TI")}
    fields["authors"] = "\n".join([*every.get("AU", []), *every.get("A1", [])])
    fields["editors"] = "\n".join([*every.get("A2", []), *every.get("ED", [])])
    fields["container"] = first("JO", "JF", "T2", "JA", "J2", "BT") if kind != "book" else ""
    fields |= {name: first(tag) for tag, name in _RIS_TAGS.items() if first(tag)}
    fields |= _dated(first("PY", "Y1", "DA")) | _dated(first("DA"), only_day=True)
    fields["pages"] = "-".join(dict.fromkeys(part for part in (first("SP"), first("EP")) if part))
    fields["accessed"] = _dated(first("Y2"), only_day=True).get("published", "")
    if kind in ("standard", "patent"):
        fields["number"] = first("M1", "SN", "IS")
        fields.pop("issue", None)
    elif kind in ("book", "chapter", "conference"):
        fields["isbn"] = first("SN")
    for value in (*every.get("AN", []), *every.get("C2", []), *every.get("ID", [])):
        fields |= _accession(value)
    if kind == "manual":
        fields["manual"] = first("N1") or ""
    return fields


def _write_ris(references):
    out = []
    for one in references:
        kind = one.kind
        rows = [("TY", _TYPES[kind][0])]
        rows += [("AU", _with_comma(name)) for name in names(one.authors)]
        rows += [("A2", _with_comma(name)) for name in names(one.editors)]
        rows += [("TI", one.title), ("T2", one.container), ("PY", one.year)]
        rows.append(("DA", one.published.strftime("%Y/%m/%d") if one.published else ""))
        rows += [("VL", one.volume), ("IS", one.issue)]
        rows += list(zip(("SP", "EP"), _page_ends(one.pages), strict=False))
        rows += [
            ("ET", one.edition),
            ("CY", one.place),
            ("PB", one.publisher),
            ("M1", one.number),
            ("UR", one.url),
        ]
        rows += [("DO", one.doi), ("SN", one.isbn), ("AN", f"PMID:{one.pmid}" if one.pmid else "")]
        rows += [("C2", one.pmcid), ("Y2", one.accessed.strftime("%Y/%m/%d") if one.accessed else "")]
        rows.append(("N1", one.manual if kind == "manual" else ""))
        out += [f"{tag}  - {_one_line(value)}" for tag, value in rows if value]
        out += ["ER  - ", ""]
    return "\r\n".join(out)


# --- NoteExpress ------------------------------------------------------------------------------

_NOTEEXPRESS = {
    "title": "title", "journal": "container", "secondary title": "container", "book title": "container", "year": "year",
    "volume": "volume", "issue": "issue", "pages": "pages", "edition": "edition", "place published": "place",
    "publisher": "publisher", "url": "url", "doi": "doi", "isbn": "isbn", "isbn/issn": "isbn", "date": "date",
    "standard number": "number", "patent number": "number", "report number": "number", "pmid": "pmid", "pmcid": "pmcid",
    "access date": "accessed", "notes": "manual", "link": "url", "university": "publisher", "newspaper": "container",
}  # fmt: skip


def _read_noteexpress(text):
    for record in re.split(r"^\s*(?=\{Reference Type\})", text, flags=re.MULTILINE | re.IGNORECASE):
        fields, last = {}, None
        for line in record.split("\n"):
            found = re.match(r"^\s*\{([^{}:：]{1,40})\}\s*[:：]\s*(.*)$", line)
            if not found:
                if last and line.strip():
                    fields[last] = f"{fields[last]} {line.strip()}"
                continue
            name, value = found[1].strip().lower(), found[2].strip()
            last = None
            if name == "reference type":
                fields["kind"] = _NOTEEXPRESS_KINDS.get(value.lower(), "manual")
            elif name in ("author", "secondary author", "editor") and value:
                target = "authors" if name == "author" else "editors"
                fields[target] = "\n".join(part for part in (fields.get(target), _split_names(value)) if part)
            elif name in _NOTEEXPRESS and value and not fields.get(_NOTEEXPRESS[name]):
                last = _NOTEEXPRESS[name]
                fields[last] = value
        if "kind" in fields:
            day = _dated(fields.pop("date", ""))
            fields |= {name: value for name, value in day.items() if not fields.get(name)}
            fields["accessed"] = _dated(fields.get("accessed", ""), only_day=True).get("published", "")
            if fields["kind"] != "manual":
                fields.pop("manual", None)
            yield fields


def _split_names(value):
    parts = [part.strip() for part in re.split(r"[;；]", value) if part.strip()]
    return "\n".join(parts)


def _write_noteexpress(references):
    out = []
    for one in references:
        rows = [("Reference Type", _TYPES[one.kind][2]), ("Title", one.title)]
        rows += [("Author", name) for name in names(one.authors)]
        rows += [("Secondary Author", name) for name in names(one.editors)]
        whole = {"journal": "Journal", "newspaper": "Newspaper"}.get(one.kind, "Secondary Title")
        rows += [(whole, one.container), ("Year", one.year)]
        rows.append(("Date", one.published.isoformat() if one.published else ""))
        rows += [("Volume", one.volume), ("Issue", one.issue), ("Pages", one.pages), ("Edition", one.edition)]
        rows += [("Place Published", one.place), ("Publisher", one.publisher)]
        rows.append(("Patent Number" if one.kind == "patent" else "Standard Number", one.number))
        rows += [
            ("URL", one.url),
            ("DOI", one.doi),
            ("ISBN", one.isbn),
            ("PMID", one.pmid),
            ("PMCID", one.pmcid),
        ]
        rows.append(("Access Date", one.accessed.isoformat() if one.accessed else ""))
        rows.append(("Notes", one.manual if one.kind == "manual" else ""))
        out += [f"{{{name}}}: {_one_line(value)}" for name, value in rows if value]
        out.append("")
    return "\r\n".join(out)


# --- BibTeX -----------------------------------------------------------------------------------

_BIBTEX = {
    "title": "title", "journal": "container", "journaltitle": "container", "booktitle": "container", "year": "year",
    "volume": "volume", "number": "issue", "issue": "issue", "pages": "pages", "edition": "edition", "address": "place",
    "location": "place", "publisher": "publisher", "institution": "publisher", "school": "publisher", "organization": "publisher",
    "url": "url", "doi": "doi", "isbn": "isbn", "pmid": "pmid", "pmcid": "pmcid", "urldate": "accessed", "note": "manual",
}  # fmt: skip
_ACCENTS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
            "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a"}  # fmt: skip
_LETTERS = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
}
# Signs that mean something in the file itself. While a text is read each is a character that no text holds.
_SIGNS = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
}
_NAMES = {sign: name for name, sign in _SIGNS.items()}
_HELD = {sign: chr(0xFDD0 + number) for number, sign in enumerate(_SIGNS.values())}


def _read_bibtex(text):
    words = {}  # of @string
    for found in re.finditer(r"@\s*(\w+)\s*([{(])", text):
        kind = found[1].lower()
        if kind in ("comment", "preamble"):
            continue
        try:
            if kind == "string":
                words |= dict(_bibtex_fields(text, found.end(), words))
                continue
            head = re.compile(r"\s*[^\s,{}()=\"]*\s*,").match(text, found.end())
            if head:
                yield _from_bibtex(kind, dict(_bibtex_fields(text, head.end(), words)))
        except ValueError:
            continue


def _bibtex_fields(text, place, words):
    """Yield (name, value) until the entry ends. Raises ValueError where it does not end."""
    name_of = re.compile(r"[\s,]*([A-Za-z][\w:.-]*)\s*=\s*")
    while found := name_of.match(text, place):
        value, place = _bibtex_value(text, found.end(), words)
        yield found[1].lower(), value


def _bibtex_value(text, place, words):
    parts = []
    while True:
        if place >= len(text):
            raise ValueError("The entry does not end.")
        if text[place] in '{"':
            closing = "}" if text[place] == "{" else '"'
            start, depth, place = place + 1, 0, place + 1
            while place < len(text) and not (text[place] == closing and not depth):
                if text[place] == "\\":
                    place += 1
                elif text[place] == "{":
                    depth += 1
                elif text[place] == "}":
                    depth -= 1
                place += 1
            if place >= len(text):
                raise ValueError("A value does not end.")
            parts.append(text[start:place])
            place += 1
        elif word := re.compile(r"[\w.:-]+").match(text, place):
            parts.append(words.get(word[0].lower(), word[0]))
            place = word.end()
        else:
            raise ValueError("A value is missing.")
        more = re.compile(r"\s*#\s*").match(text, place)
        if not more:
            return "".join(parts), place
        place = more.end()


def _from_bibtex(kind, raw):
    fields = {"kind": _BIBTEX_KINDS.get(kind, "manual")}
    for name, value in raw.items():
        if name in ("author", "editor"):
            people = [_bibtex_person(person) for person in _outside_braces(value)]
            fields["authors" if name == "author" else "editors"] = "\n".join(
                ("等" if has_han(value) else "et al") if person == "others" else person
                for person in people
                if person
            )
        elif name in _BIBTEX and not fields.get(_BIBTEX[name]):
            fields[_BIBTEX[name]] = (
                _plain_tex(value) if name not in ("url", "doi") else value.strip("{} ").replace("\\", "")
            )
    day = _dated(_plain_tex(raw.get("date", "")))
    fields |= {name: value for name, value in day.items() if not fields.get(name)}
    fields["accessed"] = _dated(fields.get("accessed", ""), only_day=True).get("published", "")
    if fields["kind"] in ("standard", "patent", "report") and fields.get("issue"):
        fields["number"] = fields.pop("issue")
    if fields["kind"] == "manual" and fields.get("title"):
        fields["kind"] = "preprint" if raw.get("eprint") else "web" if fields.get("url") else "book"
    if fields["kind"] != "manual":
        fields.pop("manual", None)
    return fields


def _outside_braces(value):
    """Return the people in ``value``: an “and” in braces belongs to a name."""
    people, begun = [], ""
    for part in re.split(r"\s+and\s+", " ".join(value.split())):
        begun = f"{begun} and {part}" if begun else part
        if begun.count("{") == begun.count("}"):
            people.append(begun)
            begun = ""
    return [*people, begun]


def _bibtex_person(raw):
    """“Bruce Neal” as “Neal, Bruce”; a body in braces stays as it is."""
    person = _plain_tex(raw)
    in_braces = re.fullmatch(r"\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*", raw)
    if in_braces or "," in person or not re.fullmatch(r"[\x20-\u024f]+", person):
        return person
    words = person.split()
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].islower():
        cut -= 1
    return f"{' '.join(words[cut:])}, {' '.join(words[:cut])}" if cut else person


def _plain_tex(text):
    text = re.sub(rf"\\({'|'.join(_SIGNS)})(?![A-Za-z])\s*(?:\{{\}})?", lambda m: _HELD[_SIGNS[m[1]]], text)
    text = re.sub(r"\\([{}])", lambda m: _HELD[m[1]], text)
    text = re.sub(r"\\([`'^~\"=.])\s*\{?\\?([A-Za-z])\}?", lambda m: _accented(m[2], m[1]), text)
    text = re.sub(
        r"\\([uvHckr])(?:\s*\{([A-Za-z])\}|\s+([A-Za-z]))", lambda m: _accented(m[2] or m[3], m[1]), text
    )
    text = re.sub(
        r"\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i)(?![A-Za-z])\s*(?:\{\})?", lambda m: _LETTERS[m[1]], text
    )
    text = re.sub(r"\\([&%$#_])", r"\1", text)
    text = re.sub(r"\\[A-Za-z]+\s*", "", text)
    text = text.replace("---", "—").replace("--", "-").replace("~", " ")
    text = " ".join(text.replace("{", "").replace("}", "").split())
    return text.translate({ord(held): sign for sign, held in _HELD.items()})


def _accented(letter, accent):
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent])


def _write_bibtex(references):
    out = []
    for number, one in enumerate(references, start=1):
        kind = one.kind
        whole = "booktitle" if kind in ("chapter", "conference") else "journal"
        house = {"thesis": "school", "report": "institution"}.get(kind, "publisher")
        rows = [("author", " and ".join(_braced_body(name) for name in names(one.authors)))]
        rows += [("editor", " and ".join(_braced_body(name) for name in names(one.editors)))]
        rows += [("title", f"{{{_tex(one.title)}}}" if one.title else ""), (whole, _tex(one.container))]
        rows += [("year", _tex(one.year)), ("date", one.published.isoformat() if one.published else "")]
        rows += [
            ("volume", _tex(one.volume)),
            ("number", _tex(one.issue or one.number)),
            ("pages", "--".join(_tex(part) for part in one.pages.split("-"))),
        ]
        rows += [("edition", _tex(one.edition)), ("address", _tex(one.place)), (house, _tex(one.publisher))]
        rows += [
            ("url", _in_an_address(one.url)),
            ("doi", _in_an_address(one.doi)),
            ("isbn", _tex(one.isbn)),
            ("pmid", _tex(one.pmid)),
            ("pmcid", _tex(one.pmcid)),
        ]
        rows.append(("urldate", one.accessed.isoformat() if one.accessed else ""))
        rows.append(("note", _tex(one.manual) if kind == "manual" else ""))
        out.append(f"@{_TYPES[kind][1]}{{ref{number},")
        out += [f"  {name} = {{{_one_line(value)}}}," for name, value in rows if value]
        out += ["}", ""]
    return "\n".join(out)


def _braced_body(name):
    if name in ("等", "et al", "et al."):
        return "others"
    family, given = ("", "") if has_han(name) else name_parts(name)
    if given and not re.search(r"\sand\s", name):
        return f"{_tex(family)}, {_tex(given)}"
    return _tex(name) if has_han(name) and " " not in name else f"{{{_tex(name)}}}"


def _tex(text):
    """Return ``text`` as it stands in a value. A brace is written by its name: BibTeX counts the escaped ones, too."""
    text = re.sub(r"[\\{}~^]", lambda m: f"\\{_NAMES[m[0]]}{{}}", text)
    return re.sub(r"-(?=-)", "-{}", re.sub(r"([&%$#_])", r"\\\1", text))


def _in_an_address(text):
    return re.sub(r"[\\{}]", lambda m: f"%{ord(m[0]):02X}", text)


# --- What the three share -----------------------------------------------------------------------


def names(text):
    """Return the people in ``text``, one a line; a closing 等 or et al. counts as one, so that it is printed again."""
    return [" ".join(line.split()) for line in (text or "").splitlines() if line.strip()]


def _with_comma(name):
    family, given = ("", "") if has_han(name) else name_parts(name)
    return f"{family}, {given}" if given else name


def _dated(text, only_day=False):
    """{year, published} as far as ``text`` (2024, 2024/05/01, 2024-05-01, 2024/05//) says."""
    found = re.match(r"\s*(\d{4})(?:[/.-](\d{1,2}))?(?:[/.-](\d{1,2}))?", text or "")
    if not found:
        return {}
    values = {} if only_day else {"year": found[1]}
    if found[2] and found[3]:
        values["published"] = f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    return values


def _accession(value):
    if found := re.search(r"PMC\d+", value, re.IGNORECASE):
        return {"pmcid": found[0].upper()}
    found = re.fullmatch(r"\s*(?:PMID:?\s*|MEDLINE:?\s*)?([1-9]\d{0,7})\s*", value)
    return {"pmid": found[1]} if found else {}


def _page_ends(pages):
    first, _dash, last = (pages or "").partition("-")
    return (first, last) if last else (first,)


def _one_line(value):
    return " ".join(str(value).split())


def _clean(fields):
    fields = {
        name: value.strip() for name, value in fields.items() if isinstance(value, str) and value.strip()
    }
    for name in ("authors", "editors"):
        if name in fields:
            fields[name] = "\n".join(
                re.sub(r"\s*,\s*", ", ", line).strip(" ,;") for line in fields[name].splitlines()
            )
            fields[name] = "\n".join(
                line.replace(", ", " ") if _initials_follow(line) else line
                for line in fields[name].splitlines()
            )
    if "pages" in fields:
        fields["pages"] = re.sub(r"\s*[–—−]+\s*|--", "-", fields["pages"])
    if "doi" in fields:
        fields["doi"] = bare_doi(fields["doi"])
    if "pmcid" in fields:
        fields["pmcid"] = pmcid(fields["pmcid"])
    if "pmid" in fields and not re.fullmatch(r"[1-9]\d{0,7}", fields["pmid"]):
        del fields["pmid"]
    if "isbn" in fields:
        parts = re.split(r"[;,/ ]+(?=\d)", fields["isbn"])
        fields["isbn"] = next((part for part in parts if is_isbn(part)), "")
    if fields.get("url", "").lower().startswith(("http://doi.org", "https://doi.org", "http://dx.doi.org")):
        fields.setdefault("doi", bare_doi(fields["url"]))
        del fields["url"]
    if not fields.get("url", "http").lower().startswith("http"):
        del fields["url"]
    return {name: value for name, value in fields.items() if value}


def _initials_follow(line):
    return bool(re.fullmatch(r"[^,]+, (?:[A-Z][. -]*){1,4}", line))


_READERS = {"ris": _read_ris, "bibtex": _read_bibtex, "noteexpress": _read_noteexpress}
_WRITERS = {"ris": _write_ris, "bibtex": _write_bibtex, "noteexpress": _write_noteexpress}
