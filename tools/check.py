"""Every check and every test, with a summary at the end. Exit status 1 when one of them failed."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import chromium

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
BIN = Path(sys.executable).parent
# In the order in which they begin: the longest first.
PARTS = {
    "tests": ["tests", "--ignore=tests/architecture", "--ignore=tests/journeys", "--ignore=tests/drills"],
    "architecture": ["tests/architecture"],
    "journeys": ["tests/journeys"],
    "drills": ["tests/drills"],
}
TYPED_FLOORS = ("rules", "actions", "queries")


@dataclass
class Outcome:
    name: str
    well: bool
    seconds: float
    words: str = ""


def typed_files() -> list[str]:
    """What mypy reads: the kernel and the rules, actions and queries of every slice."""
    found = ["commissioning/kernel"]
    for house in ("commissioning", "funders", "providers"):
        for floor in TYPED_FLOORS:
            found += [str(path.relative_to(ROOT)) for path in sorted((ROOT / house).glob(f"*/{floor}.py"))]
            found += [str(path.parent.relative_to(ROOT)) for path in sorted((ROOT / house).glob(f"*/{floor}/__init__.py"))]
    return found


def checks() -> dict[str, list[str]]:
    python = sys.executable
    return {
        "ruff check": [str(BIN / "ruff"), "check", "."],
        "ruff format": [str(BIN / "ruff"), "format", "--check", "."],
        "djlint": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
        "mypy": [str(BIN / "mypy"), *typed_files()],
        "import-linter": [str(BIN / "lint-imports"), "--no-cache"],
        "django check": [python, "-W", "error", "manage.py", "check"],
        "migrations": [python, "manage.py", "makemigrations", "--check", "--dry-run"],
    }


def environment(browser: str) -> dict[str, str]:
    """Tests have a data folder of their own, with a PostgreSQL that does not wait for the disk."""
    data = os.environ.get("PORTAL_DATA") or str(CACHE / "test-data")
    return {**os.environ, "PORTAL_DEMO": "1", "PORTAL_DATA": data, "PORTAL_VOLATILE": "1", "CHROMIUM": browser}


def quiet(name: str, command: list[str], env: dict[str, str]) -> Outcome:
    begun = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    outcome = Outcome(name, done.returncode == 0, time.monotonic() - begun)
    print(f"  {name:<16} {'ok' if outcome.well else 'FAILED'} ({outcome.seconds:.1f} s)", flush=True)
    if not outcome.well:
        print(done.stdout, flush=True)
    return outcome


def tests(env: dict[str, str], arguments: list[str]) -> list[Outcome]:
    """The named tests, or all in four parts, two at a time because there are two cores; a part tells its tale when it ends."""
    if arguments:
        return [part_of_tests("tests", env, arguments)]
    print(f"\n  {', '.join(PARTS)}: two at a time; each says at its end what it found.", flush=True)
    with ThreadPoolExecutor(max_workers=2) as lanes:
        return list(lanes.map(lambda name: part_of_tests(name, env, PARTS[name], aside=True), PARTS))


def part_of_tests(name: str, env: dict[str, str], arguments: list[str], *, aside: bool = False) -> Outcome:
    begun, junit, log = time.monotonic(), CACHE / f"{name}.xml", CACHE / f"{name}.log"
    junit.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", f"--junitxml={junit}", "--durations=10", *arguments]
    own = {**env, "PORTAL_TEST_DATABASE": f"{env.get('PORTAL_TEST_DATABASE', 'test_portal')}_{name}"}
    if aside:
        with log.open("w") as output:
            status = subprocess.run(command, cwd=ROOT, env=own, stdout=output, stderr=subprocess.STDOUT).returncode
        print(f"\n{name}\n{log.read_text()}", flush=True)
    else:
        status = subprocess.run(command, cwd=ROOT, env=own).returncode
    return Outcome(name, status == 0, time.monotonic() - begun, counts(junit))


def counts(junit: Path) -> str:
    if not junit.exists():
        return "no tests were run"
    suite = ElementTree.parse(junit).getroot().find("testsuite")  # noqa: S314 - our own file
    if suite is None:
        return "no tests were run"
    number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    passed = number["tests"] - number["failures"] - number["errors"] - number["skipped"]
    bad = number["failures"] + number["errors"]
    return f"{passed} passed, {bad} failed, {number['skipped']} skipped"


def main() -> int:
    begun = time.monotonic()
    CACHE.mkdir(exist_ok=True)
    arguments = [argument for argument in sys.argv[1:] if argument != "--without-tests"]
    try:
        browser = "" if "--without-tests" in sys.argv else chromium.ensure()
    except chromium.NoChromium as reason:
        print(reason, file=sys.stderr)
        return 2
    env = environment(browser)
    outcomes = [quiet(name, command, env) for name, command in checks().items()]
    if "--without-tests" not in sys.argv:
        outcomes += tests(env, arguments)
    subprocess.run([sys.executable, "manage.py", "demo", "--stop"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    print("\nSummary")
    for one in outcomes:
        print(f"  {one.name:<16} {'ok' if one.well else 'FAILED':<7} {one.seconds:6.1f} s  {one.words}")
    well = all(one.well for one in outcomes)
    print(f"{'All is well' if well else 'Something failed'}, after {time.monotonic() - begun:.0f} s.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
