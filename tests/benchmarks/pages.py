"""The pages that are measured, who opens them, and the most that each may cost in floors (docs of performance)."""

import re
from dataclasses import dataclass
from typing import Any

COMMISSIONER, LEAD = "commissioner@kcc.example", "lead-officer@kcc.example"
HOST = "finance@kcc.example"
FUNDER, OFFICER, BIDS = "funder-officer@nhs.example", "data-officer@centra.example", "bid-manager@weald.example"
AIMS = {"list": 8, "detail": 5, "dashboard": 5, "form": 8, "public": 5}


@dataclass(frozen=True)
class BenchPage:
    """A page by its path, or by the first link on `start` that matches `link`."""

    name: str
    kind: str
    email: str
    path: str = ""
    start: str = ""
    link: str = ""

    @property
    def aim(self) -> float:
        return AIMS[self.kind]

    def find(self, visitor: Any) -> str:
        if self.path:
            return self.path
        found = re.search(rf'href="({self.link})"', visitor.get(self.start).decode())
        assert found, f"no link {self.link} on {self.start}"
        return found[1]


PAGES = [
    BenchPage("Public front page", "public", "", "/"),
    BenchPage("Open tenders", "public", "", "/open/"),
    BenchPage("Home of a commissioner", "dashboard", COMMISSIONER, "/"),
    BenchPage("Home of a funder", "dashboard", FUNDER, "/"),
    BenchPage("Home of a data officer", "dashboard", OFFICER, "/"),
    BenchPage("Pooled fund", "detail", FUNDER, "/fund/kent-2013/"),
    BenchPage("Instalments", "list", HOST, "/instalments/"),
    BenchPage("Ledger", "list", HOST, "/ledger/kent-live/"),
    BenchPage("Bank files", "list", HOST, "/bank/"),
    BenchPage("Bank file", "detail", HOST, start="/bank/", link=r"/bank/BI-[A-Z0-9]+/"),
    BenchPage("Scenario", "detail", HOST, "/scenarios/kent-2013/"),
    BenchPage("Contributions", "list", FUNDER, "/contributions/"),
    BenchPage("Tenders", "list", COMMISSIONER, "/tenders/"),
    BenchPage("Tender", "detail", COMMISSIONER, start="/tenders/", link=r"/tenders/T-[A-Z0-9]+/"),
    BenchPage("Contract register", "list", COMMISSIONER, "/contracts/"),
    BenchPage("Contract", "detail", COMMISSIONER, start="/contracts/", link=r"/contracts/C-[A-Z0-9]+/"),
    BenchPage("Returns", "list", COMMISSIONER, "/returns/"),
    BenchPage("Performance", "dashboard", COMMISSIONER, "/performance/"),
    BenchPage("Performance reports", "list", LEAD, "/reports/"),
    BenchPage("Performance report", "detail", LEAD, start="/reports/", link=r"/reports/[0-9a-z-]+/"),
    BenchPage("Needs", "list", COMMISSIONER, "/needs/"),
    BenchPage("Measures", "list", OFFICER, "/measures/"),
    BenchPage("Audit trail", "list", COMMISSIONER, "/audit/"),
]
