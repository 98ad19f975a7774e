import csv
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.measures.actions import CATALOGUE
from commissioning.measures.kinds import Section
from commissioning.measures.rules import CatalogueRefused, evaluate, read_catalogue, terms

LINE = {
    "order": "10",
    "code": "A01",
    "name": "Referrals received",
    "section": "referrals",
    "entered": "yes",
    "by_service": "yes",
    "unit": "people",
    "direction": "context",
    "numerator": "",
    "denominator": "",
    "definition": "People referred.",
    "why": "Demand.",
    "how_to_count": "Count each.",
    "example": "25",
    "source": "The framework of 2017",
}


def catalogue() -> list[dict]:
    with CATALOGUE.open(newline="", encoding="utf-8") as file:
        return read_catalogue(csv.DictReader(file))


def test_the_reviewed_file_has_ten_keyed_measures_and_the_seven_that_follow_from_them():
    measures = catalogue()
    assert [one["code"] for one in measures if one["entered"]] == [
        *("A01", "A02N", "A07", "B02", "B03P", "B03U", "E01N", "E02N", "E03N", "F04")
    ]
    assert [one["code"] for one in measures if not one["entered"]] == ["A02", "B01", "B04", "B05", "E01", "E02", "E03"]


def test_the_reviewed_file_stands_in_the_order_of_the_sections():
    sections = [one["section"] for one in catalogue()]
    assert list(dict.fromkeys(sections)) == Section.values
    assert sections == sorted(sections, key=Section.values.index)


def test_only_the_spend_is_not_asked_by_service():
    assert [one["code"] for one in catalogue() if not one["by_service"]] == ["F04"]


def test_terms_of_a_sum():
    assert terms("B01 + B02 - B03P") == [(1, "B01"), (1, "B02"), (-1, "B03P")]
    assert terms("E02N") == [(1, "E02N")]


@pytest.mark.parametrize("formula", ["", "B01 +", "B01 * B02", "B01+B02", "b01", "B01 + (B02)", "__import__('os')"])
def test_terms_refuse_what_is_no_sum(formula):
    with pytest.raises(ValueError, match="not a sum"):
        terms(formula)


def test_evaluate_the_open_caseload():
    values = {"B01": Decimal(48), "B02": Decimal(12), "B03P": Decimal(9), "B03U": Decimal(3)}
    assert evaluate("B01 + B02 - B03P - B03U", values) == 48
    assert evaluate("B01 + B02", values) == 60


def test_evaluate_is_unknown_when_one_figure_is_blank():
    assert evaluate("B01 + B02", {"B01": Decimal(48), "B02": None}) is None
    assert evaluate("B01 + B02", {"B01": Decimal(48)}) is None


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 10**9)), min_size=1, max_size=8))
def test_evaluate_adds_and_subtracts(parts):
    parts[0] = ("+", parts[0][1])
    codes = [f"M{position}" for position in range(len(parts))]
    formula = " ".join([codes[0], *(f"{sign} {code}" for (sign, _), code in zip(parts[1:], codes[1:], strict=True))])
    values = {code: Decimal(number) for code, (_, number) in zip(codes, parts, strict=True)}
    assert evaluate(formula, values) == sum(number if sign == "+" else -number for sign, number in parts)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"why": " "}, "Line 2: why is empty"),
        ({"section": "elsewhere"}, "Line 2: section is 'elsewhere', not one of referrals, caseload, outcomes, money"),
        ({"unit": "euros"}, "Line 2: unit is 'euros', not one of people, cases, pounds, percent"),
        ({"entered": "maybe"}, "Line 2: entered and by_service are yes or no"),
        ({"numerator": "A01 x A02"}, "Line 2: 'A01 x A02' is not a sum of measure codes"),
        ({"numerator": "A99"}, "Line 2: the numerator names A99, which is no measure"),
        ({"numerator": "A01", "denominator": "A01"}, "Line 2: a percentage has a denominator, and nothing else has"),
        ({"unit": "percent"}, "Line 2: a percentage has a denominator, and nothing else has"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_line(change, sentence):
    with pytest.raises(CatalogueRefused) as refused:
        read_catalogue([{**LINE, **change}])
    assert str(refused.value) == sentence


def test_a_code_that_stands_twice_is_refused():
    with pytest.raises(CatalogueRefused, match="These codes stand twice: A01"):
        read_catalogue([LINE, LINE])
