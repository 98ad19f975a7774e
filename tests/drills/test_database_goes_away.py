"""The database killed, and stopped, under the web: our own 503, then healthy by itself, nothing acknowledged lost."""

import threading
import time

import pytest

from tests.drills.visitor import Visitor
from tests.running_portal import Portal

pytestmark = pytest.mark.drill
SORRY = "Sorry, the portal is not available at the moment"


class Busy(threading.Thread):
    """People who sign in one after the other and note what the portal told them."""

    def __init__(self, portal: Portal) -> None:
        super().__init__()
        self.portal = portal
        self.account = portal.accounts[0]
        self.acknowledged: list[Visitor] = []
        self.refused: list[tuple[int, str]] = []
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.enough.wait(0.3):
            visitor = Visitor(self.portal.address)
            if visitor.sign_in(self.account):
                self.acknowledged.append(visitor)
            else:
                self.refused.append(visitor.get("/account/login/"))


def test_killed_postgres_gives_at_worst_our_503_then_heals_and_keeps_what_was_acknowledged(portal: Portal) -> None:
    portal.wait_until_healthy()
    busy = Busy(portal)
    busy.start()
    try:
        portal.wait_until(lambda: len(busy.acknowledged) >= 3, 60, "three people to sign in")
        old = portal.kill("postgres")
        portal.wait_until(lambda: alive_again(portal, old), 60, "another life of the database")
        before = len(busy.acknowledged)
        portal.wait_until_healthy(60)
        portal.wait_until(lambda: len(busy.acknowledged) >= before + 2, 60, "people to sign in again")
    finally:
        busy.enough.set()
        busy.join()
    assert {status for status, _ in busy.refused} <= {200, 503}  # a short absence is waited for, and nobody is refused at all
    assert [page for status, page in busy.refused if status == 503 and SORRY not in page] == []
    assert [visitor.is_signed_in(visitor.get("/account/")[1]) for visitor in busy.acknowledged] == [True] * len(busy.acknowledged)


def test_postgres_stopped_on_purpose_stays_down_until_it_is_started(portal: Portal) -> None:
    portal.wait_until_healthy()
    assert portal.manage("postgres", "stop") == "stopped\n"
    try:
        for _ in range(3):
            status, page = Visitor(portal.address).get("/account/login/")
            assert (status, SORRY in page) == (503, True)
            time.sleep(2.5)
        status, found = portal.health()
        assert (status, found["database"], found["worker"]["status"]) == (503, "down", "unknown")
    finally:
        said = portal.manage("postgres", "start")
    assert said.startswith("running as process ")
    portal.wait_until_healthy(60)
    assert Visitor(portal.address).sign_in(portal.accounts[0])


def alive_again(portal: Portal, old: int) -> bool:
    try:
        return portal.pid("postgres") != old
    except (OSError, ValueError):  # between two lives there is no file, or an empty one
        return False
