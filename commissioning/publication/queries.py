"""What everybody may know: published tenders and the contract register."""

import datetime

from django.db.models import Q

from commissioning.contracts.models import ContractQuerySet
from commissioning.contracts.queries import register
from commissioning.publication.forms import OPEN
from commissioning.tenders.models import Tender, TenderQuerySet
from commissioning.tenders.queries import public_tenders
from commissioning.tenders.states import TenderState


def tenders_for_everybody(*, now: datetime.datetime, search: str = "", show: str = "") -> TenderQuerySet:
    """Published tenders; the ones that can still be bid for first, the one that ends soonest at the top."""
    is_open = Q(state=TenderState.PUBLISHED, deadline__gt=now)
    found = public_tenders(is_open)
    for word in search.split():
        found = found.filter(Q(title__icontains=word) | Q(reference__iexact=word) | Q(commissioner__name__icontains=word))
    if not show:
        return found
    return found.filter(is_open) if show == OPEN else found.exclude(is_open)


def published_tenders() -> TenderQuerySet:
    return Tender.objects.public().select_related("commissioner")


def public_contracts() -> ContractQuerySet:
    """The register: contracts that are signed."""
    return register().signed()
