"""The contribution agreement on paper: a tagged PDF (PDF/UA-1) set by Typst, for both sides to sign."""

import datetime
from pathlib import Path
from typing import Any

from commissioning.kernel.money import as_pounds
from commissioning.kernel.paper import on_paper
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import join, on
from funders.contributions.models import Contribution
from funders.contributions.tables import terms_rows
from funders.in_kind.models import Gift
from funders.in_kind.tables import reckoning
from funders.partners.queries import Agreement, Basis
from funders.pool.models import CostLine, PooledFund
from funders.pool.rules import NOTHING
from funders.year_end.rules import CHARITABLE

TEMPLATE = Path(__file__).parent / "typst" / "agreement.typ"
SHARING = (
    "At the end of each year every pot is reckoned for itself. The board of the partners chooses whether what is left is carried forward, kept as "
    "contingency or returned; after the last year of the fund it is returned.",
    "What is returned, and what is missing, is shared to the penny by what each partner has agreed in cash in that pot for that year and waits "
    "for nothing. What is given in kind does not count. An instalment that a partner has not paid is its own debt, and no shared deficit.",
    "A restricted charitable grant keeps its purpose: what is left of it is carried forward.",
)
TO_WRITE = {
    "Aims and outcomes": "Agreed aims and outcomes, to be written by both sides before they sign:",
    "Functions": "Which functions of the partners the fund serves, to be written by both sides before they sign:",
    "People and services": "Who is served, and by which services, to be written by both sides before they sign:",
}


def pdf_of(agreement: Agreement, today: datetime.date) -> bytes:
    """The PDF of an agreement. Words go in as data, so that nothing in them is read as markup."""
    return on_paper(TEMPLATE, data_of(agreement, today))


def data_of(agreement: Agreement, today: datetime.date) -> dict[str, Any]:
    pledge, fund = agreement.pledge, agreement.pledge.fund
    return {
        "title": f"Contribution agreement {pledge.reference}",
        "fund": fund.name,
        "host": str(fund.host),
        "partner": str(pledge.funder),
        "printed": on(today),
        "illustrative": pledge.illustrative,
        "years": [[str(one.financial_year), as_pounds(one.amount), _standing(one), one.decision_reference] for one in agreement.years],
        "total": as_pounds(agreement.total),
        "instalments": [[str(one.contribution.financial_year), on(one.due_on), as_pounds(one.amount)] for one in agreement.instalments],
        "conditions": [_condition(one) for one in agreement.years if one.condition or one.unconditional_because],
        "hands": [_hands(one, agreement) for one in agreement.years],
        "sharing": SHARING,
        "shares": [_share(one, agreement) for one in agreement.years],
        "remarks": pledge.conditions,
        "terms": [_terms(one, agreement.districts) for one in agreement.years],
        "checklist": _checklist(agreement, fund),
    }


def _standing(one: Contribution) -> str:
    return "Agreed, waits for its condition" if one.waits else "Agreed"


def _hands(one: Contribution, agreement: Agreement) -> list[str]:
    """Year, who agreed it for the partner and who counter-signed it for the host, each with the day."""
    schedule = agreement.schedules.get(one.pk)
    agreed = f"{one.agreed_by}, {on(one.agreed_at)}" if one.agreed_at else ""
    signed = f"{schedule.countersigned_by}, {on(schedule.countersigned_at)}" if schedule else "Not counter-signed yet"
    return [str(one.financial_year), agreed, signed]


def _share(one: Contribution, agreement: Agreement) -> list[str]:
    """Year and pot, what this partner and what all have agreed in it, and the share, as a year end reckons it."""
    pot = f"{one.financial_year}, {one.get_pot_display()}"
    if one.pot == CHARITABLE:
        return [pot, as_pounds(one.amount), "", "None: it keeps its purpose"]
    everybody = agreement.pots.get((one.year, one.pot), NOTHING)
    if one.waits or not everybody:
        return [pot, as_pounds(one.amount), as_pounds(everybody), "None until its condition is met"]
    return [pot, as_pounds(one.amount), as_pounds(everybody), f"{100 * one.amount / everybody:.2f} %"]


def _condition(one: Contribution) -> str:
    if not one.condition:
        return f"{one.financial_year}: unconditional, as the partner’s approver said: {one.unconditional_because}"
    due, met = one.condition_due_on, one.condition_met_on
    said = (
        f"Met on {on(met)}."
        if met
        else f"Decided by {on(due) if due else 'a day to be named'}. Until it is met it is neither secured nor invoiced."
    )
    return f"{one.financial_year}: {one.condition}. {said}"


def _terms(one: Contribution, districts: dict[str, str]) -> list[str]:
    """Year, legal basis, and what the money may pay for."""
    said = {row["key"]: row["value"] for row in terms_rows(one, districts)}
    limits = ". ".join(f"{key}: {value}" for key, value in said.items())
    return [str(one.financial_year), one.get_pot_display(), limits or "Whatever the fund pays for"]


def _checklist(agreement: Agreement, fund: PooledFund) -> list[dict[str, Any]]:
    """The headings of regulation 7(3), each with what the portal knows."""
    first, last = FinancialYear(fund.first_year).first_day, FinancialYear(fund.last_year).last_day
    years = join(one.financial_year for one in agreement.years)
    headings: list[tuple[str, list[str]]] = [
        ("Aims and outcomes", [said for basis in agreement.bases for said in _basis(basis)]),
        (
            "Contributions and how they vary",
            [
                f"The contributions for {years} are those of the table above.",
                "Until the host counter-signs, the partner may lower an amount by a decision. After that it withdraws the contribution with a reason and pledges anew.",
                "What is received beyond an instalment is held in suspense until both sides have settled it.",
            ],
        ),
        ("Functions", []),
        ("People and services", []),
        ("Staff, goods and accommodation", [_gift(one) for one in agreement.gifts] or ["Nothing is given in kind under this agreement."]),
        (
            "Duration and review",
            [f"The fund runs from {on(first)} to {on(last)}. Its partners review it each year before the budget of the next is agreed."],
        ),
        (
            "Management",
            [
                f"{fund.host} holds and manages the fund. It reports to the partners each quarter and gives a yearly return of income and expenditure."
            ],
        ),
    ]
    return [{"heading": heading, "sentences": sentences, "to_write": TO_WRITE.get(heading, "")} for heading, sentences in headings]


def _basis(basis: Basis) -> list[str]:
    """What the fund pays for, by the version of its cost model that was in force when it was agreed."""
    years = join(basis.years)
    when = f", from {on(basis.version.valid_from)}" if basis.version else ""
    under = f"version {basis.version.number} of the cost model{when}, in force when it was agreed" if basis.version else "the cost model"
    return [f"For {years}, by {under}, the fund pays for:", *(_line(one) for one in basis.lines)]


def _line(one: CostLine) -> str:
    often = f"once, in {FinancialYear(one.one_off_year)}" if one.one_off_year else "a year"
    return f"{one.label}: {one.quantity.normalize():,f} {one.unit}{'' if one.quantity == 1 else 's'} {often}."


def _gift(one: Gift) -> str:
    return f"In kind, never cash: {one.title}, {on(one.starts_on)} to {on(one.ends_on)}, worth {as_pounds(one.value_amount)} ({reckoning(one)})."
