"""What signatories are told by e-mail: that something waits, and where."""

from django.db.models import Q

from commissioning.contracts.models import Contract
from commissioning.kernel.mail import send_soon
from commissioning.organisations.models import Membership
from commissioning.organisations.roles import Role
from commissioning.organisations.seat import Seat


def tell_signatories(contract: Contract, *, by: Seat) -> None:
    """Ask the provider's bid managers and the commissioner's lead officers to sign in and read the contract."""
    provider = Q(organisation=contract.provider, role=Role.BID_MANAGER)
    commissioner = Q(organisation=contract.commissioner, role=Role.LEAD_OFFICER)
    signatories = Membership.objects.current().filter(provider | commissioner)
    send_soon(
        to=signatories.order_by("pk").values_list("person__email", flat=True),
        template="emails/contract_to_sign.txt",
        context={"reference": contract.reference},
        by=by,
        key=f"contract:{contract.reference}:to-sign",
    )
