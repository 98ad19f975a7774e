"""Cut the web fonts to what the pages use, and make the same families as TTF for the PDF reports.

Run by `design/build`. Needs fonttools and brotli; the sources are the @fontsource packages in node_modules.
"""

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
WEB = HERE.parent / "static" / "fonts"
PRINT = HERE.parent / "commissioning" / "kernel" / "fonts"
TEXT = MODULES / "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
HEADING = MODULES / "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2"
UNICODES = [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "–—‘’‚“”„•…‰‹›€™−×÷·ŵŷŴŶ")]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "pnum", "liga"]


def cut(font: TTFont) -> TTFont:
    options = subset.Options(layout_features=FEATURES, notdef_outline=True, name_IDs=["*"], hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=UNICODES)
    cutter.subset(font)
    return font


def web(source: Path, name: str, weight: tuple[int, int] | int) -> None:
    font = instancer.instantiateVariableFont(cut(TTFont(source)), {"wght": weight})
    font.flavor = "woff2"
    font.save(WEB / name)


def ttf(source: Path, family: str, style: str, weight: int) -> None:
    font = instancer.instantiateVariableFont(TTFont(source), {"wght": weight}, static=True)
    font.flavor = None
    for record in (1, 16):
        font["name"].setName(family, record, 3, 1, 0x409)
    for record in (2, 17):
        font["name"].setName(style, record, 3, 1, 0x409)
    font["name"].setName(f"{family} {style}", 4, 3, 1, 0x409)
    font["name"].setName(f"{family}-{style}".replace(" ", ""), 6, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    bold = style == "Bold"
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | (0x20 if bold else 0x40)
    font["head"].macStyle = 1 if bold else 0
    font.save(PRINT / f"{family}-{style}.ttf".replace(" ", ""))


if __name__ == "__main__":
    WEB.mkdir(parents=True, exist_ok=True)
    PRINT.mkdir(parents=True, exist_ok=True)
    web(TEXT, "text.woff2", (400, 700))
    web(HEADING, "heading.woff2", 700)
    ttf(TEXT, "Atkinson Hyperlegible Next", "Regular", 400)
    ttf(TEXT, "Atkinson Hyperlegible Next", "Bold", 700)
    ttf(HEADING, "Bricolage Grotesque", "Bold", 700)
