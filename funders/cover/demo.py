"""One override: the small tender runs a year longer than its fund, and two partners let that year pass. Its wording is invented."""

from django.utils import timezone

from commissioning.kernel.postgres.scope import rls_scope
from commissioning.organisations.roles import Role
from commissioning.tenders.demo import SMALL, published, seat_of
from commissioning.tenders.models import Tender
from funders.cover import actions
from funders.cover.models import Override

REASON = (
    "The fund ends with 2029/30. The partners have drafted the next one, and the contract can be ended with six months’ notice if it is "
    "not opened. A term of three years would cost more for each person who is supported."
)


def load() -> str:
    """The commissioner's lead officer proposes, an approver of another partner confirms; then the tender is published."""
    tender = Tender.objects.select_related("commissioner").get(title=SMALL)
    if not Override.objects.filter(tender=tender).exists() and tender.published_at is None:
        lead, second = seat_of(Role.LEAD_OFFICER, "kcc"), seat_of(Role.FUNDER_APPROVER, "pcc")
        with rls_scope([tender.commissioner_id]):
            made = actions.propose(tender=tender, reason=REASON, by=lead, at=timezone.now())
        with rls_scope([second.on_behalf_of.pk]):
            actions.confirm(override=made, by=second, version=made.version, at=timezone.now())
    return f"{SMALL}: two partners let the year after the fund pass. {published(tender)}."
