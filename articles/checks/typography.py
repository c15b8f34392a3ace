"""Typography of Chinese web text: suggestions only (GB/T 15834-2011 punctuation, GB/T 15835-2011 numerals, W3C CLREQ)."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from articles.checks.finding import INFO


MOST = 3  # findings of one kind; the first few show what is meant

_H = r"[\u3400-\u9fff]"
RULES = (
    ("half_width", rf"(?<={_H})[,;?!]|(?<={_H}):(?![\d/])|[,;?!](?={_H})", gettext_noop("half-width “%(words)s” in a Chinese sentence."), gettext_noop("Write ，；：？！ in full width.")),
    ("brackets", rf"\((?=[^()\n]{{0,30}}{_H})[^()\n]{{1,60}}\)", gettext_noop("half-width brackets: “%(words)s”."), gettext_noop("Write （ and ） around Chinese words.")),
    ("repeated", r"！{2,}|？{2,}|。{2,}|，{2,}|!{2,}|\?{2,}", gettext_noop("“%(words)s”: a mark is repeated."), gettext_noop("One mark is enough.")),
    ("ellipsis", r"(?<!\.)\.{3,}(?!\.)|(?<!…)…(?!…)|(?<!。)。{3,}", gettext_noop("“%(words)s” stands for an ellipsis."), gettext_noop("Write ……")),
    ("space", rf"(?<={_H})[ \t]+(?=[，。；：？！、）》”])|(?<=[，。；：？！、（《“])[ \t]+(?={_H})|(?<={_H}) +(?={_H})", gettext_noop("a blank that does not belong there."), gettext_noop("Take it out.")),
    ("quotes", rf'"[^"\n]{{0,40}}{_H}[^"\n]{{0,40}}"|「[^」\n]{{1,60}}」', gettext_noop("“%(words)s”: quotation marks of another kind."), gettext_noop("Write “ and ”.")),
    ("wide_digits", r"[０-９Ａ-Ｚａ-ｚ]+", gettext_noop("full-width letters or digits: “%(words)s”."), gettext_noop("Write them in half width.")),
    ("unit_space", r"\d\s+[℃%°％]", gettext_noop("“%(words)s”: a blank before the sign."), gettext_noop("Write it without: 37℃, 20%.")),
    ("range", r"(?<![\d\-/.])\d{1,4}(?:\.\d+)?(?:--|——|~|－)\d{1,4}(?![\d\-])", gettext_noop("“%(words)s”: a range with another sign."), gettext_noop("Write 3～5.")),
    ("numerals", r"[一二三四五六七八九十百]{2,6}(?:毫升|毫克|毫米汞柱|厘米|毫米|千克|公斤|毫摩尔)", gettext_noop("“%(words)s”: a measure in Chinese numerals."), gettext_noop("Write measures with Arabic numerals.")),
)  # fmt: skip
_COMPILED = tuple((name, re.compile(pattern), message, hint) for name, pattern, message, hint in RULES)


def found(reading):
    """Yield suggestions, the first few of each kind; nothing is ever changed in the text."""
    counts = {}
    # The raw text for some: full-width digits are folded away in the other.
    known = [one for one in _COMPILED if one[0] == "wide_digits" or one[1].search(reading.whole)]
    for passage in reading.passages:
        if passage.part in ("attribution", "alt"):
            continue
        for name, pattern, message, hint in known:
            if counts.get(name, 0) >= MOST:
                continue
            text = passage.raw if name == "wide_digits" else passage.folded
            for match in pattern.finditer(text):
                counts[name] = counts.get(name, 0) + 1
                if counts[name] > MOST:
                    break
                yield passage.finding(
                    f"typography.{name}", INFO, *match.span(), _(message), _(hint), technical=True
                )
