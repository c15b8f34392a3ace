"""References printed after GB/T 7714-2025 (in force 2026-07-01) or 2015.

2025: names keep their case and may be written out; ，：；（ ）are full-width, . / - and brackets half-width. 2015: half-width
marks, family names in capitals with initials. In both: at most three authors, then 等 or et al., the first edition is
not named, and the day of reading stands with what was read on the web only. A printed line enters the digest of
the text, so a change here changes drafts, never what was signed.
"""

import re

from articles.citing.identifiers import bare_doi, validate_isbn, validate_pmid


__all__ = ["author_line", "bare_doi", "has_han", "printed", "validate_isbn", "validate_pmid"]

_HAN = re.compile(r"[\u3400-\u9fff]")
# A name with one of these words belongs to a body, which is printed as it writes itself.
_BODY = re.compile(
    r"\b(?:academy|administration|agency|alliance|association|authority|board|bureau|cent(?:er|re)s?|collaborat(?:ion|ors|ive)|"
    r"college|commission|committee|consortium|corporation|council|department|federation|foundation|fund|group|hospital|"
    r"initiative|institutes?|international|investigators|library|ministry|national|network|office|organi[sz]ation|panel|"
    r"programme|program|project|research|school|service|society|task force|team|trial|trialists|union|university|and|of|for|"
    r"on|the|in)\b|&",
    re.IGNORECASE,
)
_PARTICLE = re.compile(
    r"(?:van|von|de|der|den|del|della|di|da|dos|du|la|le|ten|ter|zu|al|el|bin|ibn)", re.IGNORECASE
)
_INITIALS = re.compile(r"[A-Z](?:\.?-?[A-Z]){0,2}\.?")


def printed(reference, style="2025"):
    """Return the printed line of ``reference`` (any object with the fields of ``articles.models.Reference``).

    ``style``: "2025" or "2015" (articles.choices.CitationStyle).
    """
    if reference.kind == "manual":
        return " ".join(reference.manual.split())
    return _Line(reference, str(style)).text()


def has_han(text):
    """True when ``text`` holds a Chinese character; decides between 等 and et al."""
    return bool(_HAN.search(text))


def author_line(authors, title="", style="2025"):
    """Return up to three of ``authors`` (one a line), with 等 or et al. when there are more."""
    names = [" ".join(name.split()) for name in authors.splitlines() if name.strip()]
    if not names:
        return ""
    comma = "，" if style == "2025" else ", "
    line = comma.join(author(name, style) for name in names[:3])
    if len(names) > 3:
        line += f"{comma}等" if has_han("".join(names)) else f"{comma}et al"
    return line.rstrip(".")


def author(name, style="2025"):
    """Return one author as printed: bodies and Chinese names as they are, Latin names family name first."""
    if has_han(name):
        return name
    family, given = name_parts(name)
    if not given:
        return name
    if style == "2015":
        initials = [letter for word in re.split(r"[\s.-]+", given) for letter in _initials(word)]
        return f"{family.upper()} {' '.join(initials)}"
    words = [_spaced(word) for word in given.replace(".", " ").split()]
    return f"{family} {' '.join(words)}"


def name_parts(name):
    """Family and given names of a Latin person; ("", "") for a body or a single word."""
    if "," in name:
        family, _comma, given = name.partition(",")
        return (family.strip(), given.strip()) if given.strip() and not _BODY.search(family) else ("", "")
    words = name.split()
    if len(words) < 2 or _BODY.search(name) or re.search(r"\d", name):
        return "", ""
    cut = len(words)
    while cut > 1 and _INITIALS.fullmatch(words[cut - 1]):
        cut -= 1
    if cut == len(words):
        cut = 1
        while cut < len(words) - 1 and _PARTICLE.fullmatch(words[cut - 1]):
            cut += 1
        if len(words) - cut > 2:  # four words and no initials: hardly a person
            return "", ""
    return " ".join(words[:cut]), " ".join(words[cut:])


def _initials(word):
    return list(word) if re.fullmatch(r"[A-Z]{1,3}", word) else [word[0].upper()] if word else []


def _spaced(word):
    return " ".join(word) if re.fullmatch(r"[A-Z]{2,3}", word) else word


def edition(text, chinese):
    """Return an edition as printed: 9 版, 9th ed; "" for the first; other wordings as they are."""
    text = " ".join(text.split()).rstrip(".。")
    found = re.fullmatch(
        r"(?:第\s*)?(\d{1,3})\s*(?:版|st|nd|rd|th)?(?:\s*(?:ed(?:ition)?|edn)\.?)?", text, re.IGNORECASE
    )
    if not found:
        return text
    number = int(found[1])
    if number == 1:
        return ""
    if chinese:
        return f"{number} 版"
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending} ed"


class _Line:
    """Puts one reference together. What stands inside a part (a journal's own brackets) stays as it is."""

    def __init__(self, reference, style):
        self.reference = reference
        self.style = style
        self.old = style == "2015"
        self.comma, self.colon = (", ", ": ") if self.old else ("，", "：")
        self.chinese = has_han(self._get("title") + self._get("container"))

    def text(self):
        return getattr(self, f"_{self.reference.kind}")()

    def _get(self, name):
        return " ".join((getattr(self.reference, name, "") or "").split())

    def _joined(self, mark, *parts):
        return mark.join(part for part in parts if part)

    def _bracketed(self, text):
        return (f"({text})" if self.old else f"（{text}）") if text else ""

    def _lead(self, mark, after=""):
        authors = author_line(
            self.reference.authors or getattr(self.reference, "editors", ""), style=self.style
        )
        title = self._get("title").rstrip(".。") + after + f"[{mark}]"
        return f"{authors}. {title}" if authors else title

    def _mark(self, mark):
        return f"{mark}/OL" if self._get("url") else mark

    def _ended(self, *parts):
        """Parts as sentences, then the day of reading, address and DOI."""
        line = " ".join(f"{part}." for part in parts if part)
        return f"{line}{self._tail()}"

    def _tail(self):
        """Address and DOI, as far as known. A DOI printed inside the address is not printed twice."""
        url, doi = self._get("url"), self._get("doi")
        colon = ":" if self.old else "："
        parts = [f" {url}."] if url else []
        if doi and doi.lower() not in url.lower():
            parts.append(f" DOI{colon}{doi}.")
        return "".join(parts)

    def _read_on(self):
        accessed = getattr(self.reference, "accessed", None)
        return f"[{accessed.isoformat()}]" if accessed and self._get("url") else ""

    def _day(self):
        published = getattr(self.reference, "published", None)
        return published.isoformat() if published else self._get("year")

    def _dated(self):
        return self._bracketed(self._day())

    def _imprint(self):
        """Place：publisher，year：pages, with the day of reading."""
        house = self._joined(self.colon, self._get("place"), self._get("publisher"))
        text = self._joined(
            self.colon, self._joined(self.comma, house, self._get("year")), self._get("pages")
        )
        return text + self._read_on()

    def _edition(self):
        text = edition(self._get("edition"), self.chinese)
        return text.replace(" 版", "版") if self.old else text

    def _journal(self):
        text = self._joined(self.comma, self._get("container"), self._get("year"), self._get("volume"))
        text = self._joined(self.colon, text + self._bracketed(self._get("issue")), self._get("pages"))
        return self._ended(self._lead(self._mark("J")), text + self._read_on())

    def _newspaper(self):
        text = self._joined(self.comma, self._get("container"), self._day())
        text += self._bracketed(self._get("pages"))
        return self._ended(self._lead(self._mark("N")), text + self._read_on())

    def _book(self):
        return self._ended(self._lead(self._mark("M")), self._edition(), self._imprint())

    def _thesis(self):
        return self._ended(self._lead(self._mark("D")), self._imprint())

    def _chapter(self, mark="M"):
        editors = author_line(getattr(self.reference, "editors", "") or "", style=self.style)
        whole = self._get("container").rstrip(".。")
        authors = author_line(self.reference.authors, style=self.style)
        title = f"{self._get('title').rstrip('.。')}[{self._mark(mark)}]"
        lead = f"{authors}. {title}" if authors else title
        if whole:
            lead += f"//{editors}. {whole}" if editors else f"//{whole}"
        return self._ended(lead, self._edition(), self._imprint())

    def _conference(self):
        return self._chapter("C")

    def _standard(self):
        number, title = self._get("number"), self._get("title").rstrip(".。")
        mark = self._mark("S")
        if self.old:
            lead = self._lead(mark, f": {number}" if number else "")
        else:
            lead = " ".join(part for part in (number, title) if part) + f"[{mark}]"
        return self._ended(lead, self._imprint())

    def _patent(self):
        number = self._get("number")
        day = self._day() + self._read_on()
        return self._ended(self._lead(self._mark("P"), f"{self.colon}{number}" if number else ""), day)

    def _report(self):
        if self._get("url"):
            return self._on_the_web("R/OL")
        return self._ended(self._lead("R"), self._imprint())

    def _dataset(self):
        if self._get("url") or self._get("doi"):
            return self._on_the_web("DS/OL")
        return self._ended(self._lead("DS"), self._imprint())

    def _preprint(self):
        # A kind of its own since 2025 (PP); 2015 knows none, and editors print it as an electronic bulletin.
        return self._on_the_web("EB/OL" if self.old else "PP/OL")

    def _web(self):
        return self._on_the_web("EB/OL")

    def _on_the_web(self, mark):
        source = self._get("container") or self._joined(
            self.colon, self._get("place"), self._get("publisher")
        )
        return self._ended(self._lead(mark), source, f"{self._dated()}{self._read_on()}")
