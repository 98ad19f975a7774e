"""A Chromium for the browser tests: the one that is there, else Debian's, installed or (without root) unpacked in .cache."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRIVATE = ROOT / ".cache" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PACKAGES = ["chromium", "fonts-liberation"]
WRAPPER = """#!/bin/sh
# Made by tools/chromium.py: Debian's Chromium, unpacked beside this file.
here='{root}'
for folder in "$here"/usr/lib/*-linux-gnu "$here"/lib/*-linux-gnu; do
    LD_LIBRARY_PATH="$folder:$folder/pulseaudio:$LD_LIBRARY_PATH"
done
export LD_LIBRARY_PATH FONTCONFIG_FILE='{root}/fonts.conf' XDG_DATA_DIRS="$here/usr/share:/usr/share"
exec "$here/usr/lib/chromium/chromium" "$@"
"""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>{root}/usr/share/fonts</dir><cachedir>{root}/font-cache</cachedir></fontconfig>
"""


class NoChromium(Exception):
    """Why there is no browser, in one sentence."""


def find() -> str | None:
    """The path of a Chromium or Chrome: CHROMIUM, then the usual names, then the one that we unpacked."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    for found in (*map(shutil.which, NAMES), str(MAC), str(PRIVATE / "chromium")):
        if found and os.access(found, os.X_OK):
            return found
    return None


def ensure() -> str:
    """The path of a Chromium, installed if there was none.

    :raises NoChromium: there is none and none can be had.
    """
    if os.environ.get("CHROMIUM") and not find():
        raise NoChromium(f"CHROMIUM is {os.environ['CHROMIUM']}, which is not a program.")
    found = find()
    if found:
        return found
    if not shutil.which("apt-get"):
        raise NoChromium("There is no Chromium here and no apt-get to install one: install it and set CHROMIUM to its path.")
    print("  There is no Chromium: fetching Debian's (about 100 MB)", flush=True)
    if os.geteuid() == 0:
        _install([])
    elif shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL).returncode:
        _install(["sudo", "-n"])
    else:
        _unpack()
    found = find()
    if not found:
        raise NoChromium("Debian's packages did not bring a Chromium: install one and set CHROMIUM to its path.")
    return found


def _install(prefix: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _apt([*prefix, "apt-get", "-q", "update"], quiet)
    _apt([*prefix, "apt-get", "-q", "-y", "--no-install-recommends", "install", *PACKAGES], quiet)


def _unpack() -> None:
    """Without root: download Chromium and the packages that it lacks here, unpack them, and write a wrapper."""
    state = PRIVATE / "apt"
    for folder in (state / "lists" / "partial", state / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    private = ["-o", f"Dir::State::lists={state}/lists", "-o", f"Dir::Cache={state}", "-o", "Debug::NoLocking=1"]
    _apt(["apt-get", "-q", *private, "update"])
    plan = _apt(["apt-get", *private, "-s", "--no-install-recommends", "install", *PACKAGES])
    wanted = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
    _apt(["apt-get", "-q", *private, "download", *wanted], folder=state / "archives")
    root = PRIVATE / "root"
    for package in sorted((state / "archives").glob("*.deb")):
        _apt(["dpkg", "-x", str(package), str(root)])
    shutil.rmtree(state)
    (root / "fonts.conf").write_text(FONTS.format(root=root))
    wrapper = PRIVATE / "chromium"
    wrapper.write_text(WRAPPER.format(root=root))
    wrapper.chmod(0o755)


def _apt(command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise NoChromium(f"Chromium could not be fetched: {' '.join(command[:3])} said: {said[-1] if said else 'nothing'}")
    return done.stdout


if __name__ == "__main__":
    try:
        print(ensure())
    except NoChromium as reason:
        sys.exit(str(reason))
