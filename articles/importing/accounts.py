"""The account of an import: what came in, what became of it, and every line that is not in the draft.

The file's side comes from its ``inventory``, which is read apart from the conversion; the draft's side from what will be
stored. Compared are letters, figures and signs that mean something (≥, ℃, %, …), not blanks and punctuation, which an
import puts right.
"""

import re
import unicodedata
from dataclasses import asdict, dataclass, field

from django.utils.html import strip_tags

from articles.importing import phrases


MOST_MISSING = 300  # lines listed; the count tells of the rest
_TAGS = re.compile(r"<br/?>|</(?:p|li)>")
_CITED = re.compile(r"[\[［【〔]\s*\d{1,3}(?:\s*[-‐-―−~～,，、;；]\s*\d{1,3})*\s*[\]］】〕]")
_PRIVATE = re.compile("[\ue000-\uf8ff]+")
_CLAUSES = re.compile(r"[，。；：、？！…,.;:?!()（）\[\]【】《》“”‘’\"'\s—–|｜/／]+")
_START = re.compile(
    r"^(?:[\[［【(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[\]］】)）.．、:：]*|[•●▪■◆·‧∙○►➢✓√#>*-]+|问|答|[QA]\d{0,2}|注)\s*[:：]?\s*"
)
_LABEL = re.compile(r"^[【\[]?([\u3400-\u9fffA-Za-z_]{1,12})[】\]]?\s*[:：]\s*")
_MEANS = {"L", "N"}
_MEANING_SIGNS = {"Sm", "Sc", "So"}


@dataclass
class Row:
    """One kind of thing: how many came ``in``, how many were ``taken`` as they were, ``changed``, ``not_taken``."""

    came: int = 0
    taken: int = 0
    changed: int = 0
    not_taken: int = 0


@dataclass
class Account:
    """``missing``: lines of the file that are not in the draft; ``unlisted``: how many more there are."""

    characters: Row = field(default_factory=Row)
    pictures: Row = field(default_factory=Row)
    tables: Row = field(default_factory=Row)
    notes: Row = field(default_factory=Row)
    comments: Row = field(default_factory=Row)
    missing: list = field(default_factory=list)
    unlisted: int = 0

    def as_data(self):
        """Return plain values for JSON."""
        return asdict(self)


def settle(inventory, draft, report):
    """Return the Account of ``draft`` against ``inventory``; ``report`` knows what was changed on the way."""
    account = Account()
    stock, implied = _Stock(texts(draft)), _Stock(draft.implied)
    lines = [part.strip() for line in inventory.lines for part in _PRIVATE.split(line) if part.strip()]
    # Longest first: a short line is then not found inside the words of a longer one that is still to come.
    for line in sorted(lines, key=len, reverse=True):
        _settle_line(line, stock, implied, account)
    notes_stock = _Stock(texts(draft)) if inventory.notes_in_lines else stock
    for note in inventory.notes:
        _settle_note(note, notes_stock, implied, account, counted=inventory.notes_in_lines)
    order = {line: place for place, line in reversed(list(enumerate(lines)))}
    account.missing.sort(key=lambda row: order.get(row["line"], len(order)))
    account.unlisted = max(0, len(account.missing) - MOST_MISSING)
    del account.missing[MOST_MISSING:]
    times = {entry.code: 0 for entry in report.entries()}
    for entry in report.entries():
        times[entry.code] += entry.times
    images = sum(block["type"] == "image" for block in draft.body)
    turned = min(times.get("picture_turned", 0), images)
    account.pictures = _row(inventory.pictures, images - turned, turned)
    tables = sum(block["type"] == "table" for block in draft.body)
    merged = min(times.get("merged_cells", 0), tables)
    unframed = times.get("frame_table", 0) + times.get("references_table", 0)
    account.tables = _row(inventory.tables, tables - merged, merged + unframed)
    account.comments = _row(len(inventory.comments), len(draft.comments), 0)
    return account


def _row(came, taken, changed):
    came = max(came, taken + changed)
    return Row(came, taken, changed, came - taken - changed)


def texts(draft):
    """Return every text of a draft that will be stored, as plain strings."""
    found = [
        draft.title,
        draft.summary,
        draft.key_message,
        draft.author_name,
        draft.author_title,
        draft.author_department,
        draft.department,
    ]
    for block in draft.body:
        found += list(plain(block["value"]))
    found += [reference["manual"] for reference in draft.references]
    return [text for text in found if text]


def plain(value):
    """Yield every text of a block's raw value, without tags."""
    if isinstance(value, str):
        yield from (strip_tags(line) for line in _TAGS.split(value))
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("id", "type", "image", "level"):
                yield from plain(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from plain(inner)


def letters(text):
    """Return what is compared of ``text``: letters, figures and signs with a meaning, in their compatible form."""
    kept = []
    for sign in unicodedata.normalize(
        "NFKC", _CITED.sub("", text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    ):
        kind = unicodedata.category(sign)
        if kind[0] in _MEANS or kind in _MEANING_SIGNS or sign in "%‰°":
            kept.append(sign.lower())
    return "".join(kept)


class _Stock:
    """The draft's letters; what was found is taken out, so that a line that came twice must be there twice."""

    def __init__(self, found):
        self.text = "\n".join(letters(text) for text in found)

    def take(self, key):
        """Take ``key`` out and return True, or return False."""
        if not key:
            return True
        place = self.text.find(key)
        if place < 0:
            return False
        self.text = f"{self.text[:place]}\n{self.text[place + len(key) :]}"
        return True


def _settle_line(line, stock, implied, account):
    size = len("".join(line.split()))
    account.characters.came += size
    if stock.take(letters(line)):
        account.characters.taken += size
        return
    label = _LABEL.match(line)
    stripped = [_START.sub("", line, count=1)]
    if label and phrases.field_of(label[1]):
        stripped.append(line[label.end() :])
    for shorter in stripped:
        if shorter != line and letters(shorter) and stock.take(letters(shorter)):
            account.characters.changed += size
            return
    if implied.take(letters(line)) or not letters(stripped[0]):  # said by the shape, or a number alone
        account.characters.changed += size
        return
    missing = _missing_clauses(line, stock)
    # The words in front of fields are the fields' names here.
    missing = [
        clause
        for clause in missing
        if not (phrases.field_of(clause) and re.search(re.escape(clause) + r"[】\]]?\s*[:：]", line))
    ]
    lost = min(size, sum(len("".join(clause.split())) for clause in missing))
    account.characters.changed += size - lost
    account.characters.not_taken += lost
    if missing:
        account.missing.append({"line": line, "text": "，".join(missing)})


def _missing_clauses(line, stock):
    missing = []
    for clause in _CLAUSES.split(_CITED.sub("，", line)):
        key = letters(clause)
        if not key or stock.take(key):
            continue
        if not stock.take(key.rstrip("0123456789") or key):
            missing.append(clause.strip())
    return missing


def _settle_note(note, stock, implied, account, counted):
    """``counted``: its characters are those of a line that has been settled already."""
    account.notes.came += 1
    size = len("".join(note.split()))
    if counted:
        found = stock.take(letters(note)) or not _missing_clauses(_START.sub("", note), stock)
        account.notes.changed += found
        account.notes.not_taken += not found
        return
    account.characters.came += size
    if stock.take(letters(note)):
        account.notes.changed += 1
        account.characters.taken += size
        return
    if implied.take(letters(note)):
        account.notes.changed += 1
        account.characters.changed += size
        return
    missing = _missing_clauses(_START.sub("", note), stock)
    lost = min(size, sum(len("".join(clause.split())) for clause in missing))
    account.characters.changed += size - lost
    account.characters.not_taken += lost
    if lost * 2 > size:
        account.notes.not_taken += 1
        account.missing.append({"line": note, "text": note})
    else:
        account.notes.changed += 1
        if missing:
            account.missing.append({"line": note, "text": "，".join(missing)})
