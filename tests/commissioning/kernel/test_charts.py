from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.charts import Scale, bar_chart, line_chart, stacked_chart

SVG = "{http://www.w3.org/2000/svg}"
numbers = st.none() | st.floats(min_value=0, max_value=1e9)
words = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30)


def parsed(chart):
    return ElementTree.fromstring(chart.svg)  # noqa: S314


@pytest.mark.parametrize("draw", [bar_chart, stacked_chart, line_chart])
@given(labels=st.lists(words, min_size=1, max_size=6), names=st.lists(words, min_size=1, max_size=4, unique=True), data=st.data())
def test_every_chart_is_well_formed_and_says_what_it_shows(draw, labels, names, data):
    series = {name: data.draw(st.lists(numbers, min_size=len(labels), max_size=len(labels))) for name in names}
    chart = draw(title="A <title>", finding="It & that", labels=labels, series=series)
    svg = parsed(chart)
    assert svg.get("role") == "img"
    assert svg.find(f"{SVG}title").text == "A <title>"
    assert svg.find(f"{SVG}desc").text == "It & that"
    assert "style=" not in chart.svg
    assert len(list(chart.table.rows)) == len(labels)


def test_a_missing_value_is_a_gap_and_not_a_zero():
    chart = bar_chart(title="t", finding="f", labels=["one", "two"], series={"Cases": [None, 0]})
    assert [title.text for title in parsed(chart).findall(f".//{SVG}rect/{SVG}title")] == ["Cases, two: 0"]
    assert [row["series0"] for row in chart.table.rows] == ["not available", "0"]


def test_a_line_is_broken_where_a_quarter_is_missing():
    chart = line_chart(title="t", finding="f", labels=["a", "b", "c", "d"], series={"Cases": [1, 2, None, 4]})
    assert len(parsed(chart).findall(f"{SVG}line[@class='chart__line']")) == 1


def test_layers_of_a_stack_stand_on_each_other():
    chart = stacked_chart(title="t", finding="f", labels=["2026/27"], series={"Agreed": [30.0], "Pledged": [10.0]})
    lower, upper = parsed(chart).findall(f"{SVG}rect")[:2]
    assert float(upper.get("y")) + float(upper.get("height")) == pytest.approx(float(lower.get("y")), abs=0.11)


@pytest.mark.parametrize(("highest", "top"), [(0, 0.25), (91, 100), (551000, 600000), (4, 4)])
def test_the_scale_ends_at_a_round_number(highest, top):
    assert Scale.over([highest], None).top_value == pytest.approx(top if highest else 1)


def test_pounds_are_said_to_the_penny_in_the_table():
    chart = bar_chart(title="t", finding="f", labels=["Health"], series={"Share": [321416.67]}, unit="£")
    assert [row["series0"] for row in chart.table.rows] == ["£321,416.67"]
