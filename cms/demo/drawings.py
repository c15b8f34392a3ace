"""Covers and figures of the demo articles, drawn by this code: ``draw(key)`` gives PNG bytes.

Covers are 1800 × 766 (WeChat's 2.35 : 1) with their subject inside the middle square, so that a square crop works too.
Figures are 1200 × 800. Every word or number in a picture stands in the article's text as well.
"""

from functools import cache

from cms.demo import motifs as m
from cms.demo.pen import Pen, arc, box, ellipse, path, sector, smooth


COVER_SIZE = (1800, 766)
FIGURE_SIZE = (1200, 800)


@cache
def draw(key):
    """Return the picture ``key`` (one of KEYS) as PNG bytes. Raises KeyError for an unknown key."""
    scene = _SCENES[key]
    pen = _cover() if key.startswith("cover-") else Pen(*FIGURE_SIZE, m.MIST)
    scene(pen)
    return pen.png()


# ---- covers -------------------------------------------------------------------------------------------------------


def _cover():
    """The stage all covers share: a round of light, a table, twigs and apricot blossom at the sides."""
    pen = Pen(*COVER_SIZE, m.MIST)
    pen.fill(ellipse(900, 380, 392), m.TEAL_1)
    pen.fill(smooth([(-60, 800), (-40, 560), (120, 470), (300, 560), (380, 800)]), m.TEAL_1)
    pen.fill(smooth([(1860, 800), (1850, 520), (1680, 450), (1500, 560), (1410, 800)]), m.TEAL_1)
    m.sprig(pen, 210, 690, 1.7, -6, colour=m.TEAL_2)
    m.sprig(pen, 300, 700, 1.15, 16, colour=m.TEAL_3)
    m.sprig(pen, 1600, 690, 1.6, 6, flip=True, colour=m.TEAL_2)
    m.sprig(pen, 1500, 700, 1.1, -16, flip=True, colour=m.TEAL_3)
    for x, y, size, turn in (
        (118, 170, 0.95, 10),
        (356, 96, 0.5, 40),
        (1650, 140, 0.9, -12),
        (1440, 90, 0.5, 20),
        (1716, 320, 0.45, 0),
    ):
        m.blossom(pen, x, y, size, turn)
    for x, y, radius in (
        (470, 210, 8),
        (430, 380, 12),
        (1370, 220, 12),
        (1330, 420, 7),
        (250, 300, 7),
        (1560, 300, 8),
    ):
        pen.fill(ellipse(x, y, radius), m.TEAL_2)
    pen.fill(box(0, 668, 1800, 110), m.TEAL_2)
    pen.fill(box(0, 668, 1800, 10), m.TEAL_3)
    return pen


def _cover_brushing(pen):
    m.shadow(pen, 850, 690, 190, 16)
    m.tooth(pen, 850, 430, 2.05, face="happy")
    m.toothbrush(pen, 1006, 404, 1.02, 116, flip=True)
    for x, y, radius in (
        (1066, 318, 22),
        (1098, 278, 14),
        (1054, 270, 11),
        (1074, 494, 18),
        (1046, 534, 12),
        (1112, 334, 9),
    ):
        pen.fill(ellipse(x, y, radius), m.WHITE, 0.92)
        pen.stroke(arc(x, y, radius - 5, 190, 260), m.TEAL_2, 3)
    for x, y, size in ((600, 190, 34), (664, 120, 18), (1190, 500, 22)):
        m.sparkle(pen, x, y, size, m.SUN)
    m.shadow(pen, 1140, 700, 150, 10)
    m.toothpaste(pen, 1140, 640, 0.82, 0)


def _gum_block(pen, x, y, width, sore=()):
    """A mound of gum for three teeth at (x, y); ``sore`` lists swollen spots as offsets from x."""
    step = width / 3
    edge = [(x - 116, y + 330), (x - 96, y + 110), (x - 40, y + 4)]
    for tooth in range(3):
        edge += [(x + tooth * step, y - 34), (x + (tooth + 0.5) * step, y + 16)]
    edge += [
        (x + width, y - 34),
        (x + width + 40, y + 4),
        (x + width + 96, y + 110),
        (x + width + 116, y + 330),
    ]
    gum = smooth(edge, closed=False)
    pen.fill(gum, m.GUM)
    pen.stroke([(px, py + 14) for px, py in gum], "#f6beb6", 9, clip=gum)
    pen.fill(
        smooth(
            [
                (x - 140, y + 190),
                (x + step, y + 130),
                (x + 2 * step, y + 150),
                (x + width + 140, y + 190),
                (x + width + 140, y + 330),
                (x - 140, y + 330),
            ]
        ),
        m.GUM_DARK,
        0.6,
        clip=gum,
    )
    for spot in sore:
        shape = smooth(
            [
                (x + spot - 104, y + 6),
                (x + spot - 118, y - 44),
                (x + spot - 60, y - 6),
                (x + spot, y + 16),
                (x + spot + 60, y - 6),
                (x + spot + 118, y - 44),
                (x + spot + 104, y + 6),
                (x + spot + 60, y + 84),
                (x + spot, y + 104),
                (x + spot - 60, y + 84),
            ]
        )
        pen.fill(shape, m.SORE)


def _magnifier(pen, x, y, radius, turn=40):
    with pen.at(x, y, turn):
        pen.fill(box(radius + 4, -13, 46, 26, 6), m.STEEL)
        pen.fill(box(radius + 40, -22, 170, 44, 22), m.TEAL_9)
        pen.stroke([(radius + 66, -8), (radius + 180, -8)], m.TEAL_5, 6)
    pen.stroke(ellipse(x, y, radius), m.TEAL_9, 22, closed=True)
    pen.stroke(ellipse(x, y, radius - 4), m.TEAL_5, 6, closed=True)
    pen.stroke(arc(x, y, radius * 0.76, 200, 250), m.WHITE, 9, alpha=0.8)


def _cover_gum_bleeding(pen):
    m.tooth(pen, 682, 426, 1.4)
    m.tooth(pen, 1118, 426, 1.4)
    m.tooth(pen, 900, 398, 1.78, face="worried")
    _gum_block(pen, 570, 470, 660, sore=(330,))
    pen.fill(ellipse(1040, 520, 96), m.WHITE)
    with pen.at(1040, 520):
        clip = ellipse(0, 0, 96)
        pen.fill(box(-140, -140, 150, 190, 50), m.CLOUD, clip=clip)
        pen.fill(
            smooth([(-120, 10), (-60, -24), (-8, 26), (40, -60), (120, -40), (120, 120), (-120, 120)]),
            m.SORE,
            clip=clip,
        )
        pen.fill(smooth([(-96, 6), (-44, -16), (-14, 20), (-60, 26)]), m.SUN, clip=clip)
        for x, y in ((30, 4), (56, 40)):
            pen.fill(
                path(
                    f"M{x},{y - 24} C{x + 20},{y + 4} {x + 16},{y + 22} {x},{y + 22} C{x - 16},{y + 22} {x - 20},{y + 4} {x},{y - 24}"
                ),
                "#a92f2b",
                clip=clip,
            )
    _magnifier(pen, 1040, 520, 96)


def _cover_home_blood_pressure(pen):
    m.heart(pen, 700, 300, 2.3, pulse=True)
    pen.stroke(smooth([(836, 646), (770, 700), (700, 690), (670, 660)], closed=False), m.TEAL_9, 11)
    m.monitor(pen, 940, 672, 1.34)
    m.cuff(pen, 640, 640, 0.98)
    with pen.at(1190, 560, 8):
        pen.fill(box(-88, -116, 180, 236, 14), m.TEAL_9, 0.12)
        pen.fill(box(-92, -124, 180, 236, 14), m.WHITE)
        pen.fill(box(-92, -124, 30, 236, (14, 0, 0, 14)), m.APRICOT)
        for line in range(6):
            pen.stroke([(-44, -90 + line * 34), (66 - line % 2 * 30, -90 + line * 34)], m.TEAL_2, 8)
        with pen.at(34, 40, 38):
            pen.fill(box(-10, -110, 22, 120, 8), m.CORAL)
            pen.fill([(-10, 8), (12, 8), (1, 34)], m.PEACH)
    for x, y, size in ((1090, 170, 26), (1160, 236, 14), (840, 150, 16)):
        m.sparkle(pen, x, y, size, m.SUN)


def _salt_shaker(pen, x, y, size, turn):
    with pen.at(x, y, turn, size):
        glass = path("M-70,-150 L70,-150 L92,110 C92,130 -92,130 -92,110 L-70,-150")
        pen.stroke(glass, m.TEAL_2, 12, closed=True)
        pen.fill(glass, m.WHITE)
        pen.fill(path("M-84,0 L84,0 L92,110 C92,130 -92,130 -92,110 L-84,0"), m.CLOUD)
        pen.fill(path("M-72,-146 C-72,-236 72,-236 72,-146"), m.TEAL_7)
        pen.fill(box(-80, -160, 160, 28, 10), m.TEAL_9)
        for x_, y_ in ((-26, -190), (0, -202), (26, -190), (-12, -176), (14, -176)):
            pen.fill(ellipse(x_, y_, 6), m.TEAL_2)
        pen.fill(ellipse(0, -36, 50), m.TEAL_1)
        pen.text(0, -36, "盐", 58, m.TEAL_7)
        pen.stroke([(-62, -118), (-72, 60)], m.MIST, 10)


def _cover_less_salt(pen):
    m.shadow(pen, 1026, 690, 260, 16)
    with pen.at(1016, 600):
        # a bowl of vegetables
        for x, y, turn, size in (
            (-150, -60, -46, 1.5),
            (-96, -80, -20, 1.8),
            (120, -70, 34, 1.7),
            (164, -40, 62, 1.3),
            (40, -90, 8, 1.6),
        ):
            with pen.at(x, y, turn, size):
                pen.fill(m.LEAF, m.TEAL_5)
                pen.stroke([(0, -8), (0, -84)], m.TEAL_3, 3)
        with pen.at(70, -74, 24):
            pen.fill(path("M-26,-150 C-10,-166 10,-166 26,-150 L14,20 L-14,20 L-26,-150"), m.APRICOT)
            for ring in (-120, -90, -60):
                pen.stroke([(-18, ring), (2, ring + 4)], m.CORAL, 4, alpha=0.6)
            for turn in (-24, 0, 24):
                with pen.at(0, -152, turn, 0.6):
                    pen.fill(m.LEAF, m.TEAL_7)
        pen.fill(ellipse(-60, -66, 74), m.CORAL)
        pen.fill(ellipse(-84, -92, 16, 11), m.WHITE, 0.5)
        with pen.at(-60, -132, 0, 0.34):
            for turn in (-80, -30, 30, 80):
                with pen.at(0, 0, turn):
                    pen.fill(m.LEAF, m.TEAL_7)
        pen.fill(path("M-230,-40 L230,-40 C224,60 130,90 60,92 L-60,92 C-130,90 -224,60 -230,-40"), m.WHITE)
        pen.fill(
            path("M-200,26 C-120,60 120,60 200,26 C170,76 110,90 60,92 L-60,92 C-110,90 -170,76 -200,26"),
            m.TEAL_1,
        )
        pen.fill(box(-244, -56, 488, 28, 14), m.TEAL_2)
    m.shadow(pen, 650, 690, 130, 14)
    _salt_shaker(pen, 650, 564, 1.0, 0)
    pen.fill(ellipse(690, 200, 92), m.WHITE)
    pen.fill(ellipse(690, 200, 78), m.CORAL)
    _arrow(pen, (690, 160), (690, 240), m.WHITE, 16)
    for step, (x, y) in enumerate(((592, 700), (622, 714), (566, 716), (650, 704), (600, 726))):
        pen.fill(box(x, y, 11, 11, 2), m.WHITE if step % 3 else m.MIST)
    with pen.at(660, 722, -3):
        pen.fill(box(40, -14, 210, 28, 14), m.TEAL_7)
        pen.fill(ellipse(0, 0, 66, 40), m.TEAL_7)
        pen.fill(ellipse(0, -6, 54, 30), m.TEAL_9)
        pen.fill(smooth([(-44, -8), (0, -26), (44, -8), (0, 10)]), m.WHITE)
        pen.fill(ellipse(228, 0, 7), m.MIST)


def _cover_flu_vaccine(pen):
    m.calendar(pen, 1132, 296, 0.96, "接种", marked=(16,), turn=6)
    m.shadow(pen, 850, 690, 150, 14)
    with pen.at(850, 424, 0, 1.5):
        pen.fill(m.SHIELD, m.WHITE)
        with pen.at(0, 0, 0, 0.9):
            pen.fill(m.SHIELD, m.TEAL_7)
            pen.fill([(0, -160), (140, -160), (140, 160), (0, 160)], m.TEAL_8, clip=m.SHIELD)
        m.plus(pen, 0, -4, 50, m.WHITE)
    m.syringe(pen, 1096, 596, 0.86, -20)
    m.virus(pen, 592, 292, 46, 12)
    m.virus(pen, 600, 500, 36, 30, m.APRICOT, "#d98b3e")
    m.virus(pen, 664, 128, 36, 0, m.APRICOT, "#d98b3e")


def _sitter(pen, x, y, size, shirt, trousers, head=None, shoes=m.TEAL_9):
    """Somebody sitting and facing us: the origin is the middle of the seat."""
    with pen.at(x, y, 0, size):
        for side in (-1, 1):
            pen.stroke([(side * 40, 0), (side * 46, 120)], trousers, 58)
            pen.fill(box(side * 46 - 36, 140, 72, 34, (16, 16, 8, 8)), shoes)
        pen.fill(
            smooth(
                [
                    (-70, 22),
                    (-66, -50),
                    (-68, -130),
                    (-48, -168),
                    (0, -178),
                    (48, -168),
                    (68, -130),
                    (66, -50),
                    (70, 22),
                    (0, 34),
                ]
            ),
            shirt,
        )
        pen.fill(box(-20, -212, 40, 50, 16), m.SKIN_DARK)
        if head:
            head(0, -262)


def _arm(pen, points, sleeve, width=40, hand=m.SKIN):
    """A bent arm: sleeve down to the wrist, then a hand."""
    curve = smooth(points, closed=False)
    pen.stroke(curve, sleeve, width)
    pen.fill(ellipse(*points[-1], width * 0.52), hand)


def _waiting_pair(pen, x, y, size):
    """A mother and her child on a bench, the child with a plaster on the bare arm."""
    with pen.at(x, y, 0, size):
        m.shadow(pen, 0, 186, 300, 16)
        for leg in (-250, 232):
            pen.fill(box(leg, 20, 22, 162, 8), m.TEAL_9)
        pen.fill(box(-290, -150, 580, 36, 18), m.APRICOT)
        pen.fill(box(-290, -90, 580, 36, 18), m.APRICOT)
        for post in (-240, 220):
            pen.fill(box(post, -160, 20, 190, 8), m.CORAL)
        pen.fill(box(-300, 6, 600, 40, 18), m.CORAL)
        _sitter(
            pen, -104, 10, 1.0, m.TEAL_5, m.SLATE, lambda hx, hy: m.head(pen, hx, hy, 1.06, m.HAIR, "bun")
        )
        with pen.at(0, -10):
            # the child, whose feet do not reach the floor
            for side in (-1, 1):
                pen.stroke([(100 + side * 26, 8), (104 + side * 28, 84)], "#5b7fa3", 40)
                pen.fill(box(104 + side * 28 - 25, 98, 50, 26, (12, 12, 6, 6)), m.CORAL)
            pen.fill(
                smooth(
                    [
                        (44, 20),
                        (42, -50),
                        (58, -106),
                        (100, -118),
                        (142, -106),
                        (158, -50),
                        (156, 20),
                        (100, 30),
                    ]
                ),
                m.SUN,
            )
            pen.fill(box(86, -138, 28, 34, 12), m.SKIN_DARK)
            m.head(pen, 100, -182, 0.86, m.HAIR, "child")
            pen.stroke(smooth([(150, -84), (172, -36), (150, 10)], closed=False), m.SKIN, 30)
            pen.stroke(smooth([(148, -88), (156, -70)], closed=False), m.SUN, 36)
            with pen.at(166, -44, 66):
                pen.fill(box(-22, -9, 44, 18, 9), m.PEACH)
                pen.fill(box(-8, -9, 16, 18), m.WHITE)
            pen.stroke(smooth([(50, -84), (36, -36), (56, 6)], closed=False), m.SKIN, 30)
            pen.stroke(smooth([(52, -88), (44, -66)], closed=False), m.SUN, 36)
        _arm(pen, [(-158, -126), (-188, -52), (-140, 6)], m.TEAL_7)
        _arm(pen, [(-50, -128), (-18, -58), (36, -24)], m.TEAL_7)


def _cover_after_vaccination(pen):
    m.clock(pen, 1150, 190, 96, hour=10, minute=30, highlight=(0, 30))
    _waiting_pair(pen, 900, 500, 1.0)
    m.heart(pen, 690, 178, 0.6, m.CORAL)
    m.heart(pen, 640, 236, 0.34, m.APRICOT)


def _cover_medicine_storage(pen):
    pen.fill(box(590, 372, 640, 30, 10), m.APRICOT)
    pen.fill(box(590, 392, 640, 12, 4), m.CORAL)
    for bracket, way in ((650, 1), (1170, -1)):
        pen.stroke([(bracket, 408), (bracket, 464)], m.CORAL, 12)
        pen.stroke([(bracket, 460), (bracket + way * 50, 410)], m.CORAL, 9)
    m.medicine_chest(pen, 900, 372, 0.98)
    m.bottle(pen, 1150, 372, 0.82)
    m.clock(pen, 640, 168, 62, hour=8, minute=0)
    # a toddler who looks up and cannot reach
    m.shadow(pen, 900, 700, 130, 12)
    with pen.at(900, 664):
        for side in (-1, 1):
            pen.stroke([(side * 26, -10), (side * 28, 18)], "#5b7fa3", 40)
            pen.fill(box(side * 28 - 27, 18, 54, 28, (14, 14, 6, 6)), m.CORAL)
            _arm(pen, [(side * 48, -74), (side * 92, -118), (side * 96, -186)], m.SUN, 32)
        pen.fill(
            smooth([(-56, 4), (-58, -56), (-44, -104), (0, -116), (44, -104), (58, -56), (56, 4), (0, 14)]),
            m.SUN,
        )
        m.head(pen, 0, -158, 0.9, m.HAIR, "child", mouth="plain")


def _organiser(pen, x, y, columns, rows, cell, heads, sides, filled):
    """A pill box seen from above; ``filled(column, row)`` tells whether pills are still in a cell."""
    width, height = columns * cell + 60, rows * cell + 60
    pen.fill(box(x + 6, y + 14, width, height, 40), m.TEAL_9, 0.14)
    pen.fill(box(x, y, width, height, 40), m.TEAL_7)
    colours = (m.CORAL, m.SUN, m.TEAL_5, m.APRICOT)
    for column in range(columns):
        if heads:
            pen.text(x + 30 + (column + 0.5) * cell, y - 36, heads[column], 40, m.TEAL_9)
        for row in range(rows):
            left, top = x + 30 + column * cell, y + 30 + row * cell
            pen.fill(box(left + 6, top + 6, cell - 12, cell - 12, 18), m.WHITE)
            pen.fill(box(left + 6, top + 6, cell - 12, 18, (18, 18, 0, 0)), m.TEAL_1)
            middle_x, middle_y = left + cell / 2, top + cell / 2 + 4
            if filled(column, row):
                unit = cell / 110
                m.pill(
                    pen,
                    middle_x - 8 * unit,
                    middle_y - 14 * unit,
                    0.52 * unit,
                    -24,
                    colours[row % 4],
                    m.PEACH,
                )
                m.tablet(
                    pen,
                    middle_x + 22 * unit,
                    middle_y + 20 * unit,
                    15 * unit,
                    m.SUN if row == 1 else m.TEAL_2,
                    m.WHITE,
                )
                if row != 1:
                    m.tablet(pen, middle_x - 22 * unit, middle_y + 22 * unit, 12 * unit, m.PEACH, m.WHITE, 80)
            else:
                m.check(pen, middle_x, middle_y, cell * 0.16, m.TEAL_3, cell * 0.09)
    for row, word in enumerate(sides):
        pen.text(x - 40, y + 30 + (row + 0.5) * cell, word, 40, m.TEAL_9)


def _cover_several_medicines(pen):
    m.shadow(pen, 906, 700, 300, 14)
    _organiser(pen, 626, 396, 4, 2, 118, (), (), lambda column, row: column > 0)
    m.shadow(pen, 1206, 704, 70, 10)
    m.glass(pen, 1206, 706, 1.2)
    # an alarm clock
    for bell in (-1, 1):
        with pen.at(730 + bell * 62, 136, bell * 32):
            pen.fill(sector(0, 14, 42, 180, 360), m.APRICOT)
        pen.stroke([(730 + bell * 52, 304), (730 + bell * 70, 332)], m.TEAL_9, 16)
    m.clock(pen, 730, 230, 88, hour=8, minute=0, ring=m.CORAL)
    m.pill(pen, 980, 232, 1.0, -28)
    m.tablet(pen, 1086, 274, 34, m.WHITE)
    m.pill(pen, 1108, 168, 0.8, 30, m.TEAL_5, m.WHITE)
    m.tablet(pen, 580, 712, 24, m.SUN, m.WHITE)
    m.tablet(pen, 1010, 144, 22, m.SUN, m.WHITE)


def _cover_faulty(pen):
    m.shadow(pen, 880, 694, 220, 14)
    with pen.at(880, 400, -4):
        pen.fill(box(-186, -262, 388, 540, 24), m.TEAL_9, 0.12)
        pen.fill(box(-194, -274, 388, 540, 24), m.WHITE)
        pen.fill(box(-146, -226, 220, 30, 12), m.TEAL_3)
        for line in range(8):
            top = -160 + line * 46
            bad = line in (1, 4, 6)
            pen.fill(
                box(-146, top, (290, 250, 280, 290, 200, 284, 236, 150)[line], 18, 9),
                m.PEACH if bad else m.CLOUD,
            )
            if bad:
                pen.stroke(
                    smooth(
                        [(-146 + i * 16, top + 30 + (5 if i % 2 else -3)) for i in range(16)], closed=False
                    ),
                    m.CORAL,
                    6,
                )
        with pen.at(96, 190, -14):
            pen.stroke(ellipse(0, 0, 74), m.CORAL, 10, closed=True)
            pen.stroke(ellipse(0, 0, 58), m.CORAL, 4, closed=True)
            pen.text(0, 0, "退回", 46, m.CORAL)
    pen.fill(ellipse(1096, 300, 104), m.WHITE, 0.92)
    pen.text(1096, 306, "?", 150, m.CORAL)
    _magnifier(pen, 1096, 300, 104, 56)


# ---- figures ------------------------------------------------------------------------------------------------------


def _panel(pen, x, y, width, height, ground=m.WHITE):
    pen.fill(box(x + 4, y + 10, width, height, 36), m.TEAL_9, 0.06)
    pen.fill(box(x, y, width, height, 36), ground)


def _arrow(pen, start, end, colour=m.CORAL, width=12, both=False):
    pen.stroke([start, end], colour, width)
    for tip, tail in ((end, start), (start, end))[: 2 if both else 1]:
        dx, dy = tip[0] - tail[0], tip[1] - tail[1]
        length = (dx * dx + dy * dy) ** 0.5
        ux, uy = dx / length * width * 2, dy / length * width * 2
        pen.stroke(
            [(tip[0] - ux - uy, tip[1] - uy + ux), tip, (tip[0] - ux + uy, tip[1] - uy - ux)], colour, width
        )


def _figure_brushing_angle(pen):
    _panel(pen, 40, 40, 545, 720)
    _panel(pen, 615, 40, 545, 720)
    # left: one tooth from the side, the brush head from its end
    frame = box(40, 40, 545, 720, 36)
    gum = smooth(
        [
            (20, 556),
            (120, 548),
            (196, 500),
            (224, 520),
            (250, 600),
            (350, 600),
            (380, 520),
            (408, 500),
            (480, 548),
            (600, 560),
            (620, 800),
            (0, 800),
        ]
    )
    crown = path(
        "M226,640 C210,560 196,470 214,376 C222,316 236,262 264,258 C284,256 288,280 300,282 C312,280 318,256 338,260 C364,266 378,316 386,376 C404,470 390,560 374,640 L340,720 L260,720 L226,640"
    )
    pen.fill(gum, m.GUM, clip=frame)
    pen.fill(crown, m.WHITE)
    pen.stroke(crown, m.TEAL_2, 8, closed=True)
    pen.fill(smooth([(340, 280), (374, 390), (378, 560), (352, 600), (352, 440), (334, 330)]), m.TEAL_1)
    pen.fill(
        smooth(
            [
                (20, 580),
                (120, 572),
                (206, 520),
                (240, 590),
                (300, 640),
                (360, 590),
                (394, 520),
                (480, 572),
                (620, 580),
                (620, 820),
                (0, 820),
            ]
        ),
        m.GUM,
        clip=frame,
    )
    pen.fill(
        smooth([(20, 640), (140, 628), (300, 690), (460, 628), (620, 640), (620, 820), (0, 820)]),
        m.GUM_DARK,
        0.55,
        clip=frame,
    )
    with pen.at(391, 512, 45):
        for strand in range(6):
            pen.fill(
                box(-34 + strand * 11.6, -120, 9, 122, (2, 2, 5, 5)), m.TEAL_3 if strand % 2 else m.TEAL_2
            )
        pen.fill(box(-50, -168, 100, 54, 18), m.APRICOT)
        pen.stroke([(-30, -152), (30, -152)], m.WHITE, 7, alpha=0.5)
    pen.dashes([(391, 500), (391, 210)], m.TEAL_9, 5)
    pen.stroke(arc(391, 512, 232, -88, -47), m.CORAL, 8)
    pen.text(492, 236, "45°", 54, m.CORAL)
    m.label(pen, 150, 340, "牙齿", 34)
    pen.stroke([(206, 350), (252, 392)], m.TEAL_7, 5)
    m.label(pen, 130, 690, "牙龈", 34, ground=m.CORAL)
    m.label(pen, 312, 104, "刷毛斜着放", 38)
    # right: three teeth from the front, the brush along the gum
    frame = box(615, 40, 545, 720, 36)
    for tooth in range(4):
        left = 640 + tooth * 128
        body = path(
            f"M{left},560 C{left - 6},440 {left - 2},300 {left + 10},280 C{left + 30},262 {left + 90},262 {left + 108},280 C{left + 122},300 {left + 126},440 {left + 120},560 L{left},560"
        )
        pen.fill(body, m.WHITE)
        pen.stroke(body, m.TEAL_2, 7, closed=True)
        pen.stroke([(left + 26, 330), (left + 24, 420)], m.MIST, 12)
    edge = [(600, 520)]
    for tooth in range(4):
        left = 640 + tooth * 128
        edge += [(left - 4, 478), (left + 60, 548)]
    edge += [(1150, 478), (1180, 520)]
    pen.fill([*smooth(edge, closed=False), (1180, 800), (600, 800)], m.GUM, clip=frame)
    pen.fill(box(600, 660, 600, 140), m.GUM_DARK, 0.45, clip=frame)
    for column in range(12):
        pen.fill(box(742 + column * 23, 480, 18, 62, (2, 2, 9, 9)), m.TEAL_3 if column % 2 else m.TEAL_2)
    pen.fill(box(726, 420, 306, 70, 32), m.APRICOT)
    pen.fill(box(990, 438, 190, 34, 12), m.APRICOT, clip=frame)
    pen.stroke([(760, 438), (960, 438)], m.WHITE, 8, alpha=0.5)
    _arrow(pen, (760, 380), (990, 380), m.TEAL_7, 13, both=True)
    m.label(pen, 887, 104, "原位小幅颤动", 38)
    m.label(pen, 887, 214, "一次两三颗牙", 34, m.TEAL_9, m.TEAL_1)


def _dental_arch(pen, x, y, size, surface):
    """The lower row of teeth from above; ``surface`` (outer, inner, top) is painted apricot."""
    with pen.at(x, y, 0, size):
        outer = path("M-150,150 C-160,-40 -110,-170 0,-170 C110,-170 160,-40 150,150")
        inner = path("M78,150 C80,10 60,-84 0,-84 C-60,-84 -80,10 -78,150")
        pen.stroke([*outer, *inner], m.GUM, 46, closed=True)
        pen.fill([*outer, *inner], m.GUM)
        places = ((-114, 130, 0), (-116, 66, 4), (-112, 6, 10), (-96, -48, 24), (-68, -94, 42), (-26, -122, 70),
                  (26, -122, 110), (68, -94, 138), (96, -48, 156), (112, 6, 170), (116, 66, 176), (114, 130, 180))  # fmt: skip
        for tooth_x, tooth_y, turn in places:
            wide = 62 if abs(tooth_x) > 105 else 50
            with pen.at(tooth_x, tooth_y, turn):
                shape = box(-wide / 2, -26, wide, 52, 20)
                pen.fill(box(-wide / 2 - 3, -29, wide + 6, 58, 22), m.GUM_DARK)
                pen.fill(shape, m.WHITE)
                if surface == "top":
                    pen.fill(box(-wide / 2 + 9, -17, wide - 18, 34, 13), m.APRICOT)
                else:
                    pen.fill(
                        box(-wide / 2 if surface == "outer" else wide / 2 - 15, -26, 15, 52, 6),
                        m.APRICOT,
                        clip=shape,
                    )


def _figure_brushing_order(pen):
    for number, (word, surface) in enumerate((("外侧", "outer"), ("里侧", "inner"), ("咬合面", "top"))):
        left = 40 + number * 380
        _panel(pen, left, 40, 360, 500)
        pen.fill(ellipse(left + 66, 104, 36), m.TEAL_7)
        pen.text(left + 66, 104, str(number + 1), 42, m.WHITE)
        pen.text(left + 200, 104, word, 44, m.TEAL_9)
        _dental_arch(pen, left + 180, 348, 0.92, surface)
        if number:
            _arrow(pen, (left - 34, 300), (left + 10, 300), m.CORAL, 12)
    for number, word in enumerate(("早上", "睡前")):
        left = 40 + number * 570
        _panel(pen, left, 570, 550, 190, m.CREAM if number == 0 else m.TEAL_9)
        x, y = left + 112, 665
        if number == 0:
            for ray in range(12):
                with pen.at(x, y, ray * 30):
                    pen.stroke([(0, -60), (0, -74)], m.APRICOT, 9)
            pen.fill(ellipse(x, y, 46), m.SUN)
        else:
            pen.fill(ellipse(x, y, 54), m.SUN)
            pen.fill(ellipse(x + 26, y - 16, 46), m.TEAL_9)
            for star_x, star_y, star in ((62, -46, 13), (74, 44, 8)):
                m.sparkle(pen, x + star_x, y + star_y, star, m.CREAM)
        ink = m.TEAL_9 if number == 0 else m.WHITE
        pen.text(left + 260, 665, word, 46, ink)
        pen.text(left + 426, 665, "2分钟", 56, m.CORAL if number == 0 else m.SUN)


def _gum_row(pen, x, y, sick):
    """Three teeth in their gum inside a panel of 545 × 560 at (x, y)."""
    frame = box(x, y, 545, 720, 36)
    gum = m.SORE if sick else m.GUM
    rise = 36 if sick else 0
    for tooth in range(3):
        m.tooth(
            pen,
            x + 100 + tooth * 172,
            y + 368 - (14 if tooth == 1 else 0),
            0.92 if tooth != 1 else 1.08,
            outline=m.TEAL_2,
        )
    if sick:
        for tooth in range(3):
            base = x + 100 + tooth * 172
            pen.fill(
                smooth(
                    [
                        (base - 70, y + 374),
                        (base - 30, y + 350),
                        (base, y + 364),
                        (base + 34, y + 348),
                        (base + 72, y + 374),
                        (base + 50, y + 408),
                        (base - 50, y + 408),
                    ]
                ),
                "#e3bf6a",
            )
            pen.stroke(
                smooth([(base - 44, y + 370), (base - 10, y + 378), (base + 36, y + 368)], closed=False),
                "#c99f45",
                6,
            )
    edge = [(x - 30, y + 430)]
    for tooth in range(3):
        base = x + 100 + tooth * 172
        edge += [(base - 86, y + 356 - rise), (base, y + 404)]
    edge += [(x + 530, y + 356 - rise), (x + 580, y + 404)]
    body = smooth(edge, closed=False)
    pen.fill([*body, (x + 580, y + 800), (x - 30, y + 800)], gum, clip=frame)
    pen.stroke([(px, py + 16) for px, py in body], "#e8837b" if sick else "#f6beb6", 9, clip=frame)
    pen.fill(
        smooth(
            [
                (x - 40, y + 590),
                (x + 130, y + 560),
                (x + 290, y + 590),
                (x + 440, y + 560),
                (x + 600, y + 590),
                (x + 600, y + 860),
                (x - 40, y + 860),
            ]
        ),
        "#c2453e" if sick else m.GUM_DARK,
        0.6,
        clip=frame,
    )
    if sick:
        for drop_x, drop_y, size in ((186, 440, 1.0), (358, 450, 1.2), (372, 520, 0.7)):
            with pen.at(x + drop_x, y + drop_y, 0, size):
                pen.fill(path("M0,-34 C24,0 20,26 0,26 C-20,26 -24,0 0,-34"), "#9c2723")
                pen.stroke([(-7, 6), (-4, 12)], m.WHITE, 5, alpha=0.7)


def _figure_gums(pen):
    for number, (words, sick) in enumerate((("健康的牙龈", False), ("发炎的牙龈", True))):
        left = 40 + number * 575
        _panel(pen, left, 40, 545, 720)
        _gum_row(pen, left, 40, sick)
        m.label(pen, left + 290, 112, words, 40, ground=m.CORAL if sick else m.TEAL_7)
        m.badge(pen, left + 82, 112, 36, not sick)
    m.label(pen, 754, 600, "红肿", 32, m.SORE, m.WHITE)
    m.label(pen, 1016, 690, "容易出血", 32, m.SORE, m.WHITE)
    m.label(pen, 170, 640, "粉红", 32, "#b65a52", m.WHITE)
    m.label(pen, 430, 640, "贴紧牙齿", 32, "#b65a52", m.WHITE)
    m.label(pen, 1052, 226, "牙石", 32, m.TEAL_9, "#f3dca5")
    pen.stroke([(1052, 258), (1060, 408)], m.TEAL_9, 4)


def _figure_blood_pressure_posture(pen):
    pen.fill(ellipse(600, 400, 372), m.TEAL_1)
    pen.fill(box(0, 706, 1200, 94), m.TEAL_2)
    pen.fill(box(0, 706, 1200, 8), m.TEAL_3)
    m.shadow(pen, 560, 724, 430, 12, 0.16)
    # chair
    for leg in ((332, 522, 310, 706), (520, 522, 536, 706)):
        pen.stroke([leg[:2], leg[2:]], m.CORAL, 18)
    pen.stroke(smooth([(338, 520), (318, 400), (300, 236)], closed=False), m.CORAL, 26)
    pen.stroke(smooth([(330, 470), (318, 390), (306, 280)], closed=False), m.APRICOT, 40)
    pen.stroke([(330, 518), (536, 518)], m.APRICOT, 34)
    # the table behind the legs
    pen.fill(box(994, 432, 24, 276, 8), m.TEAL_8)
    pen.fill(box(752, 432, 22, 276, 8), m.TEAL_8)
    # legs
    for shade, shift in ((m.INK, 22), (m.SLATE, 0)):
        pen.stroke(
            smooth([(410 + shift, 470), (520 + shift, 464), (606 + shift, 480)], closed=False), shade, 84
        )
        pen.stroke([(612 + shift, 490), (604 + shift, 650)], shade, 62)
        pen.fill(
            path(
                f"M{572 + shift},672 C{572 + shift},640 {636 + shift},640 {640 + shift},664 C{676 + shift},672 {700 + shift},684 {700 + shift},706 L{572 + shift},706 L{572 + shift},672"
            ),
            m.TEAL_9,
        )
    # body and head
    pen.fill(
        smooth(
            [(352, 500), (346, 390), (362, 290), (414, 250), (474, 262), (500, 320), (494, 420), (484, 508)]
        ),
        m.TEAL_5,
    )
    pen.stroke([(424, 262), (430, 226)], m.SKIN_DARK, 44)
    pen.fill(
        smooth(
            [
                (384, 150),
                (400, 92),
                (450, 76),
                (498, 104),
                (504, 150),
                (516, 172),
                (504, 182),
                (498, 214),
                (462, 228),
                (416, 216),
            ]
        ),
        m.SKIN,
    )
    pen.fill(
        smooth(
            [
                (372, 150),
                (382, 84),
                (440, 52),
                (500, 76),
                (508, 110),
                (470, 112),
                (446, 128),
                (436, 160),
                (420, 186),
                (394, 196),
            ]
        ),
        m.GREY_HAIR,
    )
    pen.fill(ellipse(430, 164, 14, 18), m.SKIN_DARK)
    pen.fill(ellipse(482, 146, 5, 7), m.INK)
    pen.stroke([(472, 128), (490, 128)], m.GREY_HAIR, 6)
    pen.stroke(arc(484, 186, 16, 20, 100), "#a5503f", 5)
    pen.fill(ellipse(468, 178, 13, 8), m.CORAL, 0.3)
    # table top, monitor
    pen.fill(box(560, 414, 500, 26, 10), m.TEAL_7)
    pen.stroke(smooth([(556, 352), (640, 300), (720, 330), (780, 400)], closed=False), m.TEAL_9, 9)
    m.monitor(pen, 886, 414, 0.78)
    # arm on the table, cuff at the height of the heart
    pen.stroke(smooth([(456, 306), (520, 360), (566, 384), (620, 392)], closed=False), m.SKIN, 50)
    pen.stroke([(570, 388), (700, 392)], m.SKIN, 42)
    pen.fill(ellipse(716, 390, 30, 22), m.SKIN)
    pen.stroke([(716, 384), (752, 386)], m.SKIN, 16)
    pen.stroke([(448, 300), (478, 326)], m.TEAL_3, 62)
    with pen.at(520, 360, 38):
        pen.fill(box(-40, -36, 80, 72, 16), m.TEAL_9)
        pen.fill(box(10, -36, 16, 72), m.TEAL_5)
    m.heart(pen, 432, 366, 0.5)
    pen.dashes([(470, 358), (486, 358)], m.CORAL, 5)
    pen.dashes([(262, 358), (396, 358)], m.CORAL, 5)
    # labels
    m.label(pen, 150, 220, "背靠椅子", 34)
    pen.stroke([(236, 236), (296, 270)], m.TEAL_7, 5)
    m.label(pen, 150, 358, "与心脏同高", 34, ground=m.CORAL)
    m.label(pen, 864, 620, "双脚放平", 34)
    pen.stroke([(780, 636), (706, 682)], m.TEAL_7, 5)
    m.label(pen, 690, 230, "袖带", 34)
    pen.stroke([(648, 250), (546, 336)], m.TEAL_7, 5)
    m.label(pen, 990, 130, "静坐5分钟", 36, m.TEAL_9, m.SUN)


def _figure_flu_calendar(pen):
    stops = ((210, "早些接种"), (600, "2～4周起效"), (990, "迎接流感季"))
    pen.stroke([(210, 340), (990, 340)], m.TEAL_2, 18)
    for number, (x, words) in enumerate(stops):
        pen.fill(ellipse(x, 348, 178), m.TEAL_9, 0.06)
        pen.fill(ellipse(x, 340, 176), (m.CREAM, m.WHITE, "#e4f0f8")[number])
        m.label(pen, x, 600, words, 38, ground=(m.CORAL, m.TEAL_7, "#3f6f96")[number])
    for x in (405, 795):
        pen.fill(ellipse(x, 340, 38), m.WHITE)
        _arrow(pen, (x - 18, 340), (x + 16, 340), m.CORAL, 9)
    m.calendar(pen, 204, 318, 0.72, "秋季", marked=(9,))
    m.syringe(pen, 246, 440, 0.46, -22)
    for x, y, turn, colour in ((84, 212, -30, m.APRICOT), (330, 214, 40, m.CORAL), (344, 468, 100, m.SUN)):
        with pen.at(x, y, turn, 0.6):
            pen.fill(m.LEAF, colour)
            pen.stroke([(0, 8), (0, -80)], m.WHITE, 4, alpha=0.6)
    with pen.at(600, 316, 0, 0.66):
        pen.fill(m.SHIELD, m.TEAL_7)
        pen.fill([(0, -160), (140, -160), (140, 160), (0, 160)], m.TEAL_8, clip=m.SHIELD)
        m.plus(pen, 0, -4, 46, m.WHITE)
    for step, height in enumerate((20, 34, 48)):
        pen.fill(box(548 + step * 40, 496 - height, 24, height, 6), (m.TEAL_2, m.TEAL_3, m.TEAL_5)[step])
    with pen.at(990, 330):
        for arm in range(6):
            with pen.at(0, 0, arm * 60):
                pen.stroke([(0, 0), (0, -104)], "#8db7d6", 11)
                for branch in (-46, -76):
                    pen.stroke([(-24, branch - 20), (0, branch), (24, branch - 20)], "#8db7d6", 9)
    m.virus(pen, 906, 452, 30, 10)
    m.virus(pen, 1086, 232, 24, 30, m.APRICOT, "#d98b3e")
    m.virus(pen, 1072, 452, 20, 0)
    m.sprig(pen, 70, 800, 0.5, 14, colour=m.TEAL_2)
    m.sprig(pen, 1130, 800, 0.5, -14, flip=True, colour=m.TEAL_2)
    for x, y, size in ((400, 110, 0.5), (800, 96, 0.4), (600, 720, 0.5)):
        m.blossom(pen, x, y, size, 12)


def _figure_observe_thirty(pen):
    pen.fill(ellipse(420, 430, 350), m.TEAL_1)
    pen.fill(box(0, 706, 1200, 94), m.TEAL_2)
    pen.fill(box(0, 706, 1200, 8), m.TEAL_3)
    m.clock(pen, 560, 160, 98, hour=10, minute=30, highlight=(0, 30))
    m.label(pen, 214, 84, "坐满30分钟", 40, ground=m.CORAL)
    _waiting_pair(pen, 384, 524, 1.0)
    # a nurse at her desk
    m.shadow(pen, 950, 714, 230, 14)
    pen.fill(
        smooth([(846, 540), (838, 440), (856, 352), (940, 324), (1024, 352), (1042, 440), (1034, 540)]),
        m.WHITE,
    )
    pen.fill([(912, 332), (968, 332), (940, 392)], m.TEAL_3)
    pen.fill(box(920, 290, 40, 52, 16), m.SKIN_DARK)
    m.head(pen, 940, 240, 1.08, m.HAIR, "bob")
    pen.fill(path("M880,196 C888,140 992,140 1000,196 C968,180 912,180 880,196"), m.WHITE)
    m.plus(pen, 940, 166, 9, m.TEAL_5)
    _arm(pen, [(1014, 376), (1050, 444), (996, 496)], "#e6efed")
    _arm(pen, [(868, 376), (832, 444), (886, 496)], "#e6efed")
    pen.fill(box(750, 506, 400, 30, 12), m.APRICOT)
    pen.fill(box(774, 536, 352, 172, (0, 0, 10, 10)), m.PEACH)
    m.plus(pen, 950, 622, 30, m.TEAL_5)
    m.bottle(pen, 806, 506, 0.42, m.TEAL_5)
    pen.fill(box(1060, 452, 64, 54, 8), m.TEAL_7)
    m.plus(pen, 1092, 478, 10, m.WHITE)
    m.label(pen, 950, 92, "医护人员在旁", 36)


def _figure_storage_places(pen):
    places = (("高处的干燥柜子", True), ("窗台", False), ("灶台", False), ("卫生间", False))
    for number, (words, good) in enumerate(places):
        x, y = 40 + number % 2 * 570, 40 + number // 2 * 370
        _panel(pen, x, y, 550, 350)
        frame = box(x, y, 550, 350, 36)
        with pen.at(x, y):
            inside = box(0, 0, 550, 350, 36)
            (_place_cupboard, _place_window, _place_stove, _place_bathroom)[number](pen, inside)
        pen.fill([(x, y + 276), (x + 550, y + 276), (x + 550, y + 400), (x, y + 400)], m.WHITE, clip=frame)
        m.badge(pen, x + 64, y + 312, 26, good)
        pen.text(x + (302 if good else 270), y + 312, words, 38, m.TEAL_7 if good else m.CORAL)


def _place_cupboard(pen, inside):
    pen.fill(box(0, 0, 550, 350), m.TEAL_1, clip=inside)
    pen.fill(box(118, 26, 314, 172, 12), m.APRICOT)
    pen.fill(box(132, 40, 286, 144, 6), m.CREAM)
    pen.fill(box(50, 30, 70, 166, 6), m.CORAL)
    pen.fill(box(430, 30, 70, 166, 6), m.CORAL)
    for knob in (108, 442):
        pen.fill(ellipse(knob, 116, 7), m.CREAM)
    m.medicine_chest(pen, 250, 184, 0.44)
    m.bottle(pen, 366, 184, 0.46)
    _arrow(pen, (275, 264), (275, 216), m.TEAL_5, 9)


def _place_window(pen, inside):
    pen.fill(box(0, 0, 550, 350), m.CREAM, clip=inside)
    pen.fill(box(120, 20, 310, 210, 8), m.WHITE)
    pen.fill(box(134, 34, 282, 190, 4), "#cfe8f5")
    pen.fill(ellipse(360, 88, 38), m.SUN)
    for ray in range(12):
        with pen.at(360, 88, ray * 30):
            pen.stroke([(0, -50), (0, -62)], m.APRICOT, 7)
    pen.stroke([(275, 34), (275, 224)], m.WHITE, 12)
    pen.stroke([(134, 130), (416, 130)], m.WHITE, 12)
    pen.fill([(344, 122), (372, 126), (300, 226), (150, 226)], m.SUN, 0.4)
    pen.fill(box(90, 224, 370, 26, 8), m.PEACH)
    m.bottle(pen, 200, 226, 0.5)
    m.tablet(pen, 262, 216, 12, m.WHITE)


def _place_stove(pen, inside):
    pen.fill(box(0, 0, 550, 350), m.CREAM, clip=inside)
    for tile in range(6):
        pen.stroke([(tile * 110, 0), (tile * 110, 210)], m.PEACH, 3, alpha=0.6, clip=inside)
    pen.stroke([(0, 104), (550, 104)], m.PEACH, 3, alpha=0.6)
    for steam in (236, 276, 316):
        pen.stroke(
            smooth([(steam, 118), (steam - 12, 88), (steam + 10, 62), (steam - 4, 36)], closed=False),
            m.STEEL,
            9,
            alpha=0.55,
        )
    pen.fill(box(206, 132, 140, 74, (6, 6, 24, 24)), m.TEAL_7)
    pen.fill(box(196, 122, 160, 16, 8), m.TEAL_9)
    pen.fill(box(344, 150, 70, 16, 8), m.TEAL_9)
    for flame in (228, 262, 296, 328):
        pen.fill(
            path(
                f"M{flame},206 C{flame + 16},222 {flame + 10},240 {flame},240 C{flame - 10},240 {flame - 16},222 {flame},206"
            ),
            m.CORAL,
        )
        pen.fill(
            path(
                f"M{flame},220 C{flame + 8},228 {flame + 5},238 {flame},238 C{flame - 5},238 {flame - 8},228 {flame},220"
            ),
            m.SUN,
        )
    pen.fill(box(0, 240, 550, 40), m.STEEL, clip=inside)
    m.bottle(pen, 146, 240, 0.5)
    pen.fill(box(420, 196, 84, 44, 6), m.WHITE)
    m.plus(pen, 462, 218, 10, m.TEAL_5)


def _place_bathroom(pen, inside):
    pen.fill(box(0, 0, 550, 350), "#e4f0f8", clip=inside)
    for line in (70, 140, 210):
        pen.stroke([(0, line), (550, line)], m.WHITE, 4, clip=inside)
    for column in range(7):
        pen.stroke([(column * 92, 0), (column * 92, 280)], m.WHITE, 4, clip=inside)
    pen.fill(box(196, 22, 158, 120, 60), m.WHITE)
    pen.fill(box(206, 32, 138, 100, 50), "#cfe8f5")
    pen.stroke([(236, 96), (276, 54)], m.WHITE, 9, alpha=0.8)
    pen.fill(path("M170,196 L380,196 C376,260 330,276 275,276 C220,276 174,260 170,196"), m.WHITE)
    pen.fill(box(150, 184, 250, 22, 11), m.CLOUD)
    pen.stroke(smooth([(275, 186), (275, 160), (300, 152), (312, 170)], closed=False), m.STEEL, 12)
    for x, y, size in (
        (90, 96, 1.0),
        (120, 160, 0.7),
        (452, 90, 0.9),
        (480, 160, 1.1),
        (428, 150, 0.6),
        (70, 200, 0.6),
    ):
        with pen.at(x, y, 0, size):
            pen.fill(path("M0,-24 C18,2 14,18 0,18 C-14,18 -18,2 0,-24"), "#7fb4d6")
    m.bottle(pen, 196, 186, 0.42)
    m.pill(pen, 366, 170, 0.42, -10)


def _figure_pill_organiser(pen):
    m.label(pen, 640, 116, "一格空了，就是吃过了", 44)
    _organiser(
        pen,
        160,
        280,
        7,
        3,
        128,
        "一二三四五六日",
        "早中晚",
        lambda column, row: column > 2 or (column == 2 and row > 0),
    )
    m.blossom(pen, 140, 112, 0.8, 10)
    m.blossom(pen, 1104, 116, 0.7, -14)
    m.blossom(pen, 1010, 64, 0.4, 20)


_SCENES = {
    "cover-brushing": _cover_brushing,
    "cover-gum-bleeding": _cover_gum_bleeding,
    "cover-home-blood-pressure": _cover_home_blood_pressure,
    "cover-less-salt": _cover_less_salt,
    "cover-flu-vaccine": _cover_flu_vaccine,
    "cover-after-vaccination": _cover_after_vaccination,
    "cover-medicine-storage": _cover_medicine_storage,
    "cover-several-medicines": _cover_several_medicines,
    "cover-faulty": _cover_faulty,
    "figure-brushing-angle": _figure_brushing_angle,
    "figure-brushing-order": _figure_brushing_order,
    "figure-gums": _figure_gums,
    "figure-blood-pressure-posture": _figure_blood_pressure_posture,
    "figure-flu-calendar": _figure_flu_calendar,
    "figure-observe-thirty": _figure_observe_thirty,
    "figure-storage-places": _figure_storage_places,
    "figure-pill-organiser": _figure_pill_organiser,
}
KEYS = tuple(_SCENES)
