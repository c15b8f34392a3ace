"""Telling labels that were left in English from names that are spelled in Latin letters everywhere."""

import re
from functools import cache
from html import unescape
from html.parser import HTMLParser

from articles.checks import lists


# Words in Latin letters that may stand on a Chinese screen, and why.
ALLOWED = {
    "abbreviations that Chinese texts use as they are": (
        "SEO URL HTML RSS Atom DOI PMID ISBN ICP AI ID IP API CSV XLSX TSV PDF MB KB GB PNG JPEG JPG GIF WebP WEBP AVIF "
        "HEIC HEIF BMP TIF TIFF CMYK JSON DOCX PMCID RIS BibTeX QR PIN"
    ),
    "abbreviations of the glossary's starter list": (
        "HTN BP SBP DBP mmHg ABPM HR AF AMI TIA CHOL LDL HDL TG GLU DM BMI ECG EKG Holter BASS ADR AEFI HPV PCV PPV OTC "
        "NSAID NSAIDs HbA BPPV COPD CT MRI"
    ),
    "bodies behind health days": "WABA GINA UICC ICN ISN IAPB WHO IDF ADI IASP IOF GOLD",
    "services and styles of references": "PubMed Crossref Open Library NoteExpress Vancouver APA GB",
    "names of products": "Word WPS Markdown Wagtail JavaScript WeChat",
    "what stands on the key": "Ctrl Cmd Shift Alt Enter Esc Tab",
    "the name of a quality mark": "PIF TICK",
    "a language names itself": "English",
    "what WeChat calls it in its own records": "rid media_id AppSecret openid Openid",
    "a substance, in the sample of every block": "Chlorhexidine digluconate",
}
WORDS = {word for words in ALLOWED.values() for word in words.split()}
SHAPES = {
    "an address": r"https?://\S+|(?:[\w-]+\.)+(?:com|cn|org)(?:/\S*)?",
    "a mail address": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*",
    "a file or its ending": r"[\w./-]+\.(?:jpe?g|png|gif|webp|docx?|md|html?|svg)\b|(?<!\w)\.(?:docx|md|html|ics)\b",
    "a path": r"/[a-z0-9][\w/.-]*",
    "a fingerprint": r"\b[0-9a-f]{8,}\b",
    "the mark of a regular expression": r"\bre:",
    "the code of a wording rule": rf"\b(?:{'|'.join(rule['code'] for rule in lists.rows())})\b",
    "the scheme of a fingerprint or a checklist": r"\b(?:xinglin|author|editor|physician|co_reviewer|office|leader)/\d+\b",
    "a colour": r"#[0-9A-Fa-f]{6}\b|#RRGGBB",
    "a setting, for administrators": r"\bWECHAT_[A-Z_]+|\b[A-Z]+_URL\b|\bOUTBOUND_PROXY\b",
    "a command or a service, for administrators": r"\bmanage\.py [a-z_]+|\bverify_approvals\b|\bxinglin-[a-z]+\b",
    "an account of WeChat": r"\bwx[0-9a-f]{16}\b",
    "the kind of a cited work (GB/T 7714)": r"\[[A-Z]+(?:/[A-Z]+)?\]",
    "a kind of sound file": r"\bMP3\b|\bM4A\b",
    "from A to Z": r"\b[A-Z]\b",
}
_SHAPES = re.compile("|".join(f"(?:{shape})" for shape in SHAPES.values()))
_WORD = re.compile(r"[A-Za-z][A-Za-z_'’]+")


@cache  # Most screens share most of their words.
def foreign_words(text, names=()):
    """Return the Latin words of ``text`` that nothing excuses; ``names`` are those of this test's world."""
    if not _WORD.search(text):
        return []
    # Shapes first: a name may stand inside an address.
    text = _SHAPES.sub(" ", text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return [word for word in _WORD.findall(_SHAPES.sub(" ", text)) if word not in WORDS]


# Who is in the tests' world, and where.
NAMES = ("librarian", "physician", "chief", "admin", "root", "localhost")
# No catalogue reaches them: a button hidden from sight in the middle of Wagtail's home.html and header.html, and one
# of its calendar that is never shown.
HARD_CODED = {"Search", "Save Selected"}


class _Labels(HTMLParser):
    SPOKEN = ("aria-label", "aria-description", "placeholder", "title", "alt", "data-w-tooltip-content-value")
    SILENT = ("script", "style", "svg", "code", "pre", "textarea")
    VOID = (
        "input",
        "img",
        "br",
        "hr",
        "meta",
        "link",
        "source",
        "col",
        "wbr",
        "area",
        "base",
        "embed",
        "track",
    )

    def __init__(self):
        super().__init__()
        self.found = []
        self._open = []
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        attrs = {key: value or "" for key, value in attrs}
        if tag not in self.VOID:
            self._open.append(tag)
            if self._silent or tag in self.SILENT or "hidden" in attrs:
                self._silent += 1
        if self._silent:
            return
        self.found += [attrs[name] for name in self.SPOKEN if attrs.get(name)]
        if tag == "input" and attrs.get("type") in ("submit", "button", "reset"):
            self.found.append(attrs.get("value", ""))
        if tag in ("option", "optgroup") and attrs.get("label"):
            self.found.append(attrs["label"])

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in self._open:
            return
        # Tags that nobody closed end with the one around them.
        while True:
            closed = self._open.pop()
            self._silent = max(0, self._silent - 1)
            if closed == tag:
                break

    def handle_data(self, data):
        if not self._silent:
            self.found.append(data)


def labels(html):
    """Return what a person sees or hears on the page ``html``."""
    parser = _Labels()
    parser.feed(html)
    return [" ".join(text.split()) for text in parser.found if text.strip()]


def addresses(html):
    """Return what looks like a path in quotation marks: links, and what scripts fetch (the side menu is made of those)."""
    return [
        unescape(found)
        for found in re.findall(r"""(?:"|'|&quot;)(/[^\s"'<>\\&]+(?:&amp;[^\s"'<>\\&]+)*)""", html)
    ]


def english(html):
    """Return the labels of ``html`` that hold English."""
    return sorted({text for text in labels(html) if text not in HARD_CODED and foreign_words(text, NAMES)})


def assert_chinese(screens):
    """Fail with one line a screen; ``screens`` maps an address to its English labels."""
    found = [f"{address}: {' | '.join(words)}" for address, words in screens.items() if words]
    assert not found, "English on our screens:\n" + "\n".join(found)
