"""From recognised pieces to the blocks of an article's body: boxes where the words say so, plain blocks otherwise."""

import re
import uuid

from django.utils.translation import gettext as _

from articles.html import text_html
from articles.importing import phrases
from articles.importing.pieces import Figure, Heading, Items, Quote, Table, Text


# As in articles.blocks: what is longer stays ordinary text.
HEADING_LENGTH = 60
POINT_LENGTH = 200
QUESTION_LENGTH = 120
QUOTE_LENGTH = 500
CAPTION_LENGTH = 120
ALT_LENGTH = 200
CELL_LENGTH = 300

_QUESTION = re.compile(r"(?:问|Q\d{0,2})\s*[:：]\s*(?P<text>.+)", re.DOTALL)
_ANSWER = re.compile(r"^(?:<(?:strong|em)>)*(?:答|A\d{0,2})\s*[:：]\s*(?:</(?:strong|em)>)*\s*")
_DASHES = re.compile(r"^\s*(?:——|—|--|―)\s*(?P<who>.+)$")


class Blocks:
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
            self.open.append(f"<p><strong>{escaped(piece.text)}</strong></p>")
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
            self.plain(Text(escaped(piece.caption), piece.caption, place=piece.place))

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
            self.open += [f"<p>{escaped(line)}</p>" for line in lines]
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


def escaped(text):
    """Return plain ``text`` as HTML, line by line."""
    return text_html(text).replace("\n", "<br/>")
