"""From a row of pieces to an article's fields and blocks: conservative, and everything recognised is named."""

import re
from pathlib import PurePath

from django.utils.translation import gettext as _

from articles.importing import cites, notes, phrases, remarks
from articles.importing.blocks import CAPTION_LENGTH, HEADING_LENGTH, Blocks, escaped
from articles.importing.draft import Draft
from articles.importing.pieces import Figure, Heading, Item, Items, Table, Text
from articles.importing.references import reference, starts_numbered, typed_number
from articles.importing.report import snippet


# As in articles.blocks and articles.models: what is longer stays ordinary text.
TITLE_LENGTH = 255
SUMMARY_LENGTH = 120
KEY_MESSAGE_LENGTH = 200
NAME_LENGTH = 60
LEAD_PARAGRAPHS = 12  # labels such as 作者： are looked for this far from the top
TYPED_HEADING_LENGTH = 30

_SENTENCE_END = "。！？；，、.!?;,"
_TYPED_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}、\S")
_TYPED_SUBSECTION = re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]\S")
_TYPED_NUMBER = re.compile(r"(?P<number>\d{1,2})\s*(?:[、．]|\.(?!\d))\s*")
_TYPED_BULLET = re.compile(r"[•●▪■◆·‧∙○►➢✓√]\s*")
_FIRST_LINK = re.compile(r'<a href="([^"]+)">')
_TABLE_HEAD = re.compile(r"^(?:序号|编号|No\.?)?\s*(?:参考文献|文献|来源|出处|references?)$", re.IGNORECASE)
_UNFINISHED = re.compile(r"[^.。．]$")
_GOES_ON = re.compile(r"https?://|10\.\d{4}|DOI|PMID|\d{4}[,，;；]|[a-z]", re.IGNORECASE)


def recognise(pieces, source, name, report):
    """Return the Draft of ``pieces``; ``name`` is the file's name, the title of last resort."""
    draft = Draft()
    everything = list(pieces)
    titled = any(phrases.field_of(word) == "title" and text.strip() for word, text in source.labels)
    pieces = _typed_headings(_typed_lists(pieces, report), report, titled)
    pieces = _title(pieces, source, name, draft, report)
    for word, text in source.labels:
        _apply_label(phrases.field_of(word), word, text, draft, report)
    pieces = _labels(pieces, draft, report)
    pieces = _captions(pieces, report)
    pieces, numbered = _references(pieces, draft, report)
    pieces = notes.resolve(pieces, draft, report)
    pieces = cites.tie(pieces, numbered, draft.references, report)
    blocks = Blocks(pieces, report)
    draft.body = blocks.build()
    draft.implied += blocks.implied
    remarks.keep(draft, source.remarks, left=blocks.remarks, all_pieces=everything, report=report)
    return draft


# --- What people type instead of styles -----------------------------------------------------------


def _typed_lists(pieces, report):
    """Turn rows of paragraphs that begin with 1. 2. or a dot into lists; references keep their lines."""
    result, position, references = [], 0, False
    while position < len(pieces):
        if isinstance(pieces[position], Heading) or not references:
            references = _is_reference_heading(pieces[position])
        run = [] if references else _typed_run(pieces, position)
        if len(run) < 2:
            result.append(pieces[position])
            position += 1
            continue
        ordered = bool(_TYPED_NUMBER.match(run[0].text))
        pattern = _TYPED_NUMBER if ordered else _TYPED_BULLET
        items = [Item(_cut(pattern, piece.html), _cut(pattern, piece.text)) for piece in run]
        said = [name for piece in run for name in piece.remarks]
        result.append(Items(ordered, items, place=run[0].place, remarks=said))
        report.changed("typed_list", _("Paragraphs with typed numbers or dots became a list"), run[0].place)
        position += len(run)
    return result


def _typed_run(pieces, start):
    run = []
    for piece in pieces[start:]:
        if not isinstance(piece, Text) or piece.role:
            break
        number = _TYPED_NUMBER.match(piece.text)
        wanted = number and int(number["number"]) == len(run) + 1
        bullet = _TYPED_BULLET.match(piece.text)
        same = not run or bool(_TYPED_NUMBER.match(run[0].text)) == bool(number)
        if not (wanted or bullet) or not same:
            break
        run.append(piece)
    return run


def _cut(pattern, text):
    """Remove a typed number even when emphasis begins before it."""
    tags = re.match(r"(?:<(?:strong|em)>)*", text)[0]
    return tags + pattern.sub("", text[len(tags) :], count=1)


def _typed_headings(pieces, report, titled):
    """Take short bold lines and 一、… as headings, when the file has none by style (its title apart).

    ``titled``: the title is known from elsewhere, so that the first line may be a heading.
    """
    if sum(isinstance(piece, Heading) for piece in pieces) > 1:
        return pieces
    result = []
    for number, piece in enumerate(pieces):
        level = _typed_level(piece) if number or titled else 0
        if level and number + 1 < len(pieces):
            report.changed("typed_heading", _("A short line was taken as a heading"), snippet(piece.text))
            piece = Heading(piece.text, level + 1, place=piece.place, remarks=piece.remarks)
        result.append(piece)
    return result


def _typed_level(piece):
    if (
        not isinstance(piece, Text)
        or piece.role
        or len(piece.text) > TYPED_HEADING_LENGTH
        or "\n" in piece.text
    ):
        return 0
    if piece.text[-1] in _SENTENCE_END + "：:" or phrases.labelled(piece.text):
        return 0
    if _TYPED_SUBSECTION.match(piece.text):
        return 2
    if (
        piece.bold
        or _TYPED_SECTION.match(piece.text)
        or phrases.plain(piece.text).lower() in phrases.REFERENCES
    ):
        return 1
    return 0


# --- Title and labels ------------------------------------------------------------------------------


def _title(pieces, source, name, draft, report):
    first = next(
        (number for number, piece in enumerate(pieces) if isinstance(piece, Heading) and piece.level == 1),
        None,
    )
    labelled = next(
        (text for word, text in source.labels if phrases.field_of(word) == "title" and text.strip()), ""
    )
    if labelled:
        title, code = labelled, "head"
    elif first is not None and not any(isinstance(piece, Heading) for piece in pieces[:first]):
        title, code = pieces[first].text, "heading"
    elif pieces and _looks_like_title(pieces[0]):
        first, title, code = 0, pieces[0].text, "first_line"
    elif source.title:
        first, title, code = None, source.title, "page_title"
    else:
        first, title, code = None, PurePath(name).stem, "file_name"
    if labelled and first is not None and pieces[first].text != title:
        first = None
    if first is not None:
        pieces = [*pieces[:first], *pieces[first + 1 :]]
    title = " ".join(title.split())
    if code in ("first_line", "page_title", "file_name"):
        report.changed(
            "title_guessed",
            _("The file marks no title; this was taken: %(title)s. Check it") % {"title": snippet(title)},
        )
    else:
        report.taken("title", _("Title: %(title)s") % {"title": title[:TITLE_LENGTH]})
    if len(title) > TITLE_LENGTH:
        report.changed("title_cut", _("The title was cut to %(limit)d characters") % {"limit": TITLE_LENGTH})
    draft.title = title[:TITLE_LENGTH].strip()
    return pieces


def _looks_like_title(piece):
    return (
        isinstance(piece, Text)
        and 2 <= len(piece.text) <= HEADING_LENGTH
        and "\n" not in piece.text
        and piece.text[-1] not in "。；，、.;,：:"
        and not phrases.labelled(piece.text)
    )


def _labels(pieces, draft, report):
    """Take 摘要：… 作者：… and the like from the paragraphs before the first heading."""
    result = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, Heading) or number >= LEAD_PARAGRAPHS:
            return result + pieces[number:]
        lines = piece.text.split("\n") if isinstance(piece, Text) else []
        found = [phrases.labelled(line) for line in lines]
        introduces = any(not text for labels in found for _field, _word, text in labels)
        if not lines or not all(found) or introduces:
            result.append(piece)
            continue
        kept = [
            f"{word}：{text}"
            for labels in found
            for field, word, text in labels
            if not _apply_label(field, word, text, draft, report)
        ]
        if kept:
            result.append(Text(escaped("\n".join(kept)), "\n".join(kept), place=piece.place))
    return result


def _apply_label(field, word, text, draft, report):
    """Set the field that a label names. Returns False when the words must stay in the text."""
    text = " ".join(text.split())
    if field == "title" or not text:
        return True
    if field == "left":
        report.not_taken(
            "label",
            _("“%(label)s”: who reviewed, when and where from is recorded in this system, not in the text")
            % {"label": word},
            snippet(text),
        )
        return True
    if field == "author":
        name, title = phrases.author(text)
        return _set(draft, "author_name", name, NAME_LENGTH, _("Author"), report) and (
            not title or _set(draft, "author_title", title, NAME_LENGTH, _("Author's title"), report)
        )
    if field == "department":
        draft.author_department = draft.author_department or text[:NAME_LENGTH]
    names = {
        "summary": (SUMMARY_LENGTH, _("Summary")),
        "key_message": (KEY_MESSAGE_LENGTH, _("Key message")),
        "author_title": (NAME_LENGTH, _("Author's title")),
        "department": (NAME_LENGTH, _("Department")),
    }
    if field not in names:
        report.not_taken(
            "label",
            _("“%(label)s” in the head of the file has no field here") % {"label": word},
            snippet(text),
        )
        return True
    return _set(draft, field, text, names[field][0], names[field][1], report)


def _set(draft, field, text, limit, label, report):
    if getattr(draft, field):
        report.changed(
            "label_twice",
            _("%(label)s: the file gives it twice; the second stays in the text") % {"label": label},
            snippet(text),
        )
        return False
    if len(text) > limit:
        report.changed(
            "label_long",
            _(
                "%(label)s: longer than %(limit)d characters, so it stays in the text. Shorten it and fill in the field"
            )
            % {"label": label, "limit": limit},
            snippet(text),
        )
        return False
    setattr(draft, field, text)
    report.taken(field, _("%(label)s: %(text)s") % {"label": label, "text": snippet(text)})
    return True


# --- Captions and references -------------------------------------------------------------------------


def _captions(pieces, report):
    """Give 图1 … after a picture, and 表1 … before or after a table, to what they describe."""
    result = []
    for piece in pieces:
        last = result[-1] if result else None
        if _is_caption(piece, last):
            last.caption = piece.text
            last.remarks += piece.remarks
        elif (
            isinstance(piece, Table)
            and not piece.caption
            and isinstance(last, Text)
            and phrases.caption(last.text, "表")
        ):
            piece.caption = result.pop().text
            result.append(piece)
        else:
            result.append(piece)
            continue
        report.taken("caption", _("Captions of pictures and tables"), snippet(result[-1].caption))
    return result


def _is_caption(piece, last):
    """True when ``piece`` is the caption of the picture or table ``last`` before it."""
    if not isinstance(piece, Text) or "\n" in piece.text or len(piece.text) > CAPTION_LENGTH:
        return False
    if not isinstance(last, Figure | Table) or last.caption:
        return False
    of_picture, styled = phrases.caption(piece.text, "图"), piece.role == "caption"
    return bool(of_picture or styled) if isinstance(last, Figure) else styled and not of_picture


def _references(pieces, draft, report):
    """Take the reference list. Returns (pieces, {number as typed: key of the reference})."""
    start = next(
        (number for number in range(len(pieces) - 1, -1, -1) if _is_reference_heading(pieces[number])), None
    )
    if start is None:
        return pieces, {}
    end, lines = start + 1, []
    while end < len(pieces) and _may_be_references(pieces[end]):
        lines += _reference_lines(pieces[end])
        end += 1
    if not lines:
        return pieces, {}
    lines = _joined(lines)
    draft.implied.append(pieces[start].text)
    for table in (piece for piece in pieces[start:end] if isinstance(piece, Table)):
        draft.implied += table.rows[0]
    draft.references = [reference(text, href) for text, href in lines]
    report.taken(
        "references",
        _("References: %(count)d, each as one line typed by hand") % {"count": len(lines)},
        pieces[start].place,
    )
    if any(isinstance(piece, Table) for piece in pieces[start:end]):
        report.changed("references_table", _("References were taken out of a table"), pieces[start].place)
    numbered = {}
    for place, ((text, _href), one) in enumerate(zip(lines, draft.references, strict=True), start=1):
        numbered.setdefault(typed_number(text) or place, one["key"])
    taken = [name for piece in pieces[start:end] for name in piece.remarks]
    if start and taken:
        pieces[start - 1].remarks += taken
    return [*pieces[:start], *pieces[end:]], numbered


def _may_be_references(piece):
    if isinstance(piece, Items):
        return not piece.notes
    return isinstance(piece, Text) or (isinstance(piece, Table) and _rows_of_references(piece))


def _rows_of_references(table):
    """Return [(text, "")] of a table with one reference a row, or [] when it is another table."""
    rows = [" ".join(cell for cell in row if cell.strip()) for row in table.rows]
    if rows and _TABLE_HEAD.search(rows[0]):
        rows = rows[1:]
    rows = [row for row in rows if row]
    return [(row, "") for row in rows] if rows and len(table.rows[0]) <= 2 else []


def _joined(lines):
    """Join a line to the one before when only the first lines of references are numbered."""
    if not lines or not starts_numbered(lines[0][0]):
        return lines
    joined = []
    for text, href in lines:
        if (
            joined
            and not starts_numbered(text)
            and (_UNFINISHED.search(joined[-1][0]) or _GOES_ON.match(text))
        ):
            joined[-1] = (f"{joined[-1][0]} {text}", joined[-1][1] or href)
        else:
            joined.append((text, href))
    return joined


def _is_reference_heading(piece):
    return isinstance(piece, (Heading, Text)) and phrases.plain(piece.text).lower() in phrases.REFERENCES


def _reference_lines(piece):
    """Return [(text, href)]: one for each list item or typed line; a line break inside a reference is a blank."""
    if isinstance(piece, Table):
        return _rows_of_references(piece)
    if isinstance(piece, Items):
        return [(item.text, _href(item.html)) for item in piece.items if item.text.strip()]
    lines = [line for line in piece.text.split("\n") if line.strip()]
    if len(lines) > 1 and starts_numbered(lines[0]):
        entries = []
        for line in lines:
            if starts_numbered(line) or not entries:
                entries.append(line)
            else:
                entries[-1] += f" {line}"
        if len(entries) > 1:
            return [(entry, "") for entry in entries]
    return [(piece.text, _href(piece.html))]


def _href(html):
    found = _FIRST_LINK.search(html)
    return found[1].replace("&amp;", "&") if found else ""
