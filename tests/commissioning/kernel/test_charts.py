from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.kernel.charts import Level, Scale, bar_chart, line_chart, stacked_chart
from commissioning.kernel.charts.scale import say_short

SVG = "{http://www.w3.org/2000/svg}"
numbers = st.none() | st.floats(min_value=0, max_value=1e9)
words = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30)


def parsed(chart):
    return ElementTree.fromstring(chart.svg)  # noqa: S314


@pytest.mark.parametrize("draw", [bar_chart, stacked_chart, line_chart])
@given(labels=st.lists(words, min_size=1, max_size=6), names=st.lists(words, min_size=1, max_size=5, unique=True), data=st.data())
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


def test_a_value_below_zero_hangs_below_the_line():
    chart = bar_chart(title="t", finding="f", labels=["Surplus", "Gap"], series={"Fund": [100.0, -50.0]}, unit="£")
    over, under = (bar for bar in parsed(chart).findall(f"{SVG}rect"))
    foot = float(over.get("y")) + float(over.get("height"))
    assert float(under.get("y")) == pytest.approx(foot, abs=0.11)
    assert [row["series0"] for row in chart.table.rows] == ["£100", "−£50"]
    with pytest.raises(ValueError, match="below zero"):
        stacked_chart(title="t", finding="f", labels=["Gap"], series={"Fund": [-50.0]})


def test_series_are_told_apart_without_colour():
    series = {name: [float(number), 20.0] for number, name in enumerate("abcde", start=3)}
    line = line_chart(title="t", finding="f", labels=["1", "2"], series=series, target=12.5, centre=9, unit="%")
    markers = [mark.get("d") for mark in parsed(line).findall(f"{SVG}path[@class='chart__point']")]
    assert len({mark.translate(str.maketrans("", "", "0123456789.- ")) for mark in markers}) == 5
    assert [words.text for words in parsed(line).findall(f"{SVG}g/{SVG}text")][-2:] == ["Median 9%", "Target 12.5%"]
    stack = stacked_chart(title="t", finding="f", labels=["1"], series={name: [40.0] for name in "abcde"})
    hatchings = [mark.get("d") for mark in parsed(stack).findall(f"{SVG}path")]
    assert len({("".join(sorted({letter for letter in mark if letter.isalpha()})), mark.count("M")) for mark in hatchings}) == 4
    with pytest.raises(ValueError, match="could not be told apart"):
        bar_chart(title="t", finding="f", labels=["1"], series={name: [1.0] for name in "abcdef"})


def test_numbers_stand_above_few_bars_and_a_long_legend_wraps():
    few = bar_chart(title="t", finding="f", labels=["Health"], series={"Share": [321416.67]}, unit="£")
    assert "£321k" in [words.text for words in parsed(few).findall(f"{SVG}text")]
    long = bar_chart(title="t", finding="f", labels=["a"] * 20, series={"A name that is rather long " * 3: [1.0] * 20, "B": [1.0] * 20})
    assert parsed(long).get("viewBox") == "0 0 720 348"
    assert not [words.text for words in parsed(long).findall(f"{SVG}text") if words.text == "1" and float(words.get("x")) > 90]


@pytest.mark.parametrize(
    ("value", "short"), [(999, "£999"), (5_000, "£5k"), (12_400, "£12.4k"), (-321_416.67, "−£321k"), (2_500_000, "£2.5m")]
)
def test_short_numbers(value, short):
    assert say_short(value, "£") == short


def test_a_stack_with_a_part_missing_shows_no_total():
    chart = stacked_chart(title="t", finding="f", labels=["one", "two", "three"], series={"A": [3, None, 2], "B": [4, None, None]})
    assert ">7<" in chart.svg
    assert "no figure" in chart.svg
    assert "part only" in chart.svg


def test_a_level_crosses_each_bar_and_says_in_words_where_it_goes_beyond():
    level = Level("Committed", [20.0, 50.0, 0.0], [0.0, 20.0, 0.0], "Committed beyond what is agreed")
    series = {"Agreed": [30.0, 30.0, 30.0], "Pledged": [0.0, 10.0, 5.0]}
    chart = stacked_chart(title="t", finding="f", labels=["one", "two", "three"], series=series, unit="£", level=level)
    lines = parsed(chart).findall(f"{SVG}path[@class='chart__level']")
    assert [line.find(f"{SVG}title").text for line in lines] == [
        "Committed, one: £20",
        "Committed, two: £50, Committed beyond what is agreed: £20",
    ]
    assert len({line.get("stroke") for line in lines}) == 2
    assert "v10" in lines[1].get("d")
    assert "v10" not in lines[0].get("d")
    assert "£20 too much" in [words.text for words in parsed(chart).findall(f"{SVG}text")]
    assert [column.label for column in chart.table.columns][-2:] == ["Committed", "Committed beyond what is agreed"]
    calm = stacked_chart(title="t", finding="f", labels=["one"], series={"A": [1.0]}, level=Level("Committed", [1.0], [0.0], "Beyond"))
    assert "Beyond" not in calm.svg
