"""Fail when the Chinese catalogue is behind the code: ``python -m tests.tools.check_messages``.

The texts are gathered anew from a copy of the rooms, so that the tree stays as it is. Named are
texts without a translation, fuzzy ones, translations nobody uses, lost %(placeholders)s, and
compiled catalogues that do not follow from their source.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

import polib

from tests.tools.make_messages import ROOMS, ROOT, catalogues, gather


PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)%[sd]|\{(\w*)\}")


def faults(path, committed):
    """Yield one line for each fault of the gathered catalogue ``path``; ``committed`` is the tree's."""
    for entry in polib.pofile(str(path)):
        text = entry.msgid.replace("\n", " ")[:70]
        translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.obsolete:
            yield f"nobody uses: {text}"
        elif entry.fuzzy:
            yield f"fuzzy: {text}"
        elif not all(translations):
            yield f"not translated: {text}"
        else:
            # With one plural form the number itself may be left out of the singular text.
            wanted = placeholders(entry.msgid_plural or entry.msgid)
            for translation in translations:
                if placeholders(translation) != wanted:
                    yield f"placeholders differ: {text}"
    if not committed.exists():
        return
    compiled = committed.with_suffix(".mo")
    if not compiled.exists():
        yield f"not compiled: {compiled.name} (make messages)"
    elif _pairs(polib.mofile(str(compiled))) != _pairs(polib.pofile(str(committed))):
        yield f"compiled from another source: {compiled.name} (make messages)"


def placeholders(text):
    """Return the set of placeholders of ``text``, as written."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def _pairs(catalogue):
    return {
        (entry.msgctxt, entry.msgid, entry.msgstr, tuple(sorted(entry.msgstr_plural.items())))
        for entry in catalogue
        if entry.translated()
    }


def main():
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for room in ROOMS:
            shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        gather(copy)
        for path in catalogues(copy):
            name = path.relative_to(copy)
            for fault in faults(path, ROOT / name):
                print(f"{name}: {fault}")
                found += 1
    print(f"{found} faults in the catalogues" if found else "The catalogues are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
