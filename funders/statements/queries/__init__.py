from funders.statements.queries.fund import (
    Alert,
    FundPicture,
    alerts_of,
    certainty_of,
    fund_of_tender,
    funds_of_tender,
    giving,
    names_partners,
    own_of,
    picture_of,
    positions_of,
    secured_by_year,
    unanswered,
)
from funders.statements.queries.partners import PartnerTotal, PartnerYear

__all__ = [
    "Alert",
    "FundPicture",
    "PartnerTotal",
    "PartnerYear",
    "alerts_of",
    "certainty_of",
    "fund_of_tender",
    "funds_of_tender",
    "giving",
    "names_partners",
    "own_of",
    "picture_of",
    "positions_of",
    "secured_by_year",
    "unanswered",
]
