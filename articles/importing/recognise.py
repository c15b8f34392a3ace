"""From a row of pieces to an article's fields and blocks: conservative, and everything recognised is named."""

import re
import uuid
from pathlib import PurePath

from django.utils.translation import gettext as _

from articles.html import text_html
from articles.importing import cites, notes, phrases, remarks
from articles.importing.draft import Draft
from articles.importing.pieces import Figure, Heading, Item, Items, Quote, Table, Text
from articles.importing.references import reference, starts_numbered, typed_number
from articles.importing.report import snippet


# As in articles.blocks and articles.models: what is longer stays ordinary text.
TITLE_LENGTH = 255
SUMMARY_LENGTH = 120
KEY_MESSAGE_LENGTH = 200
NAME_LENGTH = 60
HEADING_LENGTH = 60
POINT_LENGTH = 200
QUESTION_LENGTH = 120
QUOTE_LENGTH = 500
CAPTION_LENGTH = 120
ALT_LENGTH = 200
CELL_LENGTH = 300
LEAD_PARAGRAPHS = 12  # labels such as 作者： are looked for this far from the top
TYPED_HEADING_LENGTH = 30

_SENTENCE_END = "。！？；，、.!?;,"
_TYPED_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}、\S")
_TYPED_SUBSECTION = re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]\S")
_TYPED_NUMBER = re.compile(r"(?P<number>\d{1,2})\s*(?:[、．]|\.(?!\d))\s*")
_TYPED_BULLET = re.compile(r"[•●▪■◆·‧∙○►➢✓√]\s*")
_QUESTION = re.compile(r"(?:问|Q\d{0,2})\s*[:：]\s*(?P<text>.+)", re.DOTALL)
_ANSWER = re.compile(r"^(?:<(?:strong|em)>)*(?:答|A\d{0,2})\s*[:：]\s*(?:</(?:strong|em)>)*\s*")
_DASHES = re.compile(r"^\s*(?:——|—|--|―)\s*(?P<who>.+)$")
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
    blocks = _Blocks(pieces, report)
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
            result.append(Text(_escaped("\n".join(kept)), "\n".join(kept), place=piece.place))
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


# --- Blocks ---------------------------------------------------------------------------------------------


class _Blocks:
    """Builds the stream. Each method that recognises a convention returns how many pieces it used, 0 for none."""

    def __init__(self, pieces, report):
        self.pieces, self.report = pieces, report
        self.body, self.open = [], []
        self.implied = []
        self.remarks, self.open_remarks = [], []  # [(place of the block in the body, name of the comment)]
        levels = sorted({piece.level for piece in pieces if isinstance(piece, Heading)})
        self.levels = {level: 2 if number == 0 else 3 for number, level in enumerate(levels)}
        self.numbers = {"paragraphs": 0, "lists": 0, "headings": 0}

    def build(self):
        """Return the stream as a list of ``{"type", "value"}``."""
        position = 0
        while position < len(self.pieces):
            used = 0
            for attempt in (self.key_points, self.steps, self.do_dont, self.care_card, self.question_answer):
                if used := attempt(position):
                    break
            if not used:
                self.plain(self.pieces[position])
                used = 1
            self.keep_remarks(self.pieces[position : position + used])
            position += used
        self.close()
        self.count()
        return self.body

    def keep_remarks(self, pieces):
        """Remember the comments on ``pieces``, which have just become the last block or part of the open one."""
        names = [name for piece in pieces for name in piece.remarks]
        if self.open:
            self.open_remarks += names
        else:
            self.remarks += [(len(self.body) - 1, name) for name in names]

    def count(self):
        labels = (
            ("headings", _("Headings: %(count)d")),
            ("paragraphs", _("Paragraphs: %(count)d")),
            ("lists", _("Lists: %(count)d")),
        )
        for code, label in labels:
            if self.numbers[code]:
                self.report.taken(code, label % {"count": self.numbers[code]})
        if len(self.levels) > 2:
            self.report.changed("heading_levels", _("Headings below the second level became subsections"))

    def add(self, block, value):
        self.close()
        self.append(block, value)

    def append(self, block, value):
        self.body.append({"type": block, "value": value, "id": str(uuid.uuid4())})

    def close(self):
        """End the current rich-text block."""
        if self.open:
            html, self.open = "".join(self.open), []
            self.append("paragraph", html)
            self.remarks += [(len(self.body) - 1, name) for name in self.open_remarks]
            self.open_remarks = []

    def plain(self, piece):
        """Add a piece as what it is."""
        match piece:
            case Heading():
                self.heading(piece)
            case Text():
                self.numbers["paragraphs"] += 1
                self.open.append(f"<p>{piece.html}</p>")
            case Items():
                self.numbers["lists"] += 1
                self.open.append(piece.html)
            case Table():
                self.table(piece)
            case Figure():
                self.figure(piece)
            case Quote():
                self.quote(piece)

    def heading(self, piece):
        if len(piece.text) > HEADING_LENGTH:
            self.report.changed(
                "heading_long",
                _("A heading of more than %(limit)d characters became a bold paragraph")
                % {"limit": HEADING_LENGTH},
                piece.place,
            )
            self.open.append(f"<p><strong>{_escaped(piece.text)}</strong></p>")
            return
        self.numbers["headings"] += 1
        self.add("heading", {"text": piece.text, "level": str(self.levels[piece.level])})

    def figure(self, piece):
        if len(piece.alt) > ALT_LENGTH:
            self.report.changed(
                "alt_cut",
                _("The description of a picture was cut to %(limit)d characters") % {"limit": ALT_LENGTH},
                piece.place,
            )
        caption = piece.caption if len(piece.caption) <= CAPTION_LENGTH else ""
        self.add(
            "image", {"image": piece.address, "alt": piece.alt[:ALT_LENGTH], "caption": caption, "credit": ""}
        )
        if piece.caption and not caption:
            self.plain(Text(_escaped(piece.caption), piece.caption, place=piece.place))

    def table(self, piece):
        if not piece.headed:
            self.report.changed(
                "table_heading", _("The first row of a table was taken as its headings"), piece.place
            )
        header, rows = piece.rows[0], piece.rows[1:]
        if any(len(cell) > CELL_LENGTH for row in piece.rows for cell in row):
            self.report.changed(
                "cell_long",
                _("A table cell holds more than %(limit)d characters. Shorten it before you save")
                % {"limit": CELL_LENGTH},
                piece.place,
            )
        self.report.taken("table", _("Tables"), piece.place)
        self.add(
            "table",
            {
                "columns": [{"type": "text", "heading": " ".join(cell.split())} for cell in header],
                "rows": [{"values": [" ".join(cell.split()) for cell in row]} for row in rows],
                "caption": piece.caption,
            },
        )

    def quote(self, piece):
        lines = piece.text.split("\n")
        who = _DASHES.match(lines[-1]) if len(lines) > 1 else None
        attribution = who["who"].strip() if who and len(who["who"].strip()) <= CAPTION_LENGTH else ""
        text = "\n".join(lines[:-1] if attribution else lines)
        if len(text) > QUOTE_LENGTH:
            self.report.changed(
                "quote_long",
                _("A quotation of more than %(limit)d characters became paragraphs")
                % {"limit": QUOTE_LENGTH},
                piece.place,
            )
            self.open += [f"<p>{_escaped(line)}</p>" for line in lines]
            return
        self.report.taken("quote", _("Quotations"), piece.place)
        self.add("quote", {"text": text, "attribution": attribution})

    # --- Conventions ---------------------------------------------------------------------------------

    def at(self, position):
        return self.pieces[position] if position < len(self.pieces) else None

    def title_at(self, position, words):
        """Return the heading's plain text when the piece at ``position`` is a heading, or a line with a colon, in ``words``."""
        piece = self.at(position)
        is_title = isinstance(piece, Heading) or (
            isinstance(piece, Text) and piece.text.rstrip().endswith(("：", ":"))
        )
        return phrases.plain(piece.text) if is_title and phrases.plain(piece.text) in words else ""

    def list_at(self, position, ordered=None):
        """Return the list at ``position`` when it is flat, short enough for a box, and alone in its section or not."""
        piece = self.at(position)
        fits = (
            isinstance(piece, Items) and piece.flat and not piece.notes and ordered in (None, piece.ordered)
        )
        return piece if fits else None

    def key_points(self, position):
        title, found = self.title_at(position, phrases.KEY_POINTS), self.list_at(position + 1)
        points = self.points(found) if title and found else None
        if not points:
            return 0
        self.add("key_points", {"title": title, "points": _list(points)})
        self.recognised("key_points", _("Key points"), position)
        return 2

    def steps(self, position):
        title, found = self.title_at(position, phrases.STEPS), self.list_at(position + 1, ordered=True)
        if not title or not found:
            return 0
        self.add("steps", {"title": title, "steps": _list([f"<p>{item.html}</p>" for item in found.items])})
        self.recognised("steps", _("Steps"), position)
        return 2

    def do_dont(self, position):
        sides = {}
        for offset in (0, 2):
            for side, words in (("do", phrases.DO), ("dont", phrases.DONT)):
                found = self.list_at(position + offset + 1)
                if self.title_at(position + offset, words) and found:
                    sides[side] = self.points(found)
        if not (sides.get("do") and sides.get("dont")):
            return 0
        self.implied += [self.at(position).text, self.at(position + 2).text]
        self.add("do_dont", {side: _list(points) for side, points in sides.items()})
        self.recognised("do_dont", _("Do and do not"), position)
        return 4

    def care_card(self, position):
        piece = self.at(position)
        level = (
            phrases.care_level(piece.text)
            if isinstance(piece, Heading) and len(piece.text) <= HEADING_LENGTH
            else ""
        )
        end = position + 1
        while level and isinstance(self.at(end), (Text, Items)) and not getattr(self.at(end), "notes", False):
            end += 1
        if not level or end == position + 1:
            return 0
        content = self.pieces[position + 1 : end]
        html = "".join(part.html if isinstance(part, Items) else f"<p>{part.html}</p>" for part in content)
        self.add("care_card", {"level": level, "title": phrases.plain(piece.text), "text": html})
        labels = {
            "call_120": _("Care card “call 120 at once”. Check that it is the right level"),
            "see_doctor": _("Care card “see a doctor”. Check that it is the right level"),
            "self_care": _("Care card “self-care at home”. Check that it is the right level"),
        }
        self.report.taken(level, labels[level], piece.place)
        if level != "call_120" and any("120" in part.text for part in content):
            self.report.changed(
                "care_mixed",
                _("A care card of a lower level mentions 120. Divide it, so that the emergency stands apart"),
                piece.place,
            )
        return end - position

    def question_answer(self, position):
        asked, answered = self.at(position), self.at(position + 1)
        if not isinstance(asked, (Text, Heading)) or not isinstance(answered, Text):
            return 0
        question, answer = _QUESTION.fullmatch(asked.text), _ANSWER.match(answered.html)
        if not question or not answer or len(question["text"]) > QUESTION_LENGTH or "\n" in question["text"]:
            return 0
        html = answered.html[answer.end() :]
        tags = re.findall(r"<(strong|em)>", answer[0]), re.findall(r"</(strong|em)>", answer[0])
        html = "".join(f"<{tag}>" for tag in tags[0][: len(tags[0]) - len(tags[1])]) + html
        self.add("question_answer", {"question": question["text"].strip(), "answer": f"<p>{html}</p>"})
        self.recognised("question_answer", _("Question and answer"), position)
        return 2

    def points(self, items):
        """Return the items as plain lines, or None when one is too long for a box."""
        lines = [" ".join(item.text.split()) for item in items.items]
        if any(len(line) > POINT_LENGTH for line in lines):
            self.report.changed(
                "point_long",
                _("A list was left as it is, because a line is longer than %(limit)d characters")
                % {"limit": POINT_LENGTH},
                items.place,
            )
            return None
        if any("<" in item.html.replace("<br/>", "") for item in items.items):
            self.report.changed(
                "box_plain",
                _("Emphasis and links inside key points, do and do not were dropped, the words kept"),
                items.place,
            )
        return lines

    def recognised(self, code, label, position):
        self.report.taken(
            code, _("Recognised as a box: %(box)s") % {"box": label}, self.pieces[position].place
        )


def _list(values):
    """Return values in the raw format of Wagtail's ListBlock."""
    return [{"type": "item", "value": value, "id": str(uuid.uuid4())} for value in values]


def _escaped(text):
    return text_html(text).replace("\n", "<br/>")
