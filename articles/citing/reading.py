"""What was pasted or uploaded into the box “add references”, read into entries. Asks no network and no database."""

import re
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.citation import printed
from articles.citing import files, identifiers, lines


MOST_CHARACTERS = 200_000
MOST_BYTES = 1_000_000
MOST_ENTRIES = files.MOST_ENTRIES
LENGTHS = {
    "title": 400, "container": 200, "year": 10, "volume": 20, "issue": 20, "pages": 40, "edition": 20, "place": 60,
    "publisher": 120, "number": 60, "url": 500, "doi": 200, "pmid": 8, "pmcid": 12, "isbn": 17,
}  # fmt: skip
DAYS = ("published", "accessed")
TEXTS = ("authors", "editors", "manual")
FIELDS = ("kind", *LENGTHS, *DAYS, *TEXTS)
# What a reader needs to find the work again (GB/T 7714, main items of each kind).
NEEDED = {
    "journal": ("authors", "title", "container", "year", "pages"),
    "book": ("authors", "title", "publisher", "year"),
    "chapter": ("authors", "title", "container", "publisher", "year"),
    "standard": ("title", "number"),
    "report": ("authors", "title", "year"),
    "thesis": ("authors", "title", "publisher", "year"),
    "conference": ("authors", "title", "container", "year"),
    "newspaper": ("title", "container", "published"),
    "patent": ("authors", "title", "number"),
    "dataset": ("authors", "title", "year"),
    "preprint": ("authors", "title", "year"),
    "web": ("authors", "title", "url"),
    "manual": ("manual",),
}


class UnreadableError(ValueError):
    """Nothing can be made of what was pasted; the text is a sentence for the one who pasted it."""


@dataclass
class Entry:
    """One reference that was read: ``raw`` as it stood, ``fields`` of Reference, ``doubts`` as sentences."""

    raw: str
    fields: dict
    doubts: list = field(default_factory=list)
    same_as: str = ""

    @property
    def reference(self):
        return as_reference(self.fields)

    def printed(self, style):
        return printed(self.reference, style) if self.fields.get("title") or self.fields.get("manual") else ""

    def missing(self):
        """Return the names of fields that a reference of this kind should have and this one has not."""
        given = {name for name, value in self.fields.items() if value}
        if "year" in given:
            given.add("published") if self.fields["kind"] != "newspaper" else None
        if self.fields.get("editors"):
            given.add("authors")
        return [name for name in NEEDED.get(self.fields["kind"], ()) if name not in given]


def as_reference(fields):
    """Return an object with every field of a Reference, as ``articles.citation.printed`` reads it."""
    values = dict.fromkeys(FIELDS, "") | fields
    return SimpleNamespace(**values | {name: _day(values[name]) for name in DAYS})


def decoded(data):
    """Return the text of an uploaded file: UTF-8, UTF-16 with a mark, else GB 18030. Raises UnreadableError."""
    if len(data) > MOST_BYTES:
        raise UnreadableError(_("The file is larger than 1 MB. Split it."))
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableError(_("This is no text file. Export RIS, BibTeX or NoteExpress and upload that."))


def read(text):
    """Return the entries in ``text``: identifiers, addresses, printed references, or a file of a reference manager.

    Raises UnreadableError with a sentence when there are none, or too many.
    """
    text = text.replace("\x00", "").lstrip("\ufeff")
    if not text.strip():
        raise UnreadableError(_("Paste identifiers or references first, or choose a file."))
    if len(text) > MOST_CHARACTERS:
        raise UnreadableError(_("This is too much at once. Paste at most 200,000 characters."))
    kind = files.format_of(text)
    entries = _from_file(text, kind) if kind else _from_lines(text)
    if not entries:
        raise UnreadableError(_("Nothing in this file could be read as a reference."))
    if len(entries) > MOST_ENTRIES:
        raise UnreadableError(
            ngettext(
                "At most %d reference is read at once. Paste fewer.",
                "At most %d references are read at once. Paste fewer.",
                MOST_ENTRIES,
            )
            % MOST_ENTRIES
        )
    return [fitted(entry) for entry in entries]


def mark_known(entries, known):
    """Set ``same_as`` of entries that are among ``known`` ((name, fields) pairs) or came before."""
    seen = {}
    for name, fields in known:
        for sign in signs(fields):
            seen.setdefault(sign, name)
    for entry in entries:
        own = signs(entry.fields)
        entry.same_as = next((seen[sign] for sign in own if sign in seen), "")
        for sign in own:
            seen.setdefault(sign, entry.raw[:40])


def signs(fields):
    """Return what two references of one work share: identifiers, address, or title with year."""
    found = []
    for name, same in (
        ("doi", lambda text: identifiers.bare_doi(text).lower()),
        ("pmid", str),
        ("pmcid", lambda text: identifiers.pmcid(text) or text),
        ("isbn", lambda text: identifiers.isbn13(text) if identifiers.is_isbn(text) else text),
        ("url", identifiers.same_url),
    ):
        # Chapters of one book share its ISBN.
        if fields.get(name) and not (name == "isbn" and fields.get("kind") == "chapter"):
            found.append((name, same(fields[name])))
    title = re.sub(r"[\W_]+", "", fields.get("title") or fields.get("manual") or "").lower()
    if len(title) > 3:
        found.append(("title", title, fields.get("year", ""), fields.get("pages", "")))
    return found


def _from_file(text, kind):
    return [
        Entry(
            raw=fields.get("title") or fields.get("doi") or fields.get("pmid") or fields["manual"][:60],
            fields=fields,
        )
        for fields in files.read(text, kind)
    ]


def _from_lines(text):
    entries = []
    for line in _joined(text.splitlines()):
        if len(entries) > MOST_ENTRIES:
            break
        if tokens := _tokens(line):
            entries += [_of_identifier(token, values) for token, values in tokens]
        else:
            entries.append(_of_line(line))
    return entries


def _joined(rows):
    """Lines, with those that belong to the one before joined to it: in a numbered list, what has no number and is
    no reference by itself.
    """
    rows = [" ".join(row.split()) for row in rows if row.strip()]
    numbered = sum(bool(lines.NUMBER.match(row)) for row in rows)
    if numbered < 2 or not lines.NUMBER.match(rows[0]):
        return rows
    joined = []
    for row in rows:
        if lines.NUMBER.match(row) or _tokens(row) or _stands_alone(row):
            joined.append(row)
        else:
            joined[-1] += f" {row}"
    return joined


def _stands_alone(row):
    fields, _doubtful = lines.fields_of(row)
    return fields["kind"] != "manual" and bool(fields.get("authors"))


def _tokens(line):
    """Return [(text, {field: value})] when the line holds identifiers and nothing else."""
    stripped = lines.NUMBER.sub("", line)
    for candidate in dict.fromkeys((line, stripped)):
        # The word before a number belongs to it: PMID: 123, ISBN 978-7.
        joined = re.sub(
            r"\b(PMID|PMCID|DOI|ISBN(?:-1[03])?)\s*[:：]?\s+", r"\1:", candidate, flags=re.IGNORECASE
        )
        if whole := identifiers.single(joined):
            return [(candidate.strip(), whole)]
        parts = [part for part in re.split(r"[\s,，;；、]+", joined) if part]
        found = [(part, identifiers.single(part)) for part in parts]
        if found and all(values for _part, values in found):
            return found
    return []


def _of_identifier(raw, values):
    name, value = next(iter(values.items()))
    kind = {"isbn": "book", "url": "web"}.get(name, "journal")
    entry = Entry(raw=raw, fields={"kind": kind})
    if name == "isbn" and not identifiers.is_isbn(value):
        entry.doubts.append(_isbn_doubt(value))
        entry.fields |= {"kind": "manual", "manual": raw}
    elif name == "pmid" and not re.fullmatch(r"[1-9]\d{0,7}", value):
        entry.doubts.append(_pmid_doubt(value))
        entry.fields |= {"kind": "manual", "manual": raw}
    else:
        entry.fields[name] = value
    return entry


def _of_line(line):
    fields, doubtful = lines.fields_of(line)
    entry = Entry(raw=line[:300], fields=fields)
    if len(line) > lines.LONGEST:
        entry.doubts.append(_("The line was too long and was cut."))
    if "isbn" in doubtful:
        entry.doubts.append(_isbn_doubt(doubtful["isbn"]))
    if "pmid" in doubtful:
        entry.doubts.append(_pmid_doubt(doubtful["pmid"]))
    return entry


def _pmid_doubt(value):
    return _("PMID %s cannot be right: it is a number of up to eight digits.") % value


def _isbn_doubt(value):
    return _("ISBN %s cannot be right: its check digit does not fit. Compare it with the book.") % value


def fitted(entry):
    """Return the entry with values a Reference takes; what had to be changed is said in its doubts."""
    fields = {name: str(value) for name, value in entry.fields.items() if name in FIELDS and value}
    if len(fields.get("isbn", "")) > LENGTHS["isbn"]:
        fields["isbn"] = identifiers.isbn_digits(fields["isbn"])
    for name in DAYS:
        if name in fields and _day(fields[name]) is None:
            del fields[name]
    cut = [name for name, most in LENGTHS.items() if len(fields.get(name, "")) > most]
    for name in cut:
        fields[name] = (
            fields[name][: LENGTHS[name]] if name not in ("url", "doi", "isbn", "pmid", "pmcid") else ""
        )
    if cut:
        entry.doubts.append(_("A part was too long and was cut. Compare it with the source."))
    if url := fields.get("url"):
        try:
            URLValidator(["http", "https"])(url)
        except ValidationError:
            del fields["url"]
            entry.doubts.append(_("The address “%s” cannot be one and was left out.") % url[:80])
    if (doi := fields.get("doi")) and not identifiers.usual_doi(doi):
        entry.doubts.append(_("The DOI %s has an unusual form. Compare it with the source.") % doi)
    entry.fields = {name: value for name, value in fields.items() if value}
    return entry


def _day(value):
    if hasattr(value, "isoformat"):
        return value
    try:
        return parse_date(value) if value else None
    except ValueError:
        return None
