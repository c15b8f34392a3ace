"""Make the help's pictures from the screenshots of the documentation: ``python -m cms.help.make_pictures``."""

import sys
from pathlib import Path

from PIL import Image

from cms.help.pages import pages


ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "cms" / "static" / "cms" / "help"
WIDEST = 960


def main():
    """Write a WebP of each picture that the pages show; return 1 when a screenshot is missing."""
    TARGET.mkdir(parents=True, exist_ok=True)
    missing = 0
    for name in sorted({name for page in pages() for name in page.pictures()}):
        source = ROOT / "docs" / "screenshots" / f"{Path(name).stem}.png"
        if not source.exists():
            sys.stderr.write(f"{source} is missing: make screenshots\n")
            missing = 1
            continue
        with Image.open(source) as picture:
            shown = picture.convert("RGB")
            shown.thumbnail((WIDEST, WIDEST * 3))
            shown.save(TARGET / name, "WEBP", quality=72, method=6)
    return missing


if __name__ == "__main__":
    sys.exit(main())
