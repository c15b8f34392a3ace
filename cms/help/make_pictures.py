"""Keeping the help's pictures small; ``python -m tests.tools.make_screenshots`` takes them and hands them over."""

import io
from pathlib import Path

from PIL import Image

from cms.help.pages import pages


TARGET = Path(__file__).resolve().parents[1] / "static" / "cms" / "help"
WIDEST = 960
MOST_BYTES = 60_000
QUALITIES = (72, 60, 48, 36)


def wanted():
    """Return the names, without ending, of the pictures that the pages show."""
    return {Path(name).stem for page in pages() for name in page.pictures()}


def keep(name, picture):
    """Write ``picture`` (a Pillow image) as ``name``.webp, at most WIDEST pixels across and MOST_BYTES large.

    Returns its size in bytes. Raises ValueError when it cannot be made so small.
    """
    TARGET.mkdir(parents=True, exist_ok=True)
    shown = picture.convert("RGB")
    shown.thumbnail((WIDEST, WIDEST * 3), Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        out = io.BytesIO()
        shown.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            (TARGET / f"{name}.webp").write_bytes(out.getvalue())
            return out.tell()
    raise ValueError(f"{name} is larger than {MOST_BYTES // 1000} kB.")
