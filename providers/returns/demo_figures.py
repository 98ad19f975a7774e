"""Invented figures of the demo: plausible, balanced (what is open at the end opens the next quarter), the same every time.

Only the special period of 2017 holds figures of a paper; it is not made here.
"""

from dataclasses import dataclass
from decimal import Decimal

FIRST_QUARTERS = ("2025-26-Q1", "2025-26-Q2", "2025-26-Q3", "2025-26-Q4", "2026-27-Q1", "2026-27-Q2", "2026-27-Q3", "2026-27-Q4")


@dataclass(frozen=True)
class Size:
    """One service of one area: cases open on 1 April 2025, and about how many start in a quarter."""

    open: int
    starts: int


@dataclass(frozen=True)
class Place:
    """One contract's services, and how its outcomes stand and move: percent at first, and points a quarter."""

    sizes: dict[str, Size]
    reviews: int
    ceased: int
    reduced: int
    drift: int
    yearly_amount: int


def _sizes(idva: tuple[int, int], outreach: tuple[int, int], refuge: tuple[int, int]) -> dict[str, Size]:
    return {"IDVA_HR": Size(*idva), "OUT": Size(*outreach), "REF": Size(*refuge)}


PLACES = {
    "north-and-maidstone": Place(_sizes((22, 20), (18, 15), (9, 8)), 84, 62, 72, 2, 243000),
    "west": Place(_sizes((15, 14), (16, 15), (8, 7)), 78, 66, 76, 1, 162000),
    "mid-and-east": Place(_sizes((18, 17), (20, 18), (9, 9)), 72, 57, 70, 2, 202500),
    "dover-and-thanet": Place(_sizes((20, 19), (19, 17), (9, 9)), 66, 49, 64, -1, 202500),
    "medway": Place(_sizes((24, 21), (17, 16), (8, 8)), 81, 64, 73, 1, 140000),
}
STARTS = (0, 2, -1, 1, 2, 3, 0, 1)  # more or fewer than usual, quarter by quarter
CLOSED = (-1, 0, 1, 0, -1, 1, 0, 1)  # closed more or fewer than started


def figures_of(area: str, quarter: str) -> dict[str, str]:
    """What the provider of an area keys for a quarter, by cell: {"A01-OUT": "23", ...}; the opening caseload too."""
    place, at = PLACES[area], FIRST_QUARTERS.index(quarter)
    cells: dict[str, str] = {}
    for number, (service, size) in enumerate(place.sizes.items()):
        flow = _flow(size, at, number)
        cells |= {f"{code}-{service}": str(value) for code, value in _service(place, flow, at, number).items()}
    year_part = at % 4 + 1
    spent = Decimal(place.yearly_amount) / 4 * year_part - Decimal(371) * (4 - year_part) + Decimal("0.50") * at
    return {**cells, "F04": str(spent.quantize(Decimal("0.01")))}


def _flow(size: Size, at: int, number: int) -> tuple[int, int, int]:
    """Open at the start, started and closed in the quarter, after walking through the ones before."""
    opening, started, closed = size.open, 0, 0
    for step in range(at + 1):
        opening += started - closed
        started = max(3, size.starts + STARTS[(step + number) % len(STARTS)])
        closed = max(2, min(opening + started, started + CLOSED[(step + 2 * number) % len(CLOSED)]))
    return opening, started, closed


def _service(place: Place, flow: tuple[int, int, int], at: int, number: int) -> dict[str, int]:
    opening, started, closed = flow
    planned = closed - max(1, closed // 4)
    reviewed = min(closed, round(closed * (place.reviews + place.drift * at) / 100))
    referred = started + 5 + (at + number) % 3
    return {
        "A01": referred,
        "A02N": referred - 2 - (at + number) % 2,
        "A07": 2 + (at + 2 * number) % 4,
        "B01": opening,
        "B02": started,
        "B03P": planned,
        "B03U": closed - planned,
        "E01N": reviewed,
        "E02N": min(reviewed, round(reviewed * (place.ceased + place.drift * at) / 100)),
        "E03N": min(reviewed, round(reviewed * (place.reduced + place.drift * at) / 100)),
    }
