"""What office programs and publishing tools write into HTML instead of its own elements: lists, notes and comments.

Word's clipboard marks list lines with ``mso-list:l0 level2 lfo1`` and an ignored span for the number, notes with ``_ftn1``
and comments with ``_com_1``. Notes become what mammoth makes of Word's: a link to ``#footnote-1`` and a list with that id.
"""

import re
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from articles.importing.remarks import ANCHOR, Remark
from articles.importing.report import snippet


_LEVEL = re.compile(r"mso-list\s*:\s*l(\d+)\s+level(\d)", re.IGNORECASE)
_IGNORED = re.compile(r"mso-list\s*:\s*Ignore", re.IGNORECASE)
_NUMBER = re.compile(r"^[(（]?(?:\d{1,3}|[a-zA-Z]{1,4}|[一二三四五六七八九十]{1,3})[)）.．、]?$")
_NOTE_DIV = re.compile(r"^_?(ftn|edn)(\d{1,4})$")
_COMMENT = re.compile(r"^_com_(\d{1,4})$")
_SHORT_MARK = re.compile(r"^[\[［(（]?(?:\d{1,3}|[*†‡①-⑳])[\]］)）]?$")


def tidy(source, report):
    """Rewrite the tree of ``source`` in place; comments go to ``source.remarks``."""
    body = source.body
    _comments(body, source)
    _word_notes(body)
    _linked_notes(body)
    _tracked(body, report)
    for parent in list(body.iter()):
        if any(_level(child) for child in parent):
            _lists(parent)
    source.inventory.notes = [
        _words(item) for item in body.iter("li") if (item.get("id") or "").startswith("footnote-")
    ]
    source.inventory.notes_in_lines = True
    source.inventory.comments = [remark.text for remark in source.remarks.values()]


def _words(element):
    return " ".join("".join(element.itertext()).split())


def _parents(body):
    return {child: parent for parent in body.iter() for child in parent}


def _take_out(element, parents):
    """Remove an element; the text behind it stays."""
    parent = parents.get(element)
    if parent is None:
        return
    place = list(parent).index(element)
    if element.tail:
        if place:
            before = parent[place - 1]
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
    parent.remove(element)


# --- Lists -----------------------------------------------------------------------------------------


def _level(element):
    if element.tag != "p":
        return 0
    found = _LEVEL.search(element.get("style") or "")
    return int(found[2]) if found else 0


def _lists(parent):
    """Turn rows of list paragraphs below ``parent`` into nested lists."""
    kept, stack = [], []  # stack: [(level, list element)]
    for child in list(parent):
        level = _level(child)
        if not level:
            kept.append(child)
            if isinstance(child.tag, str):
                stack = []
            continue
        ordered = _cut_marker(child)
        while stack and stack[-1][0] > level:
            stack.pop()
        if not stack or stack[-1][0] < level:
            new = Element("ol" if ordered else "ul")
            new.tail = child.tail
            if stack and len(stack[-1][1]):
                stack[-1][1][-1].append(new)
            else:
                kept.append(new)
            stack.append((level, new))
        item = Element("li")
        item.text, item[:] = child.text, list(child)
        stack[-1][1].append(item)
    parent[:] = kept


def _cut_marker(paragraph):
    """Take the typed number or dot out of a list paragraph; returns whether it counts."""
    parents = _parents(paragraph)
    for span in list(paragraph.iter("span")):
        if _IGNORED.search(span.get("style") or ""):
            marker = _words(span)
            _take_out(span, parents)
            return bool(_NUMBER.match(marker))
    return False


# --- Notes and comments ------------------------------------------------------------------------------


def _word_notes(body):
    """Turn Word's note paragraphs into a list of notes."""
    parents, notes = _parents(body), []
    for division in [element for element in body.iter("div") if _NOTE_DIV.match(element.get("id") or "")]:
        kind, number = _NOTE_DIV.match(division.get("id")).groups()
        for link in [
            link for link in division.iter("a") if (link.get("href") or "").find("_" + kind + "ref") >= 0
        ]:
            _take_out(link, _parents(division))
        item = Element("li", {"id": _note_name(kind, number)})
        item.text, item[:] = division.text, list(division)
        notes.append(item)
        _take_out(division, parents)
    for link in body.iter("a"):
        found = re.match(r"^.*#_(ftn|edn)(\d{1,4})$", link.get("href") or "")
        if found:
            link.set("href", f"#{_note_name(*found.groups())}")
    _append(body, notes)


def _note_name(kind, number):
    return f"footnote-{'e' if kind == 'edn' else ''}{number}"


def _append(body, notes):
    if notes:
        listed = Element("ol")
        listed.extend(notes)
        body.append(listed)


def _linked_notes(body):
    """Know the notes of other tools: short raised links to list items or paragraphs further down."""
    targets = {
        element.get("id"): element
        for element in body.iter()
        if element.get("id") and element.tag in ("li", "p", "div", "dd")
    }
    marks = {}
    for link in body.iter("a"):
        name = (link.get("href") or "")[1:]
        if (
            (link.get("href") or "").startswith("#")
            and name in targets
            and not name.startswith("footnote-")
            and _SHORT_MARK.match(_words(link))
            and len(_words(targets[name])) > len(_words(link))
        ):
            marks.setdefault(name, []).append(link)
    loose, parents = [], _parents(body)
    for number, (name, links) in enumerate(marks.items(), start=1):
        target = targets[name]
        new = f"footnote-x{number}"
        for back in [
            one
            for one in target.iter("a")
            if (one.get("href") or "").startswith("#") and len(_words(one)) <= 3
        ]:
            _take_out(back, _parents(target))
        for link in links:
            link.set("href", f"#{new}")
        if target.tag == "li":
            target.set("id", new)
        else:
            item = Element("li", {"id": new})
            item.text, item[:] = target.text, list(target)
            _take_out(target, parents)
            loose.append(item)
    _append(body, loose)


def _comments(body, source):
    """Take Word's comments out of the page and leave an anchor where each stood."""
    parents = _parents(body)
    for division in [e for e in body.iter() if _COMMENT.match(e.get("id") or "")]:
        number = _COMMENT.match(division.get("id"))[1]
        for link in list(division.iter("a")):
            _take_out(link, _parents(division))
        if text := _words(division):
            source.remarks[number] = Remark(_("an unnamed person"), "", text)
        _take_out(division, parents)
    for link in body.iter("a"):
        found = re.match(r"^.*#_msocom_(\d{1,4})$", link.get("href") or "")
        if found:
            link.attrib.clear()
            link.set("id", f"{ANCHOR}{found[1]}")
            link.text, link[:] = "", []


def _tracked(body, report):
    """Accept Word's tracked changes, which are ``ins`` and ``del`` with a date."""
    parents = _parents(body)
    for change in [e for e in body.iter() if e.tag in ("ins", "del") and e.get("datetime")]:
        report.changed(
            "tracked",
            _("Tracked changes were taken as accepted. Check the text against the author's last version"),
            snippet(_words(change)),
        )
        if change.tag == "del":
            _take_out(change, parents)
