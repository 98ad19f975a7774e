"""tools/prepare.py: each obstacle of a newcomer's machine gets one clear sentence and status 2."""

import ast
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.running_portal import free_port

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "prepare.py"


@pytest.fixture
def prepare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, working in a folder of its own."""
    spec = importlib.util.spec_from_file_location("prepare", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, place in (("ROOT", tmp_path), ("VENV", tmp_path / ".venv"), ("CACHE", tmp_path / ".cache")):
        monkeypatch.setattr(module, name, place)
    (tmp_path / ".cache").mkdir()
    return module


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *(arguments or ["run"])], env={**os.environ, **variables}, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "80a", "８０８０"])
def test_impossible_port_is_one_sentence(port: str) -> None:
    done = run(PORT=port)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"PORT is {port!r}; it must be a number from 1 to 65535, for example PORT=8001 make run.\n"


def test_busy_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(PORT=str(port))
    assert done.returncode == 2
    assert done.stderr == f"Port {port} is in use: choose another (PORT=8001 make run), or stop an older portal (make stop).\n"


def test_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run(PORT=str(free_port()), PORTAL_DATA=str(tmp_path / "file" / "data"))
    assert done.returncode == 2
    assert done.stderr == f"The data folder {tmp_path / 'file' / 'data'} cannot be written: Not a directory.\n"


def test_full_disk_is_one_sentence(prepare: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(prepare.Obstacle, match=r"MB free in .*; the portal needs 999999999 MB: free some space first"):
        prepare.check_space(tmp_path, 999_999_999)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ERROR: No matching distribution found for typst==0.15.2", "There is no ready-made package of typst==0.15.2 for "),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "A downloaded package does not match the hash"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full: free at least 7 MB"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure", "The Python package index cannot be reached"),
        ("PermissionError: [Errno 13] Permission denied: '.venv/lib'", "The folder .venv cannot be written by this user"),
        ("something nobody thought of", "The environment in .venv could not be made; .cache/prepare.log has what the installer said."),
    ],
)
def test_what_the_installer_says_becomes_one_sentence(prepare: ModuleType, said: str, sentence: str) -> None:
    with pytest.raises(prepare.Obstacle) as caught:
        prepare.run([sys.executable, "-c", f"import sys; sys.exit({said!r})"], space=7)
    assert str(caught.value).startswith(sentence)
    assert said in (prepare.CACHE / "prepare.log").read_text()


def test_environment_is_ready_only_for_the_same_requirements_and_place(prepare: ModuleType, tmp_path: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("django==1\n")
    assert not prepare.is_ready("run")
    (prepare.VENV / "bin").mkdir(parents=True)
    (prepare.VENV / "bin" / "python").symlink_to(sys.executable)
    (prepare.VENV / ".made-in").write_text(str(tmp_path))
    (prepare.VENV / ".made-for-run").write_text(prepare.stamp_of("run"))
    assert prepare.is_usable()
    (prepare.VENV / ".made-in").write_text("/elsewhere")
    assert not prepare.is_usable()
    (tmp_path / "requirements.txt").write_text("django==2\n")
    assert (prepare.VENV / ".made-for-run").read_text() != prepare.stamp_of("run")


def test_old_python_says_so(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(prepare.Obstacle, match=r"is too old: install 3.11 or newer"):
        prepare.with_new_enough_python()


def test_script_keeps_to_the_syntax_of_old_pythons() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))
