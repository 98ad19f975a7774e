"""Who is told of a transfer that waits. The letter holds no figure: it leads to the page that does."""

from commissioning.organisations.roles import Role
from funders.contributions.messages import Letter
from funders.contributions.queries import addresses_of
from funders.transfers.models import PotTransfer


def about_proposal(transfer: PotTransfer) -> list[Letter]:
    """The host's finance officers, but not who proposed it, have to confirm it."""
    others = [one for one in addresses_of(transfer.fund.host, Role.FINANCE) if one != transfer.proposed_by.email]
    context = {"fund": str(transfer.fund), "fund_code": transfer.fund.code, "reference": transfer.reference}
    return [Letter(others, "emails/funders/transfer_proposed.txt", context)]
