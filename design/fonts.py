"""Cut the web fonts to what the pages use, and make the same families as TTF for the PDF reports.

Run by `design/build`. Needs fonttools and brotli; the sources are the @fontsource packages in node_modules.
"""

from array import array
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates
from fontTools.varLib import instancer

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
WEB = HERE.parent / "static" / "fonts"
PRINT = HERE.parent / "commissioning" / "kernel" / "fonts"
TEXT = MODULES / "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
HEADING = MODULES / "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2"
UNICODES = [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "–—‘’‚“”„•…‰‹›€™−×÷·ŵŷŴŶ")]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "pnum", "liga"]


def plain_zero(font: TTFont) -> TTFont:
    """Take the slash out of the text face's noughts: money and years are full of them, references use no O at all.

    The nought is an outline and two half counters. The two halves become one counter of the same points, in the order
    in which they follow each other, so that the variations (which speak of points by number) only change places too.
    """
    for name in ("zero", "zero.tf"):
        glyph = font["glyf"][name]
        if glyph.isComposite():
            continue
        points = list(glyph.coordinates)
        first, second, last = (end + 1 for end in glyph.endPtsOfContours)
        low, high = list(range(first, second)), list(range(second, last))
        cut_low = max(range(len(low)), key=lambda at: length(points, low, at))
        cut_high = max(range(len(high)), key=lambda at: length(points, high, at))
        turned = lambda half, at: half[at + 1 :] + half[: at + 1]  # noqa: E731  begins behind the straight edge of the slash
        order = [*range(first), *turned(low, cut_low), *turned(high, cut_high)]
        for variation in font["gvar"].variations.get(name, []):
            variation.calcInferredDeltas(GlyphCoordinates([*points, *[(0, 0)] * 4]), [*glyph.endPtsOfContours, *range(last, last + 4)])
        glyph.coordinates = GlyphCoordinates([points[at] for at in order])
        glyph.flags = array("B", [glyph.flags[at] for at in order])
        glyph.endPtsOfContours = [first - 1, last - 1]
        glyph.numberOfContours = 2
        phantom = [*range(last, last + 4)]
        for variation in font["gvar"].variations.get(name, []):
            variation.coordinates = [variation.coordinates[at] for at in [*order, *phantom]]
    return font


def opened(source: Path) -> TTFont:
    font = TTFont(source)
    return plain_zero(font) if source == TEXT else font


def length(points: list[tuple[int, int]], half: list[int], at: int) -> float:
    (x, y), (next_x, next_y) = points[half[at]], points[half[(at + 1) % len(half)]]
    return ((x - next_x) ** 2 + (y - next_y) ** 2) ** 0.5


def cut(font: TTFont) -> TTFont:
    options = subset.Options(layout_features=FEATURES, notdef_outline=True, name_IDs=["*"], hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=UNICODES)
    cutter.subset(font)
    return font


def web(source: Path, name: str, weight: tuple[int, int] | int) -> None:
    font = instancer.instantiateVariableFont(cut(opened(source)), {"wght": weight})
    font.flavor = "woff2"
    font.save(WEB / name)


def ttf(source: Path, family: str, style: str, weight: int) -> None:
    font = instancer.instantiateVariableFont(opened(source), {"wght": weight}, static=True)
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
