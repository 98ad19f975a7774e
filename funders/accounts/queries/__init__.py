from funders.accounts.queries import invariants as invariants  # its rules are known as soon as anything of the slice is read
from funders.accounts.queries.grounds import Grounds, certainty_in, grounds_of, with_scenarios
from funders.accounts.queries.statement import (
    ANSWERED_NOTHING,
    CARRIED,
    NOT_ANSWERED,
    Giver,
    GiverStatement,
    Posted,
    Statement,
    agreed_contributions,
    posted_of,
    statement_of,
)

__all__ = [
    "ANSWERED_NOTHING",
    "CARRIED",
    "NOT_ANSWERED",
    "Giver",
    "GiverStatement",
    "Grounds",
    "Posted",
    "Statement",
    "agreed_contributions",
    "certainty_in",
    "grounds_of",
    "posted_of",
    "statement_of",
    "with_scenarios",
]
