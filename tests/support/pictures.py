"""Pictures as telephones, scanners and programs write them, made by code: four coloured quarters, so that a turn shows."""

import io
import json
from functools import cache

from PIL import Image, ImageCms, ImageDraw, ImageFilter


# Top left, top right, bottom left, bottom right.
QUARTERS = ((200, 40, 40), (40, 160, 60), (40, 70, 190), (230, 200, 60))
AIGC = {"Label": "1", "ContentProducer": "00191110108MA01KP2T5U", "ProduceID": "p-1", "ReservedCode1": ""}
PERSON, PLACE = "Zhang San", "Renmin Hospital Ward 7"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_GPS, _EXIF, _MAKER, _COMMENT = 0x8825, 0x8769, 0x927C, 0x9286
# Which orientation value undoes which turn of the camera.
SIDEWAYS = 6


def quarters(width=96, height=64, mode="RGB"):
    """Return a picture of four flat quarters."""
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for number, colour in enumerate(QUARTERS):
        left, top = number % 2 * width // 2, number // 2 * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    return picture.convert(mode)


@cache
def photograph(width=1600, height=1200):
    """Return a picture with the noise and the soft changes of a photograph."""
    small = Image.effect_noise((width // 8, height // 8), 90).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = Image.effect_noise((width, height), 24)
    coloured = Image.merge("RGB", (small, grain, small.filter(ImageFilter.GaussianBlur(9))))
    return Image.blend(quarters(width, height), coloured, 0.35)


def exif(orientation=1, label=False):
    """Return EXIF as a telephone writes it: where, who, with which device."""
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010F], found[0x013B], found[0x8298] = "PhoneMaker", PERSON, PERSON
    found.get_ifd(_GPS).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    found.get_ifd(_EXIF)[_MAKER] = PLACE.encode()
    if label:
        text = json.dumps({"AIGC": AIGC})
        found.get_ifd(_EXIF)[_COMMENT] = b"ASCII\0\0\0" + text.encode()
    return found


def xmp(label=False, source=False):
    """Return XMP with a person and a place, and with the label of AI-made content when asked."""
    inner = f"<dc:creator>{PERSON}</dc:creator><photoshop:City>{PLACE}</photoshop:City>"
    if label:
        value = json.dumps(AIGC).replace('"', "&quot;")
        inner += f"<TC260:AIGC>{value}</TC260:AIGC>"
    if source:
        inner += f"<Iptc4xmpExt:DigitalSourceType>{TRAINED}</Iptc4xmpExt:DigitalSourceType>"
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def saved(picture, kind, **options):
    """Return the file's bytes."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(data):
    """Return the unpacked picture of a file."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def swapped_profile():
    """Return a colour profile in which red means green: whoever ignores it shows wrong colours."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return (
        bytes(profile)
        .replace(b"sRGB", b"swap")
        .replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    )


def colours(picture):
    """Return the colours in the middle of the four quarters."""
    picture = picture.convert("RGB")
    width, height = picture.size
    at = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    return [picture.getpixel(point) for point in at]


def alike(found, expected, tolerance=12):
    """Return whether two lists of colours differ by no more than ``tolerance`` in any part."""
    pairs = zip(found, expected, strict=True)
    return all(abs(a - b) <= tolerance for one, other in pairs for a, b in zip(one, other, strict=True))


def telltales(data):
    """Return what in a file's bytes tells of people and places."""
    words = [word for word in (PERSON.encode(), PLACE.encode(), b"PhoneMaker") if word in data]
    picture = opened(data)
    found = picture.getexif()
    return words + [tag for tag in found if tag not in (0x0112, _EXIF)] + list(found.get_ifd(_GPS))
