"""Compile requirements.in and requirements-dev.in into files with exact versions and hashes, for every platform at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"


def uv_program() -> str:
    """uv from the path, else from the package index into .cache (it is not needed to run or test the portal)."""
    found = shutil.which("uv")
    if found:
        return found
    place = ROOT / ".cache" / "uv"
    if not (place / "bin" / "uv").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(place / "bin" / "pip"), "install", "--quiet", UV], check=True)
    return str(place / "bin" / "uv")


def compile_one(uv: str, name: str, *more: str) -> None:
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-annotate", "--no-emit-index-url", *more, f"{name}.in", "-o", f"{name}.txt"]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make requirements"})
    print(f"{name}.txt: {sum('==' in line for line in (ROOT / f'{name}.txt').read_text().splitlines())} packages")


if __name__ == "__main__":
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    program = uv_program()
    compile_one(program, "requirements", *upgrade)
    compile_one(program, "requirements-dev", *upgrade)
