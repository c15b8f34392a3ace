"""Findings on references and citations. Codes begin with ``evidence.``; rules are functions of (snapshot, page).

Five years: our own measure of how long a source counts as current without a word of reason.
"""

import re

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.citing.lines import fields_of
from articles.findings import INFO, STOP, WARN, Finding, block_anchor, field_anchor, located
from articles.html import plain_text


OLD_AFTER = 5  # years
MOST_CLAIMS = 8  # shown one by one; the rest as a number
_MARK = re.compile(r"\[\[cite\]\]")
_CITATION = re.compile(r"<sup>\[\d{1,3}(?:[,-]\d{1,3})*\]</sup>")
_STORED = re.compile(r"data-cite=[\"']([^\"']*)[\"']")
_TIED = re.compile(r"<span\b[^>]*data-cite=[^>]*>.*?</span>", re.DOTALL)
# [7], ［7－9］, 〔3〕: a number that somebody typed, raised or not.
_TYPED = re.compile(r"[\[［【〔]\s*\d{1,3}(?:\s*[,，、\-–—－~～]\s*\d{1,3})*\s*[\]］】〕]")
# A citation behind the stop belongs to the sentence before it.
_SENTENCE = re.compile(r"[^。！？；!?;]*(?:[。！？；!?;]+(?:\s*\[\[cite\]\])*|$)")
# What a reader may ask the proof of: a share, a risk, a dose, a measured value, or an appeal to evidence.
_CLAIM = re.compile(
    r"\d(?:[\d.,]*\d)?\s*(?:[-–—~～至到]\s*\d[\d.]*\s*)?(?:%|％|‰|倍|mmHg|毫米汞柱|mmol/L|毫摩尔|mg/dL|mg(?![A-Za-z])|毫克|μg|微克|IU\b|国际单位|"
    r"kg/m|千克/|克/[天日]|毫升|mL(?![A-Za-z])|万人|亿人)|百分之[一二三四五六七八九十百\d]|[一二三四五六七八九十]成(?:的|患者|人)"
    r"|(?:研究|试验|荟萃分析|Meta分析|调查|数据|证据)(?:表明|显示|发现|证实|证明|提示)|指南(?:推荐|建议|指出)|共识(?:推荐|建议|指出)",
    re.IGNORECASE,
)


def rule(snapshot, page):
    """Yield what is to be said about the references of ``page`` and the citations in its text."""
    references = list(page.references.all())
    yield from about_references(references, timezone.localdate(), retracted=_known_retracted(references))
    yield from about_citations(snapshot, page, references)


def about_references(references, today, retracted=()):
    """Yield findings on single references; ``retracted``: DOIs and PMIDs that a look-up called retracted."""
    for place, one in enumerate(references):
        title = (one.title or one.manual).strip()[:40]
        where = _("Reference %d") % (place + 1)
        anchor = field_anchor(f"references-{place}-kind")
        if (
            one.retracted
            or (one.doi and one.doi.lower() in retracted)
            or (one.pmid and one.pmid in retracted)
        ):
            yield Finding(
                "evidence.retracted",
                STOP,
                where,
                _("“%s” has been retracted.") % title,
                _("Remove it, and check what the text took from it."),
                anchor=anchor,
            )
        year = year_of(one)
        if year and year < today.year - OLD_AFTER and not one.still_valid.strip():
            yield Finding(
                "evidence.old",
                WARN,
                where,
                _("“%(title)s” is of %(year)d, more than five years old.") % {"title": title, "year": year},
                _("Look for a newer one, or write why it still holds."),
                anchor=anchor,
            )
        if one.unreachable_since:
            yield Finding(
                "evidence.unreachable",
                WARN,
                where,
                _("the address of “%(title)s” has not answered since %(day)s.")
                % {"title": title, "day": timezone.localtime(one.unreachable_since).date().isoformat()},
                _("Correct the address, or cite a source that can be reached."),
                anchor=anchor,
            )


def about_citations(snapshot, page, references):
    """Yield findings on citations: none at all, to nothing, of nothing, and claims without one."""
    used = cited_keys(page)
    known = {one.key for one in references}
    for block_id, lost in used.items():
        if lost - known:
            yield Finding(
                "evidence.dangling",
                WARN,
                _("Body"),
                _("a citation points to a reference that was removed."),
                _("Cite another reference, or remove the citation; readers would not see it."),
                anchor=block_anchor(block_id),
            )
    for block_id, marks in typed_marks(page).items():
        yield Finding(
            "evidence.typed",
            WARN,
            _("Body"),
            _("%s was typed by hand: it does not follow when references are moved.") % "、".join(marks[:5]),
            _("Delete it, press [1] in the toolbar and choose the reference."),
            anchor=block_anchor(block_id),
        )
    claims = list(_claims(snapshot, page))
    if not any(keys & known for keys in used.values()):
        if claims and references:
            yield Finding(
                "evidence.no_citations",
                INFO,
                _("Body"),
                ngettext(
                    "%d sentence gives figures or appeals to evidence, but the text cites no reference.",
                    "%d sentences give figures or appeal to evidence, but the text cites no reference.",
                    len(claims),
                )
                % len(claims),
                _("Select the end of the sentence and press [1], or type / there, to cite."),
                anchor=block_anchor(claims[0][1]),
            )
        return
    cited = set().union(*used.values())
    for place, one in enumerate(references):
        if one.key not in cited:
            yield Finding(
                "evidence.uncited",
                INFO,
                _("Reference %d") % (place + 1),
                _("“%s” is cited nowhere in the text.") % (one.title or one.manual).strip()[:40],
                _("Cite it where it proves something, or remove it."),
                anchor=field_anchor(f"references-{place}-kind"),
            )
    for heading, block_id, sentence in claims[:MOST_CLAIMS]:
        yield Finding(
            "evidence.claim",
            WARN,
            heading,
            _("“%s” gives a figure or appeals to evidence without citing a reference.") % sentence[:30],
            _("Cite the reference that proves it, or say it without the figure."),
            anchor=block_anchor(block_id),
        )
    if (more := len(claims) - MOST_CLAIMS) and more > 0:
        yield Finding(
            "evidence.claims",
            INFO,
            _("Body"),
            ngettext("%d more sentence like these.", "%d more sentences like these.", more) % more,
            anchor=block_anchor(claims[MOST_CLAIMS][1]),
        )


def year_of(reference):
    """Return the year of publication as a number, or None; of a line typed by hand the one that can be read in it."""
    if reference.published:
        return reference.published.year
    text = reference.year or ""
    if reference.kind == "manual" and not text:
        text = fields_of(reference.manual)[0].get("year", "")
    found = re.search(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d)", text)
    return int(found[0]) if found else None


def cited_keys(page):
    """Return {id of the block: set of keys} of the citations stored in the body of ``page``."""
    found = {}
    for child in page.body:
        keys = {
            key
            for source in _sources(child.value)
            for text in _STORED.findall(source)
            for key in text.split()
        }
        if keys:
            found.setdefault(child.id or "", set()).update(keys)
    return found


def typed_marks(page):
    """Return {id of the block: [marks]} of the numbers in brackets that are tied to no reference."""
    found = {}
    for child in page.body:
        marks = [
            mark
            for source in _sources(child.value)
            for mark in _TYPED.findall(plain_text(_TIED.sub("", source)))
        ]
        if marks:
            found[child.id or ""] = list(dict.fromkeys(marks))
    return found


def _sources(value):
    if hasattr(value, "source"):
        return [value.source or ""]
    if hasattr(value, "values"):
        value = value.values()
    elif isinstance(value, str) or not hasattr(value, "__iter__"):
        return []
    return [source for one in value for source in _sources(one)]


def _claims(snapshot, page):
    """Yield (heading, id of the block, sentence) of each claim that has no citation in or right behind it."""
    for heading, block_id, block in located(snapshot, page):
        if block["type"] == "heading":
            continue
        for html in _rich_texts(block):
            for sentence in claims_in(html):
                yield heading, block_id, sentence


def claims_in(html):
    """Return the sentences in canonical ``html`` that claim something measurable without a citation."""
    marked = _CITATION.sub("[[cite]]", html)
    found = []
    for paragraph in re.split(r"</(?:p|li)>|<br ?/?>", marked):
        for match in _SENTENCE.finditer(plain_text(paragraph)):
            sentence = match[0].strip()
            if sentence and _CLAIM.search(sentence) and not _MARK.search(sentence):
                found.append(sentence)
    return found


def _rich_texts(block):
    value = block["value"]
    return {
        "paragraph": lambda: [value["html"]],
        "steps": lambda: value["steps"],
        "care_card": list,  # values at which to act are repeated there from the text
        "question_answer": lambda: [value["answer"]],
    }.get(block["type"], list)()


def _known_retracted(references):
    if not any(one.doi or one.pmid for one in references):
        return set()
    from articles.citing.lookups import known_retracted

    return known_retracted(references)
