"""The figure of a person in the index of the body: which label stands where. The list beside it says the same in words."""

from typing import NamedTuple


class Spot(NamedTuple):
    """A part of the body: the side its label stands on, the label's upper edge, and the point it shows."""

    left: bool
    top: int
    x: int
    y: int


SPOTS = {
    "mind": Spot(True, 8, 158, 28),
    "head": Spot(False, 8, 180, 34),
    "senses": Spot(True, 64, 155, 50),
    "mouth": Spot(False, 64, 168, 68),
    "chest": Spot(True, 130, 158, 130),
    "abdomen": Spot(False, 150, 172, 186),
    "urinary": Spot(True, 196, 156, 204),
    "reproductive": Spot(False, 220, 169, 244),
    "bones": Spot(True, 330, 151, 350),
    "skin": Spot(False, 320, 190, 318),
}
WIDTH, HALF = 100, 24  # of a label, and half its height
RIGHT = 336 - WIDTH


def labels(areas):
    """Return the labels of the figure for ``areas`` (dicts with slug, title, url): what the picture's template prints.

    A part without a spot, the whole body, is in the list only.
    """
    found = []
    for area in areas:
        spot = SPOTS.get(area["slug"])
        if spot is None:
            continue
        edge = WIDTH if spot.left else RIGHT
        found.append(
            {
                "title": area["title"],
                "url": area["url"],
                "x": 0 if spot.left else RIGHT,
                "top": spot.top,
                "middle": spot.top + HALF,
                "centre": (0 if spot.left else RIGHT) + WIDTH // 2,
                "edge": edge,
                "to_x": spot.x,
                "to_y": spot.y,
            }
        )
    return found
