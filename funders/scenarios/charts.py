from commissioning.kernel.charts import Chart, bar_chart
from funders.scenarios.rules import Outcome
from funders.scenarios.sentences import finding


def lines_chart(outcome: Outcome) -> Chart:
    """Each line now and after the cut, in the year in which most is cut."""
    lines = outcome.worst.lines
    return bar_chart(
        title=f"Each line now and after the cut, {outcome.worst.label}",
        finding=finding(outcome),
        labels=[one.line.label for one in lines],
        series={"Now": [float(one.line.amount) for one in lines], "Left": [float(one.left) for one in lines]},
        unit="£",
        identity="lines-chart",
        across="Line",
    )
