"""What a scenario says in words: who gives less, what is lost, what was assumed, what is missing then."""

from decimal import Decimal

from commissioning.kernel.money import as_pounds
from commissioning.kernel.quarters import FinancialYear
from commissioning.kernel.words import join, on, plural
from funders.scenarios.rules import CUT, WITHDRAWAL, Outcome

WHOLE_YEAR = 12


def said(percent: Decimal) -> str:
    """ "10%", "12.5%"."""
    return f"{percent.normalize():f}%"


def units(quantity: Decimal, unit: str) -> str:
    """ "1,170 cases", "3.6 posts", "1 post"."""
    figure = f"{quantity.normalize():,f}"
    return f"{figure} {unit}{'' if figure == '1' else 's'}"


def subject(outcome: Outcome) -> str:
    """ "A cut of 10%", "The withdrawal of the police", "Less money from the police (50%) and councils (20%)"."""
    if outcome.question.what == CUT:
        return f"A cut of {said(outcome.question.percent)}"
    if outcome.question.what == WITHDRAWAL:
        return f"The withdrawal of {outcome.givers[0][0]}"
    return f"Less money from {join(f'{name} ({said(percent)})' for name, percent in outcome.givers)}"


def finding(outcome: Outcome) -> str:
    """One sentence: what is lost, or why nothing is."""
    worst = outcome.worst
    losses = [units(one.quantity_lost, one.line.unit) for one in worst.lines if one.quantity_lost]
    if not losses:
        return f"{subject(outcome)} {_why_nothing(outcome)}."
    alike = all(one.lines == worst.lines and one.months == WHOLE_YEAR for one in outcome.years)
    when = " a year" if alike else f" in {worst.label}"
    return f"{subject(outcome)} loses {join(losses)}{when}."


def _why_nothing(outcome: Outcome) -> str:
    if not any(one.lost for one in outcome.years):
        return "takes no money away"
    if any(one.from_contingency for one in outcome.years):
        return "is met from contingency, so no line is cut"
    return "cuts so little that no whole unit is lost" if outcome.cut else "cuts no line, because there is money to spare"


def shortfall_words(outcome: Outcome) -> str:
    """What is missing before a line is cut, in the year in which most is cut."""
    worst = outcome.worst
    now, then = worst.missing_before[0], worst.missing_after[0]
    change = f"instead of {as_pounds(now)}" if then != now else "as it is now"
    said_then = f"In {FinancialYear(worst.year)}, {as_pounds(then)} of {as_pounds(worst.required)} is missing on what is secured, {change}"
    promised = worst.missing_after[2]
    hope = f"; {as_pounds(promised)} if conditions are met and pledges agreed" if promised != then else ""
    still = max(then - worst.cut, Decimal("0.00"))
    rest = f"once lines are cut, {as_pounds(still)} is still missing" if still else "cutting the lines closes it"
    return f"{said_then}{hope}. That is before a line is cut; {rest}."


def asked_words(outcome: Outcome) -> str:
    """The question in words, for a paper that nobody has worded yet."""
    happening = {CUT: f"{said(outcome.question.percent)} of the money goes", WITHDRAWAL: f"{names_of(outcome)} withdraws"}
    return f"What is lost if {happening.get(outcome.question.what, f'{names_of(outcome)} give less')} from {start_words(outcome)}?"


def names_of(outcome: Outcome) -> str:
    return join(name for name, _ in outcome.givers)


def start_words(outcome: Outcome) -> str:
    return f"{outcome.question.starts_on:%B %Y}"


def contingency_words(outcome: Outcome) -> str:
    return as_pounds(outcome.question.contingency) if outcome.question.contingency else "none"


def kept_words(outcome: Outcome) -> str:
    kept = [one.line.label for one in outcome.years[0].lines if one.is_protected]
    return join(kept) if kept else "none"


def assumptions(outcome: Outcome) -> list[str]:
    """Everything that was assumed, one sentence each."""
    kept, used = kept_words(outcome), contingency_words(outcome)
    sentences = [
        f"{subject(outcome)}, from {start_words(outcome)}. A year that is touched in part counts by whole months.",
        "No contingency is used." if used == "none" else f"{used} of contingency is used first, in the earliest years, until it is spent.",
        "No line is kept whole: all are cut in proportion to what they cost."
        if kept == "none"
        else f"Kept whole: {kept}. The other lines are cut in proportion to what they cost.",
        f"Losses are shared among districts by {outcome.key}, in parts that add up.",
    ]
    if outcome.worst.targets:
        sentences.append(
            "Contract targets that count people are restated in proportion to the lines that are counted in cases, from the cut on."
        )
    return [*sentences, notice_words(outcome)]


def notice_words(outcome: Outcome) -> str:
    """When a cut can take effect at the earliest, and what falls before that."""
    if outcome.earliest is None:
        return "The years of this fund are over, so no notice is reckoned."
    months = outcome.question.notice_months
    notice = (
        f"With {plural(months, 'month')} of notice given on {on(outcome.worked_out_on)}, contracts"
        if months
        else "Without notice, contracts"
    )
    words = f"{notice} can be cut from {on(outcome.earliest)} at the earliest."
    return (
        f"{words} {as_pounds(outcome.too_early)} of the cut falls before that day and has to be found elsewhere."
        if outcome.too_early
        else words
    )
