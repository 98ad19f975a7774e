from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.reports.rules import ReportRefused, canonical, check_build, check_freeze, check_publish, fingerprint
from commissioning.reports.states import ReportState

FREEZE_ON = date(2026, 11, 10)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1), values, min_size=2))
def test_the_same_data_in_another_order_give_the_same_bytes(snapshot):
    shuffled = dict(reversed(snapshot.items()))
    assert canonical(shuffled) == canonical(snapshot)
    assert fingerprint(shuffled) == fingerprint(snapshot)


def test_canonical_bytes_are_compact_and_sorted():
    assert canonical({"b": 1, "a": "£"}) == '{"a":"£","b":1}'.encode()


@pytest.mark.parametrize("state", [ReportState.FROZEN, ReportState.PUBLISHED])
def test_a_frozen_report_is_not_built_again(state):
    with pytest.raises(ReportRefused, match="appears in the next quarter's report"):
        check_build(state)


def test_freezing_early_is_refused_while_a_return_is_missing():
    with pytest.raises(ReportRefused, match=r"One return is missing\. .* Tuesday 10 November 2026"):
        check_freeze(ReportState.PROVISIONAL, freeze_on=FREEZE_ON, today=date(2026, 11, 9), missing=["One return is missing."])


def test_freezing_early_is_possible_when_nothing_is_missing():
    check_freeze(ReportState.PROVISIONAL, freeze_on=FREEZE_ON, today=date(2026, 11, 1), missing=[])


def test_freezing_on_the_day_is_possible_whatever_is_missing():
    check_freeze(ReportState.PROVISIONAL, freeze_on=FREEZE_ON, today=FREEZE_ON, missing=["One return is missing."])


def test_what_was_not_built_cannot_be_frozen():
    with pytest.raises(ReportRefused, match="Build the report first"):
        check_freeze(ReportState.PLANNED, freeze_on=FREEZE_ON, today=FREEZE_ON, missing=[])


@pytest.mark.parametrize("state", [ReportState.PLANNED, ReportState.PROVISIONAL])
def test_only_a_frozen_report_is_published(state):
    with pytest.raises(ReportRefused, match="Only a frozen report"):
        check_publish(state)


def test_a_report_is_published_once():
    with pytest.raises(ReportRefused, match="published already"):
        check_publish(ReportState.PUBLISHED)
