"""The picture of the houses agrees with the contracts that are checked."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def layers(name: str) -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    found = next(one for one in contracts if one["name"].startswith(name))
    return [layer.split(".")[1] for layer in found["layers"]]


def drawn(house: str) -> list[str]:
    picture = (ROOT / "docs" / "architecture.md").read_text()
    block = re.search(rf"subgraph {house}\[.*?\n(.*?)\n  end", picture, re.DOTALL)
    assert block
    return re.findall(r"\w+", block[1].split("\n")[-1])


def test_the_picture_shows_the_ground_as_the_contract_orders_it():
    assert drawn("commissioning") == layers("Down or inward")


def test_the_picture_shows_the_upper_houses_as_their_contracts_order_them():
    assert drawn("funders") == layers("Inside funders")
    assert drawn("providers") == layers("Inside providers")


def test_every_slice_is_in_a_contract():
    slices = {path.parent.name for path in (ROOT / "commissioning").glob("*/__init__.py")}
    assert slices - {"migrations", "management", "templatetags"} == set(layers("Down or inward"))
