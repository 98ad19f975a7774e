import datetime
import logging

import pytest

from commissioning.kernel import due, gates
from commissioning.kernel.gates import Blocker, GateShut, blockers, pass_gate, register_gate, register_hold, registered_gates

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def empty_registries(monkeypatch):
    monkeypatch.setattr(gates, "_checks", {})
    monkeypatch.setattr(gates, "_holds", {})
    monkeypatch.setattr(due, "_checks", {})


def money_missing(subject):
    yield Blocker(f"The fund does not cover {subject}.", "/fund/")


def never(subject):
    return [Blocker("The standstill has not ended.")]


def test_a_gate_without_checks_is_open():
    pass_gate("contract.sign", "lot 1")
    assert blockers("contract.sign", "lot 1") == []


def test_a_shut_gate_says_all_reasons_at_once():
    register_gate("contract.sign", money_missing)
    register_gate("contract.sign", never)
    register_gate("contract.sign", never)
    with pytest.raises(GateShut) as refusal:
        pass_gate("contract.sign", "lot 1")
    assert str(refusal.value) == "The fund does not cover lot 1. The standstill has not ended."
    assert refusal.value.blockers == [Blocker("The fund does not cover lot 1.", "/fund/"), Blocker("The standstill has not ended.")]
    assert list(registered_gates()) == ["contract.sign"]
    assert [name.rpartition(".")[2] for name in registered_gates()["contract.sign"]] == ["money_missing", "never"]


def test_what_checks_read_is_held_before_they_read_it_and_never_for_a_page():
    told = []
    register_gate("contract.sign", lambda subject: told.append(f"read {subject}") or [])
    lock = lambda subject: told.append(f"held {subject}")  # noqa: E731
    register_hold("contract.sign", lock)
    register_hold("contract.sign", lock)
    blockers("contract.sign", "lot 1")
    pass_gate("contract.sign", "lot 2")
    assert told == ["read lot 1", "held lot 2", "read lot 2"]


@pytest.mark.django_db
def test_everything_due_is_made_even_if_one_part_fails(caplog):
    def fails(now):
        raise RuntimeError("no calendar")

    due.register_due("a.fails", fails)
    due.register_due("b.counts", lambda now: now.day)
    due.register_due("c.nothing", lambda now: None)
    with caplog.at_level(logging.ERROR):
        assert due.make_what_is_due(NOW) == {"b.counts": 22, "c.nothing": 0}
    assert due.registered_due() == ["a.fails", "b.counts", "c.nothing"]
    assert "could not be made: a.fails" in caplog.text


def test_a_name_is_due_once():
    due.register_due("returns.open", money_missing)
    due.register_due("returns.open", money_missing)
    with pytest.raises(ValueError, match=r"returns\.open"):
        due.register_due("returns.open", never)
