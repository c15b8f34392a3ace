"""Drawing a figure from top to bottom: text is measured and wrapped, and nothing leaves the sheet.

Lengths are those of a phone's screen (375 px wide); the picture has SCALE times as many pixels.
"""

import io
import re

from PIL import Image, ImageDraw

from articles.lettering import font


WIDTH, MARGIN = 375, 16
SCALE = 2
INNER = WIDTH - 2 * MARGIN
SMALLEST_TEXT = 14
LEADING = 1.45
# Never at the beginning of a line.
_CLOSING = "，。；：！？、）》”’…～,.;:!?)]}%"
_MOST_CARRIED = 4
_OPENING = "（《“‘(["  # never at the end of one
_PIECES = re.compile(r"[A-Za-z0-9.,/+%()<>≥≤～~-]+|.", re.DOTALL)


def length(text, size):
    """Return how wide ``text`` is at ``size``."""
    return font(size * SCALE).getlength(text) / SCALE


def wrap(text, size, width):
    """Return ``text`` in lines of at most ``width``; Latin words and numbers stay whole where they fit.

    A character that is wider than ``width`` stands in a line of its own.
    """
    lines = []
    for paragraph in text.splitlines():
        line = ""
        for piece in _PIECES.findall(" ".join(paragraph.split())):
            for part in [piece] if length(piece, size) <= width else piece:
                if line and length(line + part, size) > width:
                    line, carried = _broken(line, part, size, width)
                    lines.append(line.rstrip())
                    line = carried.lstrip()
                else:
                    line += part
        lines.append(line.rstrip())
    return [line for line in lines if line] or [""]


def _broken(line, part, size, width):
    """Return the line that ends before ``part``, and what the next begins with.

    A closing mark does not begin a line, an opening one does not end it, where that can be helped.
    """
    for cut in range(len(line), max(0, len(line) - _MOST_CARRIED - 1), -1):
        carried = line[cut:] + part
        if line[cut - 1] not in _OPENING and carried[0] not in _CLOSING:
            return (line[:cut], carried) if length(carried, size) <= width else (line, part)
    return line, part


class Canvas:
    """A sheet that grows downwards; ``y`` is where the next thing begins."""

    def __init__(self, palette):
        self.palette = palette
        self.y = MARGIN
        self._marks = []

    def text(self, text, x=MARGIN, width=INNER, size=16, colour="ink", align="left", y=None, bold=False):
        """Write ``text`` at ``y`` (default: here, and go on below it); return its height."""
        at, step = self.y if y is None else y, size * LEADING
        lines = wrap(text, size, width)
        for number, line in enumerate(lines):
            left = x + (width - length(line, size)) / 2 if align == "centre" else x
            baseline = at + (number + 0.5) * step + 0.36 * size
            self._marks.append(("text", (left, baseline), line, size, colour, bold))
        height = step * len(lines)
        if y is None:
            self.y += height
        return height

    def height(self, text, width, size):
        """Return how high ``text`` would stand."""
        return len(wrap(text, size, width)) * size * LEADING

    def box(self, x, y, width, height, fill=None, outline=None, radius=8, under=False):
        """Draw a box; ``under``: below what was drawn before."""
        mark = ("box", (x, y, x + width, y + height), fill, outline, radius)
        self._marks.insert(0, mark) if under else self._marks.append(mark)

    def shape(self, points, colour):
        """Fill the polygon of ``points``."""
        self._marks.append(("shape", points, colour))

    def disc(self, x, y, radius, colour):
        """Fill a circle around (x, y)."""
        self._marks.append(("disc", (x - radius, y - radius, x + radius, y + radius), colour))

    def line(self, points, colour, width=2):
        """Draw a line through ``points``."""
        self._marks.append(("line", points, colour, width))

    def picture(self, image, x, y, side):
        """Put a square picture of black and white there, enlarged without blur."""
        self._marks.append(("picture", image, (x, y), side))

    def png(self):
        """Return the sheet as PNG: bytes."""
        sheet = Image.new("RGB", (WIDTH * SCALE, round((self.y + MARGIN) * SCALE)), self.palette["paper"])
        pen = ImageDraw.Draw(sheet)
        for kind, *mark in self._marks:
            getattr(self, f"_{kind}")(sheet, pen, *mark)
        out = io.BytesIO()
        sheet.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()

    def extent(self):
        """Return the outermost left and right edge of all that is written, for tests."""
        edges = [(at[0], at[0] + length(line, size)) for _kind, at, line, size, *_ in self._texts()]
        return min((left for left, _ in edges), default=0), max((right for _, right in edges), default=0)

    def sizes(self):
        """Return the sizes of all that is written."""
        return {mark[3] for mark in self._texts()}

    def _texts(self):
        return [mark for mark in self._marks if mark[0] == "text"]

    def _text(self, sheet, pen, at, line, size, colour, bold):
        pen.text(
            _scaled(at),
            line,
            font=font(size * SCALE),
            fill=self.palette[colour],
            stroke_width=1 if bold else 0,
            stroke_fill=self.palette[colour],
            anchor="ls",
        )

    def _box(self, sheet, pen, edges, fill, outline, radius):
        pen.rounded_rectangle(
            _scaled(edges),
            radius * SCALE,
            fill=self.palette[fill] if fill else None,
            outline=self.palette[outline] if outline else None,
            width=SCALE,
        )

    def _shape(self, sheet, pen, points, colour):
        pen.polygon([_scaled(point) for point in points], fill=self.palette[colour])

    def _disc(self, sheet, pen, edges, colour):
        pen.ellipse(_scaled(edges), fill=self.palette[colour])

    def _line(self, sheet, pen, points, colour, width):
        pen.line([_scaled(point) for point in points], fill=self.palette[colour], width=round(width * SCALE))

    def _picture(self, sheet, pen, image, at, side):
        enlarged = image.resize((side * SCALE, side * SCALE), Image.Resampling.NEAREST)
        sheet.paste(enlarged, _scaled(at))


def _scaled(numbers):
    return tuple(round(number * SCALE) for number in numbers)
