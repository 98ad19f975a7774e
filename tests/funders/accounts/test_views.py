"""Statements: on the page, on paper, as files for spreadsheets and for scripts, and as 360Giving data."""

import json
import os
import re
from decimal import Decimal
from io import StringIO
from pathlib import Path

import jsonschema_rs
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from commissioning.organisations.roles import Role
from funders.accounts.queries import statement_of
from funders.accounts.rules import NAMES, total
from funders.pool.models import PooledFund
from tests.factories import make_contribution, make_organisation, make_seat

STANDARDS = Path(os.environ.get("STANDARDS_DIR") or Path(__file__).parents[4] / "shared" / "data" / "standards")
SCHEMAS = STANDARDS / "360giving"
USED_IN_PACKAGE = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.2/schema/360-giving-schema.json"


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def paid(money):
    """£2,250.00 of £9,000.00 a year is paid; another partner has pledged £500.00 for 2027/28."""
    money.commit()
    money.pay(money.approve(money.invoice()))
    make_contribution(fund=money.fund, by=make_seat(Role.FUNDER_OFFICER), year=2027, amount="500.00")
    return money


@pytest.fixture
def reader(paid, client_for):
    return client_for(make_seat(Role.BOARD_MEMBER))


def statement(money):
    return statement_of(PooledFund.objects.get(pk=money.fund.pk))


def test_the_statement_of_the_fund_follows_the_money(paid):
    """By hand: £8,000 and £4,000 agreed in each of three years; the first year's £12,000 received."""
    found = statement(paid).total
    assert (found.agreed, found.received, found.pledged) == (Decimal("36000.00"), Decimal("12000.00"), Decimal("500.00"))
    assert (found.allocated, found.committed, found.paid) == (Decimal("27000.00"), Decimal("27000.00"), Decimal("2250.00"))
    assert statement(paid).accounts["bank"] == Decimal("9750.00")


def test_the_statements_of_the_givers_add_up_to_the_funds(paid):
    found = statement(paid)
    for year, sums in found.years.items():
        assert sums == total(one.years[year] for one in found.givers)
    by_sector = {one.giver.funder.sector: one.total for one in found.givers if one.giver.funder and one.total.agreed}
    assert (by_sector["health"].paid, by_sector["cjs"].paid) == (Decimal("1500.00"), Decimal("750.00"))
    assert (by_sector["health"].committed, by_sector["cjs"].committed) == (Decimal("18000.00"), Decimal("9000.00"))


def test_pooled_money_without_a_partner_bears_its_part(money):
    """£6,000 of the pot is pooled by a source, £2,000 by the partner: of £4,000 set aside £3,000 and £1,000."""
    money.fund.pooled_already.update(amount=Decimal("24000.00"), pot="s75")
    money.set_aside(money.line(), "4000.00")
    source = next(one for one in statement(money).givers if one.giver.funder is None)
    assert source.years[2026].allocated == Decimal("3000.00")
    assert source.years[2026].pooled == Decimal("24000.00")


def test_what_waits_or_is_withdrawn_is_in_no_sum_of_what_is_agreed(paid):
    before = statement(paid).total
    make_contribution(fund=paid.fund, by=make_seat(Role.FUNDER_OFFICER), year=2026, amount="70.00", agreed_by=make_seat())
    paid.fund.contributions.filter(amount="70.00").update(condition="The grant letter", condition_due_on="2027-01-01")
    paid.fund.contributions.filter(amount="500.00").update(state="withdrawn")
    now = statement(paid).total
    assert (now.agreed, now.conditional, now.pledged) == (before.agreed, Decimal("70.00"), Decimal("0.00"))


def test_the_page_says_how_far_the_money_has_come(paid, reader):
    page = words(reader.get(reverse("accounts:fund", args=[paid.fund.code])))
    assert "£36,000.00 is agreed or pooled already, £12,000.00 has been received" in page
    assert "£27,000.00 is committed to contracts and £2,250.00 is paid" in page
    assert "Paid to providers £2,250.00" in page
    assert "odd pennies to the largest fractions, then to the first listed" in page


def test_a_partner_has_a_statement_of_its_own(paid, reader):
    health = next(one for one in statement(paid).givers if one.total.received == Decimal("8000.00"))
    address = reverse("accounts:giver", args=[paid.fund.code, health.giver.code])
    assert address in reader.get(reverse("accounts:fund", args=[paid.fund.code])).content.decode()
    page = words(reader.get(address))
    assert "£24,000.00 is agreed or pooled already, £8,000.00 has been received" in page
    lines = reader.get(address, {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert reader.get(reverse("accounts:giver", args=[paid.fund.code, "nobody"])).status_code == 404


@pytest.mark.parametrize("name", ["fund_pdf", "giver_pdf"])
def test_on_paper(paid, reader, name):
    code = next(one.giver.code for one in statement(paid).givers if one.total.received)
    answer = reader.get(reverse(f"accounts:{name}", args=[paid.fund.code, *([code] if name == "giver_pdf" else [])]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_only_who_reads_the_fund_reads_its_statement(paid, client_for):
    provider = client_for(paid.provider)
    for name in ("fund", "fund_pdf", "grants"):
        assert provider.get(reverse(f"accounts:{name}", args=[paid.fund.code])).status_code == 403
    assert client_for(make_seat(Role.AUDITOR)).get(reverse("accounts:fund", args=["none"])).status_code == 404


def test_the_command_prints_the_same(paid):
    out = StringIO()
    call_command("fund_statement", "--fund", paid.fund.code, "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["total"]["paid"] == "2250.00"
    for name in NAMES:
        assert sum(Decimal(one["total"][name]) for one in told["givers"]) == Decimal(told["total"][name])
    with pytest.raises(CommandError, match="There is no fund with the code nothing"):
        call_command("fund_statement", "--fund", "nothing", "--json")


def giving_schema():
    """The standard's own schema. Where a folder of standards is named or stands beside the project, it must hold the schema."""
    if not SCHEMAS.is_dir():
        if os.environ.get("STANDARDS_DIR") or STANDARDS.parents[1].is_dir():
            pytest.fail(f"The schemas of 360Giving are not in {SCHEMAS}: set STANDARDS_DIR.")
        pytest.skip("Put the schemas of 360Giving 1.4 into a folder 360giving and set STANDARDS_DIR to the folder above it.")
    grant, package = (json.loads((SCHEMAS / name).read_text()) for name in ("360-giving-schema.json", "360-giving-package-schema.json"))
    for one in (grant, package):
        one["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return jsonschema_rs.Draft202012Validator(
        package, validate_formats=True, registry=jsonschema_rs.Registry([(USED_IN_PACKAGE, {**grant, "$id": USED_IN_PACKAGE})])
    )


def test_open_data_leaves_out_what_the_host_gives_to_itself_and_says_so(paid, reader):
    host = paid.fund.host
    hands = [make_seat(role, organisation=host) for role in (Role.FUNDER_OFFICER, Role.FUNDER_APPROVER)]
    own = make_contribution(fund=paid.fund, by=hands[0], year=2026, amount="5000.00", agreed_by=hands[1])
    told = reader.get(reverse("accounts:grants", args=[paid.fund.code])).json()
    assert len(told["grants"]) == 6
    assert own.reference not in str(told["grants"])
    assert f"{host} makes no grant to itself" in told["description"]


def test_open_data_follows_the_standard_of_360giving(paid, reader):
    answer = reader.get(reverse("accounts:grants", args=[paid.fund.code]))
    told = json.loads(answer.content)
    validator = giving_schema()
    assert [str(error) for error in validator.iter_errors(told)] == []
    assert len(told["grants"]) == 6
    assert sum(Decimal(str(one["amountDisbursed"])) for one in told["grants"]) == Decimal("12000.00")
    assert {one["regrantType"] for one in told["grants"]} == {"FRG040"}
    for fault in ({"amountAwarded": "£8,000"}, {"awardDate": "1 April"}, {"fundingOrganization": []}):
        broken = {**told, "grants": [{**told["grants"][0], **fault}]}
        assert not validator.is_valid(broken)


def test_a_fund_without_anything_has_a_statement_too(client_for, db):
    host = make_organisation(is_commissioner=True)
    fund = PooledFund.objects.create(code="empty", name="Empty", host=host, first_year=2026, last_year=2026)
    assert statement_of(fund).total.agreed == 0
    page = words(client_for(make_seat(Role.FINANCE, organisation=host)).get(reverse("accounts:fund", args=["empty"])))
    assert "Nothing is agreed yet" in page
