"""Gather the texts of each room into its catalogue and compile the catalogues: ``make messages``.

Beside the rooms' own ``django.po`` two catalogues are kept by hand in ``cms/locale``: ``wagtail.po``
(what the admin says in Python and templates; compiled into the same ``django.mo``) and ``djangojs.po``
(what it says in the browser). They hold what Wagtail leaves in English or says badly.
"""

import os
import subprocess
import sys
from pathlib import Path

import polib


ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("cms", "publish", "review", "themes", "articles")
LOCALE = "zh_Hans"
COMMAND = ("makemessages", "--locale", LOCALE, "--verbosity", "0", "--no-wrap", "--add-location", "file")
# Which .po files go into which .mo of a room; the first that holds a text wins.
PARTS = {"django": ("django", "wagtail"), "djangojs": ("djangojs",)}
NO_WRAP = 10_000
HEADER = {
    "Project-Id-Version": "Xinglin",
    "Language": LOCALE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    # Chinese has one form for every number.
    "Plural-Forms": "nplurals=1; plural=0;",
}


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


def folders(root):
    """Return the LC_MESSAGES folders below ``root`` that exist, sorted."""
    return sorted(path for room in ROOMS for path in (root / room).glob(f"locale/{LOCALE}/LC_MESSAGES"))


def catalogues(root):
    """Return the paths of the .po files below ``root``, sorted."""
    return [path for folder in folders(root) for path in sorted(folder.glob("*.po"))]


def read(path):
    """Return the catalogue at ``path``, which polib will write without breaking lines."""
    return polib.pofile(str(path), wrapwidth=NO_WRAP)


def compiled(folder):
    """Return ``{name of the .mo: catalogue}`` as they follow from the .po files of ``folder``."""
    found = {}
    for domain, parts in PARTS.items():
        sources = [read(folder / f"{part}.po") for part in parts if (folder / f"{part}.po").exists()]
        if not sources:
            continue
        merged = polib.POFile()
        merged.metadata = dict(HEADER)
        for source in sources:
            known = {(entry.msgctxt, entry.msgid) for entry in merged}
            merged.extend(e for e in source.translated_entries() if (e.msgctxt, e.msgid) not in known)
        found[f"{domain}.mo"] = merged
    return found


def tidy(catalogue):
    """Give ``catalogue`` our header, and take out what nobody uses any more."""
    # The time of gathering would make every run a difference.
    catalogue.metadata = dict(HEADER)
    catalogue.metadata_is_fuzzy = 0
    catalogue.header = ""
    catalogue[:] = [entry for entry in catalogue if not entry.obsolete]


def main():
    gather(ROOT)
    for path in catalogues(ROOT):
        catalogue = read(path)
        tidy(catalogue)
        catalogue.save()
        print(f"{path.relative_to(ROOT)}: {catalogue.percent_translated()} % of {len(catalogue)} texts")
    for folder in folders(ROOT):
        for name, catalogue in compiled(folder).items():
            catalogue.save_as_mofile(str(folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
