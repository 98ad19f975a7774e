#!/usr/bin/env python3
"""Make the environment in .venv, with nothing but the system's Python. Every obstacle gets one clear sentence.

Usage: python3 tools/prepare.py run|test. Written in the syntax of Python 3.6, so that an old Python can say so.
"""

import fcntl
import hashlib
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
REQUIREMENTS = {"run": ["requirements.txt"], "test": ["requirements.txt", "requirements-dev.txt"]}
SPACE_IN_MB = {"run": 900, "test": 1800}
EXPLANATIONS = [
    (
        r"(?:No matching distribution found for|a version that satisfies the requirement) ([^\s(]+)",
        "There is no ready-made package of {0} for {machine}, and the portal is never compiled on the spot:"
        " use CPython 3.11 to 3.13 on Linux (glibc, x86-64 or arm64) or macOS, or the Dockerfile.",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "A downloaded package does not match the hash recorded in requirements.txt, so nothing of it was installed.",
    ),
    (r"No space left on device", "The disk is full: free at least {space} MB and run the command again."),
    (
        r"(Temporary failure in name resolution|Failed to establish a new connection|Connection refused|timed out"
        r"|Name or service not known|ProxyError|SSLError|dns error|error sending request)",
        "The Python package index cannot be reached: check the network and the proxy, and run the command again.",
    ),
    (
        r"Permission denied",
        "The folder .venv cannot be written by this user: remove it, or run as its owner.",
    ),
]


class Obstacle(Exception):
    """Why the portal cannot be prepared here, in one sentence."""


def say(text, started=None):
    took = "" if started is None else f" ({time.monotonic() - started:.0f} s)"
    print(f"  {text}{took}", flush=True)


def with_new_enough_python():
    """Go on in a newer Python of this machine when this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11, 14):
        found = shutil.which(f"python3.{minor}")
        if found and not subprocess.call([found, "-c", "import fcntl"], stderr=subprocess.DEVNULL):
            os.execv(found, [found, *sys.argv])  # noqa: S606
    raise Obstacle(f"Python {platform.python_version()} is too old: install 3.11 or newer, or name it: PYTHON=/path/to/python3.")


def check_port():
    """PORT is a number, free, and ours to open."""
    text = os.environ.get("PORT", "") or "8000"
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise Obstacle(f"PORT is {text!r}; it must be a number from 1 to 65535, for example PORT=8001 make run.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except PermissionError:
            raise Obstacle(f"Port {text} may only be opened by root: choose another, for example PORT=8001 make run.") from None
        except OSError:
            raise Obstacle(f"Port {text} is in use: choose another (PORT=8001 make run), or stop an older portal (make stop).") from None


def check_data_folder():
    place = Path(os.environ.get("PORTAL_DATA", "") or ROOT / ".portal")
    try:
        place.mkdir(parents=True, exist_ok=True)
        probe = place / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Obstacle(f"The data folder {place} cannot be written: {error.strerror}.") from None


def check_space(folder, megabytes):
    free = shutil.disk_usage(str(folder)).free // 2**20
    if free < megabytes:
        raise Obstacle(f"There are {free} MB free in {folder}; the portal needs {megabytes} MB: free some space first.")


def stamp_of(kind):
    """The exact requirements that an environment for `kind` is made from."""
    digest = hashlib.sha256()
    for name in REQUIREMENTS[kind]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_ready(kind):
    stamp = VENV / f".made-for-{kind}"
    return stamp.exists() and stamp.read_text() == stamp_of(kind) and is_usable() and runs("import django")


def is_usable():
    """Whether .venv was made here (a moved folder points elsewhere) and its Python still runs."""
    made_in = VENV / ".made-in"
    return made_in.exists() and made_in.read_text() == str(ROOT) and runs("import encodings")


def runs(code):
    try:
        return not subprocess.call([str(VENV / "bin" / "python"), "-c", code], stderr=subprocess.DEVNULL)
    except OSError:
        return False


def make_environment(uv):
    started = time.monotonic()
    if VENV.exists():
        shutil.rmtree(str(VENV))
    if uv:
        run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])
    else:
        try:
            import ensurepip  # noqa: F401, PLC0415
            import venv  # noqa: F401, PLC0415
        except ImportError:
            raise Obstacle("Python's venv module is missing: install it (on Debian and Ubuntu: apt install python3-venv).") from None
        run([sys.executable, "-m", "venv", str(VENV)])
    (VENV / ".made-in").write_text(str(ROOT))
    say("Python environment made in .venv", started)


def install(kind, uv):
    started = time.monotonic()
    say("Installing the pinned requirements, each checked against its hash")
    command = (
        [uv, "pip", "install", "--quiet", "--python", str(VENV / "bin" / "python")]
        if uv
        else [
            str(VENV / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-compile",
            "--no-input",
            "--disable-pip-version-check",
        ]
    )
    command += ["--require-hashes", "--only-binary", ":all:"]
    for name in REQUIREMENTS[kind]:
        command += ["-r", str(ROOT / name)]
    run(command, space=SPACE_IN_MB[kind])
    (VENV / f".made-for-{kind}").write_text(stamp_of(kind))
    if kind == "test":
        (VENV / ".made-for-run").write_text(stamp_of("run"))
    say("Requirements installed", started)


def run(command, space=0):
    """Run quietly; turn what a failing program said into one sentence. The whole text stays in .cache/prepare.log."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=str(ROOT))
    if not done.returncode:
        return
    text = done.stdout.decode(errors="replace")
    (CACHE / "prepare.log").write_text(text)
    machine = f"{platform.system()} {platform.machine()} with Python {platform.python_version()}"
    for pattern, sentence in EXPLANATIONS:
        found = re.search(pattern, text)
        if found:
            names = [group for group in found.groups() if group] or [""]
            raise Obstacle(sentence.format(*names, machine=machine, space=space))
    raise Obstacle("The environment in .venv could not be made; .cache/prepare.log has what the installer said.")


def prepare(kind):
    with_new_enough_python()
    if kind == "run":
        check_port()
        check_data_folder()
    CACHE.mkdir(exist_ok=True)
    with open(str(CACHE / "prepare.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_ready(kind):
            check_space(ROOT, 100)
            return
        check_space(ROOT, SPACE_IN_MB[kind])
        uv = shutil.which("uv")
        if not is_usable():
            make_environment(uv)
        install(kind, uv)


if __name__ == "__main__":
    try:
        prepare(sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] in REQUIREMENTS else "run")
    except Obstacle as obstacle:
        print(obstacle, file=sys.stderr)
        sys.exit(2)
    except PermissionError as error:
        print(f"{error.filename} cannot be written by this user.", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
