"""A PostgreSQL server of the tests' own: on loopback, on a free port, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

PASSWORD = "s3cret/with@odd:letters"  # noqa: S105 - of a server that lives as long as the tests


@dataclass(frozen=True)
class Server:
    port: int

    @property
    def address(self) -> str:
        """The address as a company writes it: the password comes from the environment."""
        return f"postgresql://reader:${{CRM_PASSWORD}}@127.0.0.1:{self.port}/crm"

    def run(self, *statements: str, database: str = "crm") -> list[tuple]:
        """Run statements as the owner; return the rows of the last one."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="owner", password=PASSWORD, dbname=database, autocommit=True
        ) as con:
            for statement in statements:
                cursor = con.execute(statement)
            return cursor.fetchall() if cursor.description else []


def binaries() -> Path | None:
    """Where PostgreSQL is installed, or None."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    found = [*([Path(on_path).parent] if on_path else []), *places]
    return next((place for place in found if (place / "initdb").exists()), None)


@contextmanager
def server(programs: Path, port: int | None = None) -> Iterator[Server]:
    """Start a server with an empty database `crm`, its owner, and a `reader` who may only read.

    Without a port it takes a free one.
    """
    with tempfile.TemporaryDirectory(prefix="lealtad-postgres-") as name:
        folder = Path(name)
        # a server refuses to run as root
        as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_other:
            shutil.chown(folder, "postgres")
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        data, port = folder / "data", port or _free_port()

        def run(*command: str | Path) -> None:
            subprocess.run([*as_other, *map(str, command)], check=True, capture_output=True, cwd=folder)  # noqa: S603

        run(programs / "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", f"--pwfile={folder}/password")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            made = Server(port)
            made.run("create database crm", database="postgres")
            made.run(f"create role reader login password '{PASSWORD}'", "grant pg_read_all_data to reader")
            yield made
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
