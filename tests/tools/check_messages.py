"""Fail when the Chinese catalogues are behind the code: ``python -m tests.tools.check_messages``.

The texts are gathered anew from a copy of the rooms, so that the tree stays as it is. Named are
texts without a translation, fuzzy ones, translations nobody uses, lost %(placeholders)s and tags,
half-width punctuation between Chinese words, one text said in two ways by two rooms (Django merges
the rooms' catalogues into one), and compiled catalogues that do not follow from their source.
"""

import importlib.util
import re
import shutil
import sys
import tempfile
from pathlib import Path

import polib

from tests.tools.make_messages import HEADER, ROOMS, ROOT, catalogues, compiled, folders, gather, read


NAMED = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
POSITIONAL = re.compile(r"(?<!%)%[sd]|\{\}")
TAG = re.compile(r"<[^>]+>")
HALF_WIDTH = re.compile(r"""[一-鿿][,;:?!'"]|[,;:?!'"][一-鿿]|[一-鿿]\.(?:\s|$)|[一-鿿][()]|[()][一-鿿]""")
# Whose texts cms/locale/…/wagtail.po and djangojs.po may translate.
PARTS_WE_STAND_ON = ("wagtail", "django", "taggit", "axes", "django_filters")


def faults(path, known):
    """Yield one line for each fault of the catalogue ``path``.

    ``known`` is None for a catalogue gathered from our code, else the texts a hand-kept one may hold.
    """
    catalogue = read(path)
    if catalogue.metadata.get("Plural-Forms") != HEADER["Plural-Forms"]:
        yield f"Plural-Forms is not “{HEADER['Plural-Forms']}”"
    for entry in catalogue:
        text = entry.msgid.replace("\n", " ")[:70]
        translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.obsolete:
            yield f"nobody uses: {text}"
        elif entry.fuzzy:
            yield f"fuzzy: {text}"
        elif known is not None and (entry.msgctxt, entry.msgid) not in known:
            yield f"no part we stand on says: {text}"
        # makemessages gives a new catalogue the two forms of English; ours has one.
        elif not translations or not all(translations):
            yield f"not translated: {text}"
        else:
            for translation in translations:
                for fault in differences(entry, translation):
                    yield f"{fault}: {text}"


def differences(entry, translation):
    """Yield what ``translation`` loses or adds against its entry."""
    # With one plural form the number itself may be left out of the singular text.
    source = entry.msgid_plural or entry.msgid
    # A comment “left out: %(name)s” in the catalogue says that it was on purpose.
    wanted = set(NAMED.findall(source)) - set(NAMED.findall(entry.tcomment.partition("left out:")[2]))
    if set(NAMED.findall(translation)) != wanted or POSITIONAL.findall(translation) != POSITIONAL.findall(
        source
    ):
        yield "placeholders differ"
    if sorted(TAG.findall(translation)) != sorted(TAG.findall(source)):
        yield "tags differ"
    if (entry.msgid.startswith("\n"), entry.msgid.endswith("\n")) != (
        translation.startswith("\n"),
        translation.endswith("\n"),
    ):
        yield "line breaks at the ends differ"
    if HALF_WIDTH.search(TAG.sub("", translation)):
        yield "half-width punctuation"


def compiled_faults(folder):
    """Yield one line for each .mo of ``folder`` that is missing, left over or from another source."""
    wanted = compiled(folder)
    for name in sorted(wanted.keys() | {path.name for path in folder.glob("*.mo")}):
        path = folder / name
        if name not in wanted:
            yield f"{name}: nothing is compiled into it"
        elif not path.exists():
            yield f"{name}: not compiled (make messages)"
        elif _pairs(polib.mofile(str(path))) != _pairs(wanted[name]):
            yield f"{name}: compiled from another source (make messages)"


def said_twice(paths):
    """Yield one line for each text that two of ``paths`` translate differently."""
    first = {}
    for path in paths:
        for entry in read(path).translated_entries():
            key = (path.stem == "djangojs", entry.msgctxt, entry.msgid)
            said = entry.msgstr or entry.msgstr_plural
            other, elsewhere = first.setdefault(key, (said, path))
            if said != other:
                yield f"{entry.msgid[:70]}: “{said}”, but in {elsewhere.parents[3].name} “{other}”"


def texts_we_stand_on():
    """Return (context, text) of everything Wagtail and its companions ask to be translated."""
    known = set()
    for name in PARTS_WE_STAND_ON:
        root = Path(importlib.util.find_spec(name).origin).parent
        for path in root.rglob("locale/*/LC_MESSAGES/*.po"):
            if path.parts[-3] in ("en", "de"):
                known |= {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(path))}
    return known


def _pairs(catalogue):
    return {
        (entry.msgctxt, entry.msgid, entry.msgstr, tuple(sorted(entry.msgstr_plural.items())))
        for entry in catalogue
    }


def main():
    found = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for room in ROOMS:
            shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        gather(copy)
        known = texts_we_stand_on()
        for path in catalogues(copy):
            name = path.relative_to(copy)
            found += [f"{name}: {fault}" for fault in faults(path, None if path.stem == "django" else known)]
        found += said_twice(catalogues(copy))
    for folder in folders(ROOT):
        found += [f"{folder.relative_to(ROOT)}/{fault}" for fault in compiled_faults(folder)]
    print(
        "\n".join(
            [*found, f"{len(found)} faults in the catalogues" if found else "The catalogues are complete."]
        )
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
