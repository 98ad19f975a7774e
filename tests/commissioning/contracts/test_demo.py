from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from commissioning.areas.models import ContractArea
from commissioning.contracts import demo
from commissioning.contracts.models import Contract, ContractTarget
from commissioning.measures.models import Measure
from commissioning.organisations import demo as organisations_demo
from tests.factories import make_partnership


@pytest.fixture
def ground(db):
    organisations_demo.load()
    for order, let in enumerate(demo.LETS):
        ContractArea.objects.create(partnership=make_partnership(), code=let.area, name=let.area, order=order, apart=let.area == "medway")
    Measure.objects.create(code="E02", name="All abuse ceased", definition="", section="Outcomes", order=1, source="")


def test_four_contracts_of_three_lead_providers_and_medway_apart(ground):
    demo.load()
    county = Contract.objects.live().filter(area__apart=False)
    assert county.count() == 4
    assert county.values("provider").distinct().count() == 3
    assert county.aggregate(total=Sum("annual_amount"))["total"] == Decimal("810000")
    assert Contract.objects.get(area__apart=True).commissioner.code == "medway"


def test_the_term_the_option_and_the_year_beyond_it(ground):
    demo.load()
    contract = Contract.objects.get(area__code="dover-and-thanet")
    assert contract.ends_on == date(2027, 3, 31)
    assert contract.options.get().months == 48
    assert contract.extensions.get().months == 12


def test_loading_twice_changes_nothing(ground):
    demo.load()
    demo.load()
    assert Contract.objects.count() == 5
    assert ContractTarget.objects.count() == 5
