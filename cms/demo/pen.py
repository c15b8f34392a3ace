"""A small vector pen over Pillow: every shape is a list of points, so everything can be moved, turned and clipped.

Shapes are plain functions that return points in picture pixels (y grows downwards); ``Pen`` fills and strokes them on a
canvas ``SCALE`` times larger and shrinks it at the end, which gives smooth edges. Same calls, same bytes.
"""

import io
import math
import re
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont


SCALE = 3
FONTS = Path(__file__).parent / "fonts"


class MissingGlyphError(ValueError):
    """The font subset lacks a character; run ``python -m cms.demo.make_font``."""


def font_path(bold=False):
    """Path of the font subset that ships with the demo."""
    return FONTS / f"XinglinSansSC-{'Bold' if bold else 'Regular'}-subset.otf"


@cache
def font_characters():
    """The characters both shipped subsets can draw (a list beside them, so that drawing needs no font tools)."""
    return frozenset((FONTS / "characters.txt").read_text(encoding="utf-8").rstrip("\n"))


@cache
def _font(size, bold):
    return ImageFont.truetype(str(font_path(bold)), size, layout_engine=ImageFont.Layout.BASIC)


# ---- shapes: each returns a list of (x, y) ------------------------------------------------------------------------


def ellipse(cx, cy, rx, ry=None):
    ry = rx if ry is None else ry
    return [
        (cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in (2 * math.pi * i / 120 for i in range(120))
    ]


def box(x, y, width, height, radius=0):
    """A rectangle; ``radius`` is one number or four (top left, top right, bottom right, bottom left)."""
    radii = (radius,) * 4 if isinstance(radius, int | float) else radius
    limit = min(width, height) / 2
    corners = ((x, y, 180), (x + width, y, 270), (x + width, y + height, 0), (x, y + height, 90))
    points = []
    for (corner_x, corner_y, start), corner_radius in zip(corners, radii, strict=True):
        r = min(corner_radius, limit)
        inner_x = corner_x + (r if corner_x == x else -r)
        inner_y = corner_y + (r if corner_y == y else -r)
        points += [
            (
                inner_x + r * math.cos(math.radians(start + step)),
                inner_y + r * math.sin(math.radians(start + step)),
            )
            for step in range(0, 91, 6)
        ]
    return points


def arc(cx, cy, rx, start, end, ry=None):
    """An open arc from ``start`` to ``end`` degrees (0 is three o'clock, clockwise)."""
    ry = rx if ry is None else ry
    steps = max(8, int(abs(end - start) / 3))
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def sector(cx, cy, radius, start, end):
    """A slice of a cake."""
    return [(cx, cy), *arc(cx, cy, radius, start, end)]


def path(commands):
    """Points of an SVG-like path with absolute M, L, C, Q commands (``"M0,0 C1,2 3,4 5,6"``)."""
    points = []
    for letter, rest in re.findall(r"([MLCQ])([^MLCQ]*)", commands):
        numbers = [float(n) for n in rest.replace(",", " ").split()]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter in "ML":
            points += pairs
            continue
        size = {"C": 3, "Q": 2}[letter]
        for i in range(0, len(pairs), size):
            points += _bezier([points[-1], *pairs[i : i + size]])
    return points


def _bezier(control, steps=28):
    result = []
    for step in range(1, steps + 1):
        level, t = control, step / steps
        while len(level) > 1:
            level = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(level)]
        result.append(level[0])
    return result


def smooth(points, closed=True):
    """A soft curve through ``points`` (Catmull-Rom)."""
    count = len(points)
    if closed:
        runs = [[points[(i + k) % count] for k in (-1, 0, 1, 2)] for i in range(count)]
    else:
        padded = [points[0], *points, points[-1]]
        runs = [padded[i : i + 4] for i in range(count - 1)]
    result = []
    for p0, p1, p2, p3 in runs:
        for step in range(16):
            t = step / 16
            result.append(
                tuple(
                    0.5
                    * (
                        2 * p1[k]
                        + (p2[k] - p0[k]) * t
                        + (2 * p0[k] - 5 * p1[k] + 4 * p2[k] - p3[k]) * t**2
                        + (3 * p1[k] - p0[k] - 3 * p2[k] + p3[k]) * t**3
                    )
                    for k in (0, 1)
                )
            )
    return result if closed else [*result, points[-1]]


# ---- the pen ------------------------------------------------------------------------------------------------------


class Pen:
    def __init__(self, width, height, background):
        self.width, self.height = width, height
        self.canvas = Image.new("RGB", (width * SCALE, height * SCALE), background)
        self._matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

    @contextmanager
    def at(self, x, y, turn=0, size=1.0, flip=False):
        """Inside the block the origin is (x, y), turned by ``turn`` degrees clockwise and scaled by ``size``."""
        before = self._matrix
        a, b, c, d, e, f = before
        cos, sin = math.cos(math.radians(turn)) * size, math.sin(math.radians(turn)) * size
        m = (-cos if flip else cos, -sin, sin if not flip else -sin, cos)
        self._matrix = (
            a * m[0] + b * m[2],
            a * m[1] + b * m[3],
            a * x + b * y + c,
            d * m[0] + e * m[2],
            d * m[1] + e * m[3],
            d * x + e * y + f,
        )
        try:
            yield self
        finally:
            self._matrix = before

    def _place(self, points):
        a, b, c, d, e, f = self._matrix
        return [((a * x + b * y + c) * SCALE, (d * x + e * y + f) * SCALE) for x, y in points]

    def _size(self):
        a, _, _, d, _, _ = self._matrix
        return math.hypot(a, d)

    def fill(self, points, colour, alpha=1.0, clip=None):
        """Fill a shape; ``clip`` is another shape (in the same coordinates) outside which nothing is drawn."""
        self._paint(
            lambda pen, shift: pen.polygon(shift(self._place(points)), fill=255),
            self._place(points),
            colour,
            alpha,
            clip,
        )

    def stroke(self, points, colour, width, closed=False, alpha=1.0, clip=None):
        """Draw a line with round ends and joints, ``width`` pixels wide."""
        placed = self._place([*points, points[0]] if closed else points)
        half = width * self._size() * SCALE / 2

        def draw(pen, shift):
            line = shift(placed)
            for x, y in line:
                pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
            for (x1, y1), (x2, y2) in pairwise(line):
                length = math.hypot(x2 - x1, y2 - y1)
                if length:
                    dx, dy = (y2 - y1) / length * half, (x1 - x2) / length * half
                    pen.polygon(
                        [(x1 + dx, y1 + dy), (x2 + dx, y2 + dy), (x2 - dx, y2 - dy), (x1 - dx, y1 - dy)],
                        fill=255,
                    )

        margin = half + 2
        around = [(x + ox, y + oy) for x, y in placed for ox in (-margin, margin) for oy in (-margin, margin)]
        self._paint(draw, around, colour, alpha, clip)

    def dashes(self, points, colour, width, dash=14, gap=12):
        """Draw a dashed line with round ends."""
        run, pen_down, current = 0.0, True, [points[0]]
        for (x1, y1), (x2, y2) in pairwise(points):
            steps = max(1, int(math.hypot(x2 - x1, y2 - y1)))
            for i in range(1, steps + 1):
                here = (x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps)
                run += math.hypot(x2 - x1, y2 - y1) / steps
                if pen_down:
                    current.append(here)
                if run >= (dash if pen_down else gap):
                    if pen_down:
                        self.stroke([current[0], current[-1]], colour, width)
                    run, pen_down, current = 0.0, not pen_down, [here]
        if pen_down and len(current) > 1:
            self.stroke([current[0], current[-1]], colour, width)

    def text(self, x, y, words, size, colour, bold=True):
        """Write one short line centred on (x, y). Raises MissingGlyphError rather than drawing an empty box."""
        missing = sorted(set(words) - font_characters() - {" "})
        if missing:
            raise MissingGlyphError(f"not in {font_path(bold).name}: {''.join(missing)}")
        ((px, py),) = self._place([(x, y)])
        font = _font(round(size * self._size() * SCALE), bold)
        # Centred on the height of a Han character, so that lines with and without descenders agree.
        ImageDraw.Draw(self.canvas).text(
            (px, py + font.size * 0.36), words, font=font, fill=colour, anchor="ms"
        )

    def _paint(self, draw, around, colour, alpha, clip):
        left = max(0, math.floor(min(x for x, _ in around)) - 1)
        top = max(0, math.floor(min(y for _, y in around)) - 1)
        right = min(self.canvas.width, math.ceil(max(x for x, _ in around)) + 2)
        bottom = min(self.canvas.height, math.ceil(max(y for _, y in around)) + 2)
        if right <= left or bottom <= top:
            return

        def shift(points):
            return [(x - left, y - top) for x, y in points]

        mask = Image.new("L", (right - left, bottom - top), 0)
        draw(ImageDraw.Draw(mask), shift)
        if clip is not None:
            window = Image.new("L", mask.size, 0)
            ImageDraw.Draw(window).polygon(shift(self._place(clip)), fill=255)
            mask = ImageChops.multiply(mask, window)
        if alpha < 1:
            mask = mask.point(lambda value: round(value * alpha))
        self.canvas.paste(colour, (left, top, right, bottom), mask)

    def png(self):
        """The finished picture as PNG bytes."""
        out = io.BytesIO()
        self.canvas.resize((self.width, self.height), Image.Resampling.LANCZOS).save(
            out, "PNG", optimize=True
        )
        return out.getvalue()
