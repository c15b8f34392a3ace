"""The kinds of figures: from data (plain values, as LibraryImage.drawing keeps them) to a picture and its words.

Each kind draws with shapes and words beside its colours, so that nothing is told by colour alone.
"""

import segno
from PIL import Image

from articles import lettering
from articles.figures.canvas import INNER, MARGIN, WIDTH, Canvas
from articles.figures.words import words


LONGEST_ALT = 200  # as a picture's alternative text in an article
TONES = {"good": "brand", "watch": "warn", "high": "warn", "alarm": "alarm"}


def draw(kind, data, palette):
    """Return the figure as a Canvas; ``palette``: colours by name (registry.figure_palette). Raises KeyError for a wrong kind."""
    canvas = Canvas(palette)
    _DRAWN[kind](canvas, data)
    return canvas


def alt(kind, data):
    """Return what the figure says, in words, at most LONGEST_ALT characters; what does not fit is counted."""
    return _ALT[kind](data)


def missing(data):
    """Return the characters of ``data`` that the font lacks, each once."""
    return lettering.missing("".join(_texts(data)))


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name != "address":
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _sentence(title, rows):
    """Join as many ``rows`` to ``title`` as fit."""
    found = title
    for number, row in enumerate(rows):
        rest = f"；另有{len(rows) - number}项，见图。"
        longer = f"{found}{'：' if not number else '；'}{row}"
        if len(longer) + (len(rest) if number + 1 < len(rows) else 1) > LONGEST_ALT:
            return f"{found}{rest}"[:LONGEST_ALT]
        found = longer
    return f"{found}。"[:LONGEST_ALT]


def _title(canvas, title):
    canvas.text(title, size=22, colour="brand", bold=True)
    canvas.y += 8


# --- dose timetable ---------------------------------------------------------------------------


def _doses(canvas, data):
    of = words()["doses"]
    _title(canvas, data["title"])
    column = INNER / len(of["times"])
    for row in data["rows"]:
        top = canvas.y
        canvas.y += 10
        canvas.text(row["medicine"], MARGIN + 12, INNER - 24, 18, bold=True)
        canvas.y += 6
        heights = []
        for number, (name, time) in enumerate(zip(of["keys"], of["times"], strict=True)):
            x = MARGIN + number * column
            dose = row[name] or of["none"]
            canvas.text(time, x + 4, column - 8, 14, "muted", "centre", canvas.y)
            taken = bool(row[name])
            high = canvas.height(dose, column - 16, 16)
            if taken:
                canvas.box(x + 4, canvas.y + 22, column - 8, high + 8, "brand", radius=6)
            canvas.text(
                dose,
                x + 8,
                column - 16,
                16,
                "paper" if taken else "muted",
                "centre",
                canvas.y + 26,
                bold=taken,
            )
            heights.append(high)
        canvas.y += 22 + max(heights) + 14
        if row["note"]:
            canvas.text(row["note"], MARGIN + 12, INNER - 24, 15)
        canvas.y += 8
        canvas.box(MARGIN, top, INNER, canvas.y - top, "soft", "line", under=True)
        canvas.y += 10
    canvas.text(data["note"] or of["advice"], size=14, colour="muted")


def _doses_alt(data):
    of = words()["doses"]
    rows = []
    for row in data["rows"]:
        times = "，".join(
            f"{time}{row[name]}" for name, time in zip(of["keys"], of["times"], strict=True) if row[name]
        )
        rows.append(of["alt_row"].format(medicine=row["medicine"], times=times))
    return _sentence(data["title"], rows)


# --- bands ------------------------------------------------------------------------------------


def _bands(canvas, data):
    of = words()["bands"]
    _title(canvas, data["title"])
    canvas.text(of["unit"], size=14, colour="muted")
    canvas.y += 6
    for number, row in enumerate(data["rows"]):
        top, colour = canvas.y, TONES[row["tone"]]
        canvas.y += 10
        canvas.text(
            f"{row['label']}  {of['tones'][row['tone']]}", MARGIN + 52, INNER - 64, 18, colour, bold=True
        )
        canvas.text(f"{of['upper']} {row['upper']}", MARGIN + 52, INNER - 64, 16)
        canvas.text(f"{row['link']} {of['lower']} {row['lower']}", MARGIN + 52, INNER - 64, 16)
        canvas.y += 10
        _steps(canvas, MARGIN + 12, top + 16, number, len(data["rows"]), colour)
        canvas.box(MARGIN, top, INNER, canvas.y - top, "soft", "line", under=True)
        canvas.y += 8
    canvas.text(of["source"].format(source=data["source"]), size=14, colour="muted")


def _steps(canvas, x, y, number, count, colour):
    """How high the band is, as a stair of squares: one more for each band."""
    side, rows = 8, -(-count // 3)
    for at in range(count):
        left, top = x + (at % 3) * (side + 2), y + (rows - 1 - at // 3) * (side + 2)
        canvas.box(left, top, side, side, colour if at <= number else None, colour, radius=1)


def _bands_alt(data):
    return _sentence(data["title"], [words()["bands"]["alt_row"].format(**row) for row in data["rows"]])


# --- do and don't -----------------------------------------------------------------------------


def _do_dont(canvas, data):
    of = words()["do_dont"]
    _title(canvas, data["title"])
    for name, colour, ground in (("do", "brand", "soft"), ("dont", "alarm", "alarm-soft")):
        if not data[name]:
            continue
        top = canvas.y
        canvas.y += 10
        canvas.text(of[name], MARGIN + 12, INNER - 24, 18, colour, bold=True)
        for line in data[name]:
            canvas.y += 4
            _sign(canvas, name, MARGIN + 20, canvas.y + 12, colour)
            canvas.text(line, MARGIN + 38, INNER - 50, 16)
        canvas.y += 10
        canvas.box(MARGIN, top, INNER, canvas.y - top, ground, colour, under=True)
        canvas.y += 10


def _sign(canvas, name, x, y, colour):
    """A tick or a cross."""
    if name == "do":
        canvas.line([(x - 7, y), (x - 2, y + 5), (x + 7, y - 6)], colour, 2.5)
    else:
        canvas.line([(x - 6, y - 6), (x + 6, y + 6)], colour, 2.5)
        canvas.line([(x - 6, y + 6), (x + 6, y - 6)], colour, 2.5)


def _do_dont_alt(data):
    of = words()["do_dont"]
    rows = [f"{of[name]}：{'，'.join(data[name])}" for name in ("do", "dont") if data[name]]
    return _sentence(data["title"], rows)


# --- share card -------------------------------------------------------------------------------


def _share(canvas, data):
    of = words()["share"]
    canvas.y = 28
    canvas.text(data["title"], MARGIN + 8, INNER - 16, 26, "paper", bold=True)
    canvas.y += 16
    canvas.box(0, 0, WIDTH, canvas.y, "brand", radius=0, under=True)
    canvas.y += 18
    canvas.text(data["message"], MARGIN + 8, INNER - 16, 20)
    canvas.y += 18
    side = 108 if data["address"] else 0
    top = canvas.y
    width = INNER - 16 - (side + 12 if side else 0)
    canvas.text(data["hospital"], MARGIN + 8, width, 17, bold=True)
    if data["signed"]:
        canvas.text(of["signed"], MARGIN + 8, width, 15, "muted")
    for line in data.get("dates", ()):
        canvas.text(line, MARGIN + 8, width, 15, "muted")
    if side:
        canvas.text(of["scan"], MARGIN + 8, width, 15, "muted")
        canvas.picture(_code(data["address"]), WIDTH - MARGIN - 8 - side, top, side)
        canvas.y = max(canvas.y, top + side)
    canvas.y += 8


def _code(address):
    """A QR code with its quiet zone, one pixel a module."""
    code = segno.make(address, error="m", micro=False)
    rows = list(code.matrix_iter(border=2))
    image = Image.new("1", (len(rows[0]), len(rows)), 1)
    image.putdata([0 if dark else 1 for row in rows for dark in row])
    return image.convert("RGB")


def _share_alt(data):
    of = words()["share"]
    said = of["alt"].format(title=data["title"], message=data["message"])
    code = of["alt_code"] if data["address"] else ""
    room = LONGEST_ALT - len(code)
    return (said if len(said) <= room else f"{said[: room - 1]}…") + code


_DRAWN = {"doses": _doses, "bands": _bands, "do_dont": _do_dont, "share": _share}
_ALT = {"doses": _doses_alt, "bands": _bands_alt, "do_dont": _do_dont_alt, "share": _share_alt}
KINDS = tuple(_DRAWN)
