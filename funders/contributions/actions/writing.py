"""What every step of a contribution shares: the locked row, its version, its event, its letters."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from commissioning.kernel.mail import send_soon
from commissioning.kernel.models import Versioned
from commissioning.kernel.refusals import Refusal, StaleEdit
from commissioning.kernel.versions import mark_changed
from commissioning.kernel.words import at as at_words
from commissioning.organisations.seat import Seat
from funders.contributions.messages import Letter
from funders.contributions.models import Contribution, ContributionEvent
from funders.contributions.queries import last_change, version_of


def check_version(contributions: Collection[Contribution], version: int | None) -> None:
    """:raises StaleEdit: with who changed it last, and when."""
    if version == version_of(contributions):
        return
    raise stale(last_change(contributions))


def stale(last: Versioned | None, version: int | None = None) -> StaleEdit:
    """Who changed a row meanwhile, and when. :param version: the row's number now, for a form that goes on from there by itself."""
    who = f"{last.changed_by} changed this on {at_words(last.changed_at)}" if last and last.changed_at else "This has changed"
    return StaleEdit(f"{who}, after you opened the page. Read it again below, then send your answer once more.", version=version)


def locked(contributions: "Iterable[Contribution]") -> list[Contribution]:
    """The rows as they are now, held until the end of the transaction, always in the same order."""
    rows = contributions.select_for_update(of=("self",), no_key=True)  # type: ignore[attr-defined]
    found = list(rows.select_related("pledge__pledged_by", "fund__host", "funder", "changed_by").order_by("pk"))
    if not found:
        raise Refusal("This is not one of your organisation's contributions.")
    return found


def locked_one(contribution: Contribution, version: int | None) -> Contribution:
    """:raises StaleEdit:"""
    (found,) = locked(Contribution.objects.filter(pk=contribution.pk))
    check_version([found], version)
    return found


def save(contribution: Contribution, *, by: Seat, at: datetime) -> None:
    mark_changed(contribution, by.person, at)
    contribution.save()


def write_events(
    contributions: Iterable[Contribution], *, by: Seat, at: datetime, reason: str = "", step: str = "", effective_on: date | None = None
) -> None:
    told = {"step": step, "reason": reason, "effective_on": effective_on, "happened_at": at, "happened_by": by.person}
    ContributionEvent.objects.bulk_create(
        ContributionEvent(contribution=one, funder=one.funder, state=one.state, amount=one.amount, **told) for one in contributions
    )


def send(letters: Iterable[Letter], *, by: Seat) -> None:
    for letter in letters:
        if letter.to:
            send_soon(to=letter.to, template=letter.template, context=letter.context, by=by)
