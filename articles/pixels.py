"""The pixels of any picture as every screen shows them: upright, eight bits, sRGB, first frame."""

import io

from PIL import Image, ImageChops, ImageCms

from articles.picture_metadata import turned


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
# Of neighbouring pixels: in drawings most are the same, in photographs few.
_FLAT = 0.45
_SAMPLE = 768


def shown(picture):
    """Return an opened picture as a new one of mode RGB, RGBA (only when something shines through) or L.

    Raises what Pillow raises on damaged files (OSError, ValueError, SyntaxError).
    """
    profile = picture.info.get("icc_profile")
    way = turned(picture)
    if picture.mode in _DEEP:
        picture, profile = _eight_bits(picture), None
    clear = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    if clear:
        picture = picture.convert("RGBA")
        if picture.getextrema()[3][0] == 255:
            picture = picture.convert("RGB")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode == "P":
        picture = picture.convert("RGB")
    picture = _in_srgb(picture, profile)
    if way in _TURNS:
        picture = picture.transpose(_TURNS[way])
    return picture


def is_srgb(picture):
    """Return whether an opened picture's numbers mean sRGB colours: said by its profile, or by having none."""
    profile = picture.info.get("icc_profile")
    return picture.mode != "CMYK" and (not profile or _names_srgb(profile))


def on_white(picture):
    """Return ``picture`` (RGB, RGBA, L) without transparency."""
    if picture.mode != "RGBA":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def is_drawing(picture):
    """Return whether ``picture`` (RGB, RGBA, L) has the flat areas of a drawing, a diagram or a screenshot."""
    width, height = picture.size
    left, top = max(0, (width - _SAMPLE) // 2), max(0, (height - _SAMPLE) // 2)
    part = on_white(picture.crop((left, top, min(width, left + _SAMPLE), min(height, top + _SAMPLE))))
    if part.width < 2:
        return True
    step = ImageChops.difference(
        part.crop((1, 0, part.width, part.height)), part.crop((0, 0, part.width - 1, part.height))
    )
    bands = step.split()
    largest = bands[0]
    for band in bands[1:]:
        largest = ImageChops.lighter(largest, band)
    return largest.histogram()[0] >= _FLAT * largest.width * largest.height


def _eight_bits(picture):
    """Return a picture of 16 or 32 bits a pixel in 8; Pillow's own conversion would cut off what is brighter than 255."""
    if picture.mode.startswith("I;16"):
        brightest = 65_535
        picture = picture.convert("I")
    else:
        brightest = picture.getextrema()[1]
        if picture.mode == "I" and brightest <= 65_535:
            brightest = 255 if brightest <= 255 else 65_535
    scale = 255 / brightest if brightest > 0 else 1.0
    return picture.convert("F").point(lambda value: value * scale + 0.5).convert("L")


def _in_srgb(picture, profile):
    if profile and not _names_srgb(profile):
        try:
            return ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                _SRGB,
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile, or one for another kind of picture
    return picture if picture.mode in ("RGB", "RGBA", "L") else picture.convert("RGB")


def _names_srgb(profile):
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return True  # unreadable: browsers take it for sRGB too
    return "srgb" in name.lower()
