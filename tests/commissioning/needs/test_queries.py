import csv
from decimal import Decimal

import pytest

from commissioning.needs import demo
from commissioning.needs.models import NeedsFigure
from commissioning.needs.queries import figures, scopes, topics
from commissioning.needs.tables import said


@pytest.fixture
def papers(db):
    return demo.load()


def test_the_loader_changes_nothing_the_second_time(papers):
    before = list(NeedsFigure.objects.values())
    assert demo.load() == papers
    assert list(NeedsFigure.objects.values()) == before


def test_every_figure_says_what_it_counts_when_and_where_it_stands(papers):
    for figure in NeedsFigure.objects.all():
        assert all([figure.unit, figure.scope, figure.period, figure.source]), figure.code
        assert any(year in figure.source for year in ("2010", "2012", "2017", "2020")), figure.code


def test_the_parts_of_the_costs_as_the_papers_print_them(papers):
    value = dict(NeedsFigure.objects.values_list("code", "value"))
    parts = ("health", "cjs", "social", "other")
    assert sum(value[f"cost-{part}-2012"] for part in parts) == value["cost-total-2012"] == Decimal(321)
    assert (sum(value[f"cost-{part}-2010"] for part in parts), value["cost-total-2010"]) == (Decimal(316), Decimal(317))
    assert "68 + 43 + 8 + 197 add up to 316" in NeedsFigure.objects.get(code="cost-total-2010").caveat


def test_the_dartford_service_supported_91_in_four_months(papers):
    assert sum(NeedsFigure.objects.filter(code__startswith="dartford-").values_list("value", flat=True)) == 91


def test_what_the_papers_garble_or_only_claim_is_not_loaded():
    with demo.FIGURES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert not [row for row in rows if row["value"] in ("2500", "25000") or "wish to stay" in row["label"]]


@pytest.mark.parametrize(
    ("choice", "codes"),
    [
        ({"search": "MARAC 764"}, []),
        ({"search": "high-risk reports 2010/11"}, ["marac-2010-11"]),
        ({"search": "ready reckoner 2010"}, ["cost-total-2010"]),
        ({"topic": "Unit costs", "search": "post"}, ["unit-cost-post"]),
        ({"scope": "Dartford service", "search": "refuge"}, ["dartford-refuge-2017"]),
        ({"search": "25%"}, ["marac-2011-12", "marac-expected"]),
    ],
)
def test_figures_are_found_by_words_topic_and_scope(papers, choice, codes):
    found = list(figures(**choice).values_list("code", flat=True))
    assert found == codes


def test_topics_and_scopes_stand_in_the_order_of_the_figures(papers):
    assert topics()[0] == "Prevalence"
    assert len(set(scopes())) == len(scopes())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("prevalence-2012", "54,773 people (± 11,000)"),
        ("cost-total-2010", "£317 million"),
        ("community-idva-2012-13", "13.84 full-time posts"),
        ("requirement-2013", "£810 thousand"),
        ("unit-cost-case", "£500 a case"),
        ("posts-shortfall-2010", "£13,000"),
        ("providers-2012", "10 providers"),
    ],
)
def test_a_value_is_said_with_its_unit(papers, code, words):
    assert said(NeedsFigure.objects.get(code=code)) == words
