from typing import Any

import pytest

from tests.providers.cast import Case, make_case


@pytest.fixture
def case(db: Any) -> Case:
    """A contract with its people and two open quarters."""
    return make_case()
