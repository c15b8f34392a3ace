"""Gather the texts of each room into its catalogue and compile it: ``make messages``."""

import os
import subprocess
import sys
from pathlib import Path

import polib


ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("cms", "publish", "review", "themes", "articles")
LOCALE = "zh_Hans"
COMMAND = ("makemessages", "--locale", LOCALE, "--verbosity", "0", "--no-wrap", "--add-location", "file")


def gather(root):
    """Run makemessages in each room below ``root``. Raises CalledProcessError."""
    for room in ROOMS:
        (root / room / "locale").mkdir(exist_ok=True)
        subprocess.run(
            # -P: a room's own modules (articles.html) must not hide those of the standard library.
            [sys.executable, "-P", "-m", "django", *COMMAND],
            cwd=root / room,
            env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
            check=True,
        )


def catalogues(root):
    """Return the paths of the .po files below ``root``, sorted."""
    return sorted(path for room in ROOMS for path in (root / room).glob(f"locale/{LOCALE}/LC_MESSAGES/*.po"))


def main():
    gather(ROOT)
    for path in catalogues(ROOT):
        catalogue = polib.pofile(str(path))
        # The time of gathering would make every run a difference.
        catalogue.metadata.pop("POT-Creation-Date", None)
        catalogue.metadata["Language"] = LOCALE
        catalogue.metadata["Plural-Forms"] = "nplurals=1; plural=0;"
        catalogue.save()
        catalogue.save_as_mofile(str(path.with_suffix(".mo")))
        print(f"{path.relative_to(ROOT)}: {catalogue.percent_translated()} % of {len(catalogue)} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
