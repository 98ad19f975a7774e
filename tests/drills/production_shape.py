"""The processes of docker-compose.yml with its commands and variables, on Debian's PostgreSQL and Redis on free ports."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import yaml

from commissioning.kernel.postgres.binaries import account_for
from tests.running_portal import ROOT, free_port

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
HOST = "portal.example"


def debian_postgres() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class StayHere(HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


class ProductionShape:
    """PostgreSQL, Redis, the migration, web, worker and beat, each started and stopped by name."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-production-"))
        self.folder.chmod(0o755)
        self.account = account_for(None)
        self.ports = {"postgres": free_port(), "redis": free_port(), "web": free_port()}
        self.variables = {
            "SECRET_KEY": secrets.token_urlsafe(60),
            "ALLOWED_HOSTS": HOST,
            "SITE_ADDRESS": f"https://{HOST}",
            "BEHIND_PROXY": "1",
            "EMAIL_URL": f"filemail:///{self.folder / 'mail'}",
            **{f"PORTAL_{role}_PASSWORD": secrets.token_urlsafe(24) for role in ("OWNER", "APP", "SYSTEM")},
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    # -- compose's own words ------------------------------------------------------------------------------------------

    def fill_in(self, text: str) -> str:
        """What compose does with ${NAME:-default} and ${NAME:?refusal}, and its host names as ports of this machine."""

        def value(found: re.Match[str]) -> str:
            name, kind, rest = found.groups()
            given = self.variables.get(name)
            assert given or kind == ":-", f"{name}: {rest}"
            return given or rest

        filled = re.sub(r"\$\{([A-Z_]+)(:[-?])([^}]*)\}", value, text)
        for name in ("postgres:5432", "redis:6379"):
            filled = filled.replace(name, f"127.0.0.1:{self.ports[name.split(':')[0]]}")
        return filled

    def environment(self, service: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        of_the_image = {
            "PORTAL_DATA": str(self.folder / "data"),
            "STATIC_ROOT": str(self.folder / "collected"),
            "WEB_BIND": f"127.0.0.1:{self.ports['web']}",
            "PYTHONUNBUFFERED": "1",
        }
        told = {name: self.fill_in(str(value)) for name, value in COMPOSE["services"][service]["environment"].items()}
        return {**kept, **of_the_image, **told}

    def command(self, service: str) -> list[str]:
        words = [self.fill_in(word).replace("/data/", f"{self.folder}/data/") for word in COMPOSE["services"][service]["command"]]
        assert words[0] == "python"
        return [sys.executable, *words[1:]]

    # -- life ---------------------------------------------------------------------------------------------------------

    def up(self) -> "ProductionShape":
        (self.folder / "data").mkdir()
        self.make_cluster()
        self.start_postgres()
        self.start_redis()
        self.collect()
        self.once("migrate")
        for service in ("web", "worker", "beat"):
            self.start(service)
        self.wait_until(lambda: self.health()[0] == 200, 90, "health")
        return self

    def collect(self) -> None:
        """As the Dockerfile does while the image is built."""
        line = re.search(r"RUN PORTAL_DEMO=1 .* python (manage\.py collectstatic [^&]*)", (ROOT / "Dockerfile").read_text())
        assert line
        environment = {"PATH": os.environ["PATH"], "PORTAL_DEMO": "1", "PORTAL_DATA": str(self.folder / "build")}
        environment["STATIC_ROOT"] = str(self.folder / "collected")
        subprocess.run([sys.executable, *line.group(1).split()], cwd=ROOT, env=environment, check=True)

    def once(self, service: str) -> str:
        done = subprocess.run(self.command(service), cwd=ROOT, env=self.environment(service), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, service: str) -> None:
        with self.log(service).open("ab") as log:
            self.processes[service] = subprocess.Popen(
                self.command(service), cwd=ROOT, env=self.environment(service), stdout=log, stderr=log, start_new_session=True
            )

    def manage(self, *arguments: str) -> str:
        """A command in the worker's container."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment("worker"), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def down(self) -> None:
        for service in list(self.processes):
            self.stop(service)
        if (self.folder / "cluster" / "postmaster.pid").exists():
            self.stop_postgres()
        shutil.rmtree(self.folder)

    def stop(self, service: str, number: int = signal.SIGTERM) -> int:
        process = self.processes.pop(service)
        process.send_signal(number)
        try:
            return process.wait(30)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    # -- servers ------------------------------------------------------------------------------------------------------

    def make_cluster(self) -> None:
        cluster, password = self.folder / "cluster", self.folder / "password"
        cluster.mkdir()
        self.account.own(cluster, 0o700)
        password.write_text(self.variables["PORTAL_OWNER_PASSWORD"])
        self.account.own(password, 0o600)
        self.postgres("initdb", "-D", cluster, "-U", "portal_owner", f"--pwfile={password}", "--auth=scram-sha-256", "-E", "UTF8")
        with (cluster / "postgresql.conf").open("a") as settings:
            settings.write(f"port = {self.ports['postgres']}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n")

    def start_postgres(self) -> None:
        self.postgres("pg_ctl", "-D", self.folder / "cluster", "-w", "-l", self.folder / "cluster" / "log", "start")
        if not (self.folder / "made").exists():
            self.postgres("createdb", "-h", "127.0.0.1", "-p", self.ports["postgres"], "-U", "portal_owner", "portal")
            (self.folder / "made").touch()

    def stop_postgres(self, mode: str = "fast") -> None:
        self.postgres("pg_ctl", "-D", self.folder / "cluster", "-w", "-m", mode, "stop")

    def postgres(self, program: str, *arguments: object) -> None:
        folder = debian_postgres()
        assert folder
        environment = {"PATH": os.environ["PATH"], "PGPASSWORD": self.variables["PORTAL_OWNER_PASSWORD"]}
        with self.log("postgres").open("ab") as log:
            subprocess.run(
                [str(folder / program), *map(str, arguments)],
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=True,
                **self.account.popen,
            )

    def start_redis(self) -> None:
        data = self.folder / "redis"
        data.mkdir(exist_ok=True)
        told = COMPOSE["services"]["redis"]["command"]
        own = ["--port", str(self.ports["redis"]), "--bind", "127.0.0.1", "--dir", str(data)]
        with self.log("redis").open("ab") as log:
            self.processes["redis"] = subprocess.Popen([*told, *own], stdout=log, stderr=log, start_new_session=True)

    # -- asking -------------------------------------------------------------------------------------------------------

    def get(self, path: str, *, encrypted: bool = True) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers, as a proxy in front would ask."""
        headers = {"Host": HOST, **({"X-Forwarded-Proto": "https"} if encrypted else {})}
        question = Request(f"http://127.0.0.1:{self.ports['web']}{path}", headers=headers)
        try:
            with build_opener(StayHere).open(question, timeout=30) as answer:
                return answer.status, answer.read().decode(), dict(answer.headers)
        except HTTPError as error:
            return error.code, error.read().decode(), dict(error.headers)
        except OSError:
            return 0, "", {}

    def health(self) -> tuple[int, dict[str, Any]]:
        status, body, _ = self.get("/health/")
        return status, json.loads(body) if body.startswith("{") else {}

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def wait_until(self, condition: Callable[[], Any], seconds: float, what: str) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            tails = "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in self.folder.glob("*.log"))
            assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}; health {self.health()}\n{tails}"
            time.sleep(0.3)
        return found
