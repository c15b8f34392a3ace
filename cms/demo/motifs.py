"""Things the drawings are made of: teeth, people, medicine, furniture. Each draws itself around its own origin."""

from cms.demo.pen import arc, box, ellipse, path, sector, smooth


# One calm palette: teal, with warm accents.
TEAL_9, TEAL_8, TEAL_7, TEAL_5 = "#0b4f4a", "#0d615a", "#0f766e", "#35a093"
TEAL_3, TEAL_2, TEAL_1, MIST = "#8ccfc4", "#bfe3dc", "#d9efea", "#eef8f5"
APRICOT, PEACH, CREAM, CORAL, SUN = "#f2a65a", "#fad7b6", "#fff5e8", "#e4745a", "#f7c96b"
GUM, GUM_DARK, SORE = "#f0a69d", "#e38f86", "#d9534a"
INK, SLATE, STEEL, CLOUD, WHITE = "#1f3b3a", "#4b6664", "#a9bfbc", "#dde9e7", "#ffffff"
SKIN, SKIN_DARK, HAIR, GREY_HAIR = "#f7cfb0", "#eab48d", "#3b3a40", "#b7c3c4"

TOOTH = path(
    "M100,36 C84,20 60,12 40,20 C8,32 0,70 12,108 C20,134 28,150 32,180 C36,214 44,238 58,238 "
    "C74,238 72,172 100,172 C128,172 126,238 142,238 C156,238 164,214 168,180 C172,150 180,134 188,108 "
    "C200,70 192,32 160,20 C140,12 116,20 100,36"
)
HEART = path("M0,34 C-46,2 -58,-20 -48,-42 C-38,-62 -10,-62 0,-36 C10,-62 38,-62 48,-42 C58,-20 46,2 0,34")
SHIELD = path(
    "M0,-150 C40,-118 84,-108 128,-106 C132,0 112,96 0,158 C-112,96 -132,0 -128,-106 C-84,-108 -40,-118 0,-150"
)
LEAF = path("M0,0 C26,-22 34,-62 0,-104 C-34,-62 -26,-22 0,0")


def shadow(pen, x, y, rx, ry=14, alpha=0.12):
    """A soft oval on the ground."""
    for step in range(3):
        pen.fill(ellipse(x, y, rx * (1 - step * 0.12), ry * (1 - step * 0.18)), TEAL_9, alpha / 2)


def sprig(pen, x, y, size=1.0, turn=0, flip=False, colour=TEAL_3):
    """A twig with leaves, growing upwards."""
    with pen.at(x, y, turn, size, flip):
        pen.stroke(smooth([(0, 0), (8, -70), (2, -150), (16, -226)], closed=False), colour, 5)
        for leaf_x, leaf_y, angle, length in (
            (6, -44, 58, 0.8), (7, -66, -52, 0.86), (4, -112, 50, 0.86), (3, -138, -48, 0.8), (9, -184, 44, 0.7), (12, -200, -34, 0.66), (16, -222, 8, 0.74),
        ):  # fmt: skip
            with pen.at(leaf_x, leaf_y, angle, length):
                pen.fill(LEAF, colour)


def blossom(pen, x, y, size=1.0, turn=0, colour=PEACH, heart=APRICOT):
    """An apricot blossom: five round petals. The house is named after the apricot grove."""
    with pen.at(x, y, turn, size):
        for petal in range(5):
            with pen.at(0, 0, petal * 72):
                pen.fill(path("M0,-6 C-26,-14 -30,-50 0,-56 C30,-50 26,-14 0,-6"), colour)
        pen.fill(ellipse(0, 0, 13), heart)
        for petal in range(5):
            with pen.at(0, 0, petal * 72 + 36):
                pen.stroke([(0, -8), (0, -22)], heart, 2.5)
                pen.fill(ellipse(0, -24, 3.4), heart)


def plus(pen, x, y, size, colour):
    pen.stroke([(x - size, y), (x + size, y)], colour, size * 0.62)
    pen.stroke([(x, y - size), (x, y + size)], colour, size * 0.62)


def check(pen, x, y, size, colour=WHITE, width=None):
    pen.stroke(
        [(x - size, y + size * 0.05), (x - size * 0.25, y + size * 0.75), (x + size, y - size * 0.7)],
        colour,
        width or size * 0.42,
    )


def cross(pen, x, y, size, colour=WHITE, width=None):
    pen.stroke([(x - size, y - size), (x + size, y + size)], colour, width or size * 0.42)
    pen.stroke([(x + size, y - size), (x - size, y + size)], colour, width or size * 0.42)


def badge(pen, x, y, radius, good):
    """A round tick (good) or cross: told apart by its sign, not by its colour alone."""
    pen.fill(ellipse(x, y, radius + 6), WHITE)
    pen.fill(ellipse(x, y, radius), TEAL_7 if good else CORAL)
    (check if good else cross)(pen, x, y, radius * (0.44 if good else 0.36), WHITE, radius * 0.2)


def label(pen, x, y, words, size=34, colour=WHITE, ground=TEAL_7):
    """A short label on a pill-shaped ground, centred on (x, y)."""
    half = len(words) * size * 0.5 + size * 0.66
    pen.fill(box(x - half, y - size * 0.92, half * 2, size * 1.84, size), ground)
    pen.text(x, y, words, size, colour)


def sparkle(pen, x, y, size, colour=WHITE):
    pen.fill(
        path(
            f"M{x},{y - size} Q{x},{y} {x + size},{y} Q{x},{y} {x},{y + size} Q{x},{y} {x - size},{y} Q{x},{y} {x},{y - size}"
        ),
        colour,
    )


def tooth(pen, x, y, size=1.0, turn=0, face="", outline=TEAL_2, body=WHITE):
    """A molar centred on (x, y), 200 wide and 240 tall at size 1; ``face`` is "", "happy" or "worried"."""
    with pen.at(x, y, turn, size), pen.at(-100, -124):
        pen.stroke(TOOTH, outline, 12, closed=True)
        pen.fill(TOOTH, body)
        pen.fill(
            smooth(
                [(150, 10), (196, 60), (190, 130), (160, 250), (132, 250), (160, 160), (176, 96), (164, 40)]
            ),
            TEAL_1,
            clip=TOOTH,
        )
        pen.stroke(smooth([(34, 96), (28, 70), (40, 46)], closed=False), MIST, 13)
        pen.stroke([(48, 36), (50, 35)], MIST, 12)
        if face:
            for eye in (70, 130):
                pen.fill(ellipse(eye, 92, 9, 11), INK)
                pen.fill(ellipse(eye + 3, 88, 3), WHITE)
                pen.fill(ellipse(eye + (-20 if eye == 70 else 20), 116, 13, 8), PEACH)
        if face == "happy":
            pen.fill(arc(100, 112, 21, 0, 180), CORAL)
            pen.stroke(arc(100, 112, 21, 0, 180), INK, 5, closed=True)
        elif face == "worried":
            pen.stroke(arc(100, 134, 16, 205, 335), INK, 6)
            pen.stroke([(56, 72), (78, 66)], INK, 5)
            pen.stroke([(144, 72), (122, 66)], INK, 5)


def toothbrush(pen, x, y, size=1.0, turn=0, flip=False, colour=APRICOT, dark=CORAL):
    """A toothbrush whose bristles stand at the origin and point down; the handle runs to the right."""
    with pen.at(x, y, turn, size, flip):
        for column in range(8):
            left = -74 + column * 18.5
            pen.fill(box(left, -44, 15, 46, (3, 3, 7, 7)), WHITE if column % 2 else TEAL_2)
            pen.fill(box(left, -12, 15, 14, (0, 0, 7, 7)), TEAL_3, 0.7)
        pen.fill(box(-84, -70, 168, 34, 16), colour)
        pen.fill(
            path(
                "M70,-69 C110,-66 130,-62 160,-64 L430,-78 C462,-80 470,-36 438,-33 L170,-36 C130,-38 110,-40 70,-37"
            ),
            colour,
        )
        pen.fill(
            path("M250,-68 L400,-75 C424,-76 424,-60 400,-60 L256,-56 C244,-56 242,-68 250,-68"), dark, 0.55
        )
        pen.stroke([(-66, -61), (40, -61)], WHITE, 6, alpha=0.45)


def toothpaste(pen, x, y, size=1.0, turn=0):
    """A tube lying with its cap to the left."""
    with pen.at(x, y, turn, size):
        pen.fill(box(-176, -26, 40, 52, 8), TEAL_8)
        for ridge in (-168, -158, -148):
            pen.stroke([(ridge, -18), (ridge, 18)], TEAL_5, 3)
        pen.fill(
            path("M-138,-30 C-110,-50 -90,-56 -60,-58 L150,-64 L150,64 L-60,58 C-90,56 -110,50 -138,30"),
            WHITE,
        )
        pen.fill(path("M-60,-58 L150,-64 L150,-20 L-96,-20 C-92,-46 -80,-56 -60,-58"), TEAL_5)
        pen.fill(box(146, -68, 22, 136, 4), TEAL_7)
        plus(pen, 96, 20, 17, APRICOT)
        pen.stroke([(-50, 10), (40, 10)], TEAL_2, 9)
        pen.stroke([(-50, 32), (10, 32)], TEAL_2, 9)


def heart(pen, x, y, size=1.0, colour=CORAL, pulse=False):
    with pen.at(x, y, 0, size):
        pen.fill(HEART, colour)
        pen.stroke(smooth([(-32, -20), (-33, -34), (-24, -44)], closed=False), WHITE, 8, alpha=0.65)
        if pulse:
            pen.stroke([(-40, -8), (-18, -8), (-8, -28), (6, 14), (16, -8), (40, -8)], WHITE, 6)


def monitor(pen, x, y, size=1.0, readings=("128", "78", "72")):
    """An upper-arm blood pressure monitor standing on (x, y), 300 wide."""
    with pen.at(x, y, 0, size):
        shadow(pen, 0, 2, 170, 14)
        pen.fill(box(-150, -218, 300, 216, 34), WHITE)
        pen.fill(box(-150, -40, 300, 38, (0, 0, 34, 34)), CLOUD)
        pen.fill(box(-126, -196, 172, 146, 16), TEAL_9)
        pen.fill(box(-120, -190, 160, 134, 12), MIST)
        for line, (number, size_) in enumerate(zip(readings, (54, 44, 28), strict=True)):
            pen.text(-22 if line < 2 else -10, (-164, -114, -76)[line], number, size_, TEAL_9)
        heart(pen, -68, -72, 0.22)
        pen.fill(ellipse(98, -146, 38), TEAL_7)
        pen.fill(ellipse(98, -146, 30), TEAL_5)
        pen.stroke([(98, -160), (98, -146)], WHITE, 6)
        pen.stroke(arc(98, -145, 14, -45, 225), WHITE, 6)
        pen.fill(box(72, -86, 52, 20, 10), TEAL_2)


def cuff(pen, x, y, size=1.0, turn=0):
    """A rolled cuff lying on the table."""
    with pen.at(x, y, turn, size):
        shadow(pen, 0, 50, 100, 12)
        pen.fill(box(-92, -62, 184, 112, 30), TEAL_7)
        pen.fill(ellipse(-66, -6, 26, 56), TEAL_9)
        pen.fill(ellipse(-66, -6, 15, 42), TEAL_5)
        pen.fill(box(4, -62, 42, 112, 4), TEAL_5)
        pen.stroke([(66, -34), (66, 22)], TEAL_3, 5)


def clock(pen, x, y, radius, hour=9, minute=0, ring=TEAL_7, face=WHITE, highlight=None):
    """A wall clock; ``highlight`` = (start, end) minutes tints a slice of the face."""
    pen.fill(ellipse(x, y + radius * 0.06, radius * 1.14), TEAL_9, 0.10)
    pen.fill(ellipse(x, y, radius * 1.14), ring)
    pen.fill(ellipse(x, y, radius), face)
    if highlight:
        start, end = (minute_ * 6 - 90 for minute_ in highlight)
        pen.fill(sector(x, y, radius * 0.93, start, end), PEACH)
    for mark in range(12):
        with pen.at(x, y, mark * 30):
            long = mark % 3 == 0
            pen.stroke(
                [(0, -radius * 0.86), (0, -radius * (0.7 if long else 0.78))],
                TEAL_9 if long else TEAL_3,
                radius * (0.06 if long else 0.045),
            )
    with pen.at(x, y, (hour % 12 + minute / 60) * 30):
        pen.stroke([(0, radius * 0.1), (0, -radius * 0.46)], TEAL_9, radius * 0.1)
    with pen.at(x, y, minute * 6):
        pen.stroke([(0, radius * 0.14), (0, -radius * 0.7)], CORAL, radius * 0.065)
    pen.fill(ellipse(x, y, radius * 0.09), TEAL_9)


def syringe(pen, x, y, size=1.0, turn=0):
    """A syringe pointing left, its barrel centred on the origin."""
    with pen.at(x, y, turn, size):
        pen.stroke([(-250, 0), (-150, 0)], STEEL, 5)
        pen.fill(box(-166, -14, 36, 28, 6), TEAL_7)
        pen.stroke(box(-132, -40, 250, 80, 14), TEAL_7, 8, closed=True)
        pen.fill(box(-132, -40, 250, 80, 14), WHITE)
        pen.fill(box(-126, -34, 150, 68, (10, 0, 0, 10)), TEAL_3)
        pen.fill(box(-126, -34, 150, 24, (10, 0, 0, 0)), TEAL_2)
        pen.fill(box(22, -34, 22, 68, 4), TEAL_9)
        for mark in range(5):
            pen.stroke([(-100 + mark * 30, 34), (-100 + mark * 30, 16 if mark % 2 else 8)], TEAL_9, 4)
        pen.fill(box(44, -10, 140, 20, 4), STEEL)
        pen.fill(box(112, -62, 20, 124, 10), TEAL_7)
        pen.fill(box(178, -46, 20, 92, 10), TEAL_8)


def virus(pen, x, y, radius, turn=0, colour=CORAL, spot="#c95a44"):
    """A spiky germ with a grumpy look."""
    with pen.at(x, y, turn):
        for spike in range(10):
            with pen.at(0, 0, spike * 36):
                pen.stroke([(0, -radius * 0.9), (0, -radius * 1.26)], colour, radius * 0.13)
                pen.fill(ellipse(0, -radius * 1.32, radius * 0.16), colour)
        pen.fill(ellipse(0, 0, radius), colour)
        for spot_x, spot_y, spot_radius in (
            (-0.45, -0.5, 0.14),
            (0.5, 0.48, 0.17),
            (-0.52, 0.44, 0.1),
            (0.42, -0.58, 0.1),
        ):
            pen.fill(ellipse(spot_x * radius, spot_y * radius, spot_radius * radius), spot)
    for side in (-1, 1):
        pen.fill(ellipse(x + side * radius * 0.3, y - radius * 0.05, radius * 0.13, radius * 0.16), WHITE)
        pen.fill(ellipse(x + side * radius * 0.28, y - radius * 0.03, radius * 0.07), INK)
        pen.stroke(
            [(x + side * radius * 0.46, y - radius * 0.34), (x + side * radius * 0.16, y - radius * 0.22)],
            INK,
            radius * 0.07,
        )
    pen.stroke(arc(x, y + radius * 0.46, radius * 0.2, 200, 340), INK, radius * 0.07)


def calendar(pen, x, y, size=1.0, title="", marked=(), turn=0):
    """A month sheet 260 wide; ``marked`` days (0-27) are filled."""
    with pen.at(x, y, turn, size):
        pen.fill(box(-130, -122, 268, 268, 24), TEAL_9, 0.10)
        pen.fill(box(-134, -134, 268, 268, 24), WHITE)
        pen.fill(box(-134, -134, 268, 72, (24, 24, 0, 0)), TEAL_7)
        for ring in (-72, 72):
            pen.stroke([(ring, -152), (ring, -112)], APRICOT, 14)
        if title:
            pen.text(0, -92, title, 36, WHITE)
        for day in range(28):
            left, top = -106 + day % 7 * 32, -42 + day // 7 * 42
            pen.fill(box(left, top, 22, 26, 7), APRICOT if day in marked else TEAL_1)
            if day in marked:
                check(pen, left + 11, top + 13, 7, WHITE, 4)


def pill(pen, x, y, size=1.0, turn=0, left=CORAL, right=WHITE):
    """A capsule."""
    with pen.at(x, y, turn, size):
        pen.fill(box(-52, -22, 104, 52, 26), TEAL_9, 0.10)
        pen.fill(box(-52, -26, 104, 52, 26), right)
        pen.fill(box(-52, -26, 54, 52, (26, 0, 0, 26)), left)
        pen.stroke([(-30, -12), (26, -12)], WHITE, 7, alpha=0.55)


def tablet(pen, x, y, radius, colour=WHITE, line=TEAL_2, turn=30):
    pen.fill(ellipse(x, y + radius * 0.16, radius), TEAL_9, 0.12)
    pen.fill(ellipse(x, y, radius), colour)
    with pen.at(x, y, turn):
        pen.stroke([(-radius * 0.62, 0), (radius * 0.62, 0)], line, radius * 0.14)


def bottle(pen, x, y, size=1.0, colour=APRICOT, cap=TEAL_9):
    """A medicine bottle standing on (x, y)."""
    with pen.at(x, y, 0, size):
        pen.fill(box(-58, -170, 116, 170, 22), colour)
        pen.fill(box(-58, -118, 116, 84, 0), WHITE)
        plus(pen, 0, -76, 18, TEAL_5)
        pen.fill(box(-46, -212, 92, 48, 10), cap)
        for ridge in (-28, -10, 8, 26):
            pen.stroke([(ridge, -204), (ridge, -172)], WHITE, 4, alpha=0.25)
        pen.stroke([(-42, -150), (-42, -26)], WHITE, 7, alpha=0.35)


def medicine_chest(pen, x, y, size=1.0):
    """A closed medicine box with a lock, standing on (x, y), 340 wide."""
    with pen.at(x, y, 0, size):
        pen.stroke(path("M-66,-238 C-66,-290 66,-290 66,-238"), TEAL_9, 24)
        pen.fill(box(-170, -240, 340, 240, 30), WHITE)
        pen.fill(box(-170, -240, 340, 76, (30, 30, 0, 0)), TEAL_7)
        pen.fill(box(-170, -40, 340, 40, (0, 0, 30, 30)), TEAL_3)
        pen.fill(ellipse(0, -92, 46), APRICOT)
        plus(pen, 0, -92, 22, WHITE)
        pen.fill(box(-30, -190, 60, 52, 12), SUN)
        pen.fill(ellipse(0, -168, 8), TEAL_9)
        pen.stroke([(0, -168), (0, -154)], TEAL_9, 6)


def glass(pen, x, y, size=1.0):
    """A glass of water standing on (x, y)."""
    with pen.at(x, y, 0, size):
        body = path("M-52,-168 L52,-168 L42,-8 C41,0 -41,0 -42,-8 L-52,-168")
        pen.fill(body, WHITE, 0.85)
        pen.fill(path("M-60,-112 C-30,-124 10,-100 60,-114 L60,10 L-60,10"), TEAL_3, 0.75, clip=body)
        pen.fill(
            path("M-60,-112 C-30,-124 10,-100 60,-114 L60,-96 C10,-84 -30,-106 -60,-94"), TEAL_2, clip=body
        )
        pen.stroke(body, WHITE, 5, closed=True)
        pen.stroke([(-34, -148), (-28, -40)], WHITE, 7, alpha=0.8)


def head(pen, x, y, size=1.0, hair=HAIR, style="short", flip=False, mouth="smile"):
    """A face seen from the front, 120 wide; ``style`` is short, bun, child or bob."""
    with pen.at(x, y, 0, size, flip):
        if style == "bun":
            pen.fill(ellipse(0, -84, 28), hair)
        if style == "bob":
            pen.fill(box(-68, -66, 136, 138, (68, 68, 34, 34)), hair)
        pen.fill(ellipse(-60, 8, 13, 16), SKIN_DARK)
        pen.fill(ellipse(60, 8, 13, 16), SKIN_DARK)
        pen.fill(
            smooth([(0, -66), (46, -50), (60, 0), (48, 44), (0, 66), (-48, 44), (-60, 0), (-46, -50)]), SKIN
        )
        if style == "child":
            pen.fill(
                path(
                    "M-64,2 C-74,-98 74,-98 64,2 C58,-22 42,-32 20,-34 C0,-22 -30,-26 -44,-28 C-54,-20 -60,-12 -64,2"
                ),
                hair,
            )
            pen.fill(smooth([(-8, -66), (6, -94), (18, -66), (4, -54)]), hair)
        elif style == "bun":
            pen.fill(path("M-65,8 C-78,-104 78,-104 65,8 C60,-30 34,-44 4,-46 C-8,-34 -50,-30 -65,8"), hair)
        elif style == "bob":
            pen.fill(
                path(
                    "M-66,34 C-82,-108 82,-108 66,34 C62,-12 46,-34 14,-40 C-8,-26 -44,-22 -54,-14 C-60,-2 -62,12 -66,34"
                ),
                hair,
            )
        else:
            pen.fill(
                path(
                    "M-64,4 C-78,-104 78,-108 64,4 C60,-14 54,-26 46,-34 C20,-26 -16,-28 -42,-38 C-52,-28 -60,-12 -64,4"
                ),
                hair,
            )
        for eye in (-24, 24):
            pen.fill(ellipse(eye, 6, 6, 7.5), INK)
            pen.fill(ellipse(eye + 2, 3, 2), WHITE)
            pen.fill(ellipse(eye * 1.6, 26, 11, 7), CORAL, 0.28)
        pen.stroke(arc(0, 26, 14, 25, 155) if mouth == "smile" else [(-9, 34), (9, 34)], "#a5503f", 5)
