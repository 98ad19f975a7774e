"""For containers: python tools/healthcheck.py ADDRESS web|worker. Exit status 0 when that part of the portal is well.

The worker says that it lives through a task that beat sends, so `worker` proves worker, beat and broker together.
"""

import json
import os
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def state(address: str) -> dict[str, Any]:
    """What /health/ says, asked under a host name that the portal answers to."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    question = Request(f"{address}/health/", headers={"Host": host})  # noqa: S310 - an address of ours
    try:
        with urlopen(question, timeout=8) as answer:  # noqa: S310
            found = json.load(answer)
    except HTTPError as error:
        found = json.load(error)
    return dict(found)


def is_well(part: str, found: dict[str, Any]) -> bool:
    if part == "worker":
        return bool(found["worker"]["status"] == "ok")
    return bool(found["database"] == "ok")


if __name__ == "__main__":
    try:
        found = state(sys.argv[1])
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"no answer: {error}")
    print(json.dumps(found))
    sys.exit(0 if is_well(sys.argv[2], found) else 1)
