"""Draws a section's chart data with the kernel's charts."""

from typing import Any

from commissioning.kernel import charts


def drawn(chart: dict[str, Any]) -> charts.Chart:
    raise NotImplementedError
