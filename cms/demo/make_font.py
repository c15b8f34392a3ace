"""Make the font subsets in ``cms/demo/fonts`` and ``articles/fonts`` again (a fixture tool, not run by the product).

    python -m cms.demo.make_font [Regular.ttc Bold.ttc]

Reads an installed Noto Sans CJK (Debian package fonts-noto-cjk, SIL Open Font License 1.1), keeps the Simplified Chinese face
and only the characters the demo's drawings and titles use (for watermarks and figures: all of GB 2312), and gives the result a name of its own.
"""

import ast
import json
import string
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection

from articles.lettering import FONT
from cms.demo.pen import FONTS, font_path


HERE = Path(__file__).parent
INSTALLED = Path("/usr/share/fonts/opentype/noto")
FAMILY = "Xinglin Sans SC"


def characters():
    """Every character that a drawing, a title or a topic uses, and the printable ASCII and usual Chinese marks."""
    found = set(string.printable) - set(string.whitespace) | set("，。：；？！（）、《》“”～—·℃×√ ")
    for module in ("drawings.py", "motifs.py"):
        tree = ast.parse((HERE / module).read_text(encoding="utf-8"))
        found |= {
            c
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
            for c in n.value
            if ord(c) > 127
        }
    for file in sorted((HERE / "content").glob("*.json")):
        data = json.loads(file.read_text(encoding="utf-8"))
        for record in data if isinstance(data, list) else [data]:
            found |= set(record.get("title", "")) | set(record.get("hospital", ""))
    for name in ("gum-bleeding.txt", "less-salt.md"):
        found |= set((HERE / "content" / name).read_text(encoding="utf-8").splitlines()[0])
    return "".join(sorted(found))


def gb2312():
    """Every character of GB 2312, and ASCII: whatever a hospital may be called."""
    codes = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    # Python reads the middle dot and the dash of GB 2312 as other characters than Chinese keyboards write.
    return string.printable.strip() + " ·—" + "".join(code.decode("gb2312", "ignore") for code in codes)


def make(source, target, style, text):
    """Write the SC face of the collection ``source``, with the characters of ``text``, to ``target`` under our own name."""
    font = next(f for f in TTCollection(source, lazy=True).fonts if f["name"].getDebugName(1).endswith(" SC"))
    options = Options(
        hinting=False, layout_features=[], desubroutinize=False, notdef_outline=True, glyph_names=False
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    names = {1: FAMILY, 2: style, 3: f"{postscript};subset", 4: f"{FAMILY} {style}", 6: postscript}
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]
    top = font["CFF "].cff.topDictIndex[0]
    font["CFF "].cff.fontNames = [postscript]
    for field in ("FullName", "FamilyName"):
        if hasattr(top, field):
            setattr(top, field, f"{FAMILY} {style}" if field == "FullName" else FAMILY)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(target)


def main(arguments):
    sources = arguments or [INSTALLED / "NotoSansCJK-Regular.ttc", INSTALLED / "NotoSansCJK-Bold.ttc"]
    FONTS.mkdir(exist_ok=True)
    for source, style in zip(sources, ("Regular", "Bold"), strict=True):
        make(Path(source), font_path(style == "Bold"), style, characters())
    FONT.parent.mkdir(exist_ok=True)
    make(Path(sources[0]), FONT, "Regular", gb2312())
    (FONTS / "characters.txt").write_text(characters() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
