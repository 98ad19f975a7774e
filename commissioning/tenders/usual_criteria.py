"""The quality criteria that a new tender begins with: what Kent asked of providers in 2017, as questions.

The headings follow the provider requirements in the 2017 framework; weights, limits and wording are illustrative and
are edited in each tender.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class UsualCriterion:
    title: str
    question: str
    weight_percent: Decimal
    word_limit: int
    minimum_mark: int = 2


USUAL_CRITERIA = (
    UsualCriterion(
        "One way in",
        "How will anybody in this area reach you by a single contact, be assessed once, and be led to the right help without being "
        "passed on? Say how you will agree this with the victim support service.",
        Decimal("20.00"),
        500,
    ),
    UsualCriterion(
        "Support in the community",
        "How will independent domestic violence advisers and outreach workers support people at high, medium and standard risk across "
        "all districts of this area, its villages included? Say how many people each service will support in a year.",
        Decimal("25.00"),
        750,
    ),
    UsualCriterion(
        "Safe places to live",
        "How will you run refuge and resettlement in this area, keep stays as short as each person needs, and help people who can "
        "stay safely in their own home?",
        Decimal("20.00"),
        500,
    ),
    UsualCriterion(
        "Harm reduced early",
        "How will you reach people before they are at high risk, and people who are seldom reached: men, older people, people from "
        "minority communities, people with drug, alcohol or mental health needs?",
        Decimal("15.00"),
        500,
    ),
    UsualCriterion(
        "A network that grows",
        "Which local partners will you work with in this area, what have you agreed with them, and how will the network change over "
        "the term of the contract?",
        Decimal("10.00"),
        300,
    ),
    UsualCriterion(
        "Results that can be trusted",
        "How will you record, check and learn from the quarterly outcome measures, and hand over people's support without a gap when "
        "the contract starts?",
        Decimal("10.00"),
        300,
    ),
)
