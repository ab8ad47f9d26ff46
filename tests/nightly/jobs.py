"""Start jobs as tests do, and read the files and tables that a night writes."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lealtad.lake import Lake
from tests.conftest import ROOT

FILES = ("worklist.csv", "worklist.parquet", "worklist.html", "resolved.csv", "referrals.csv", "abstentions.csv")
LINKS = re.compile(rb"<!-- navigation -->.*?<!-- /navigation -->", re.DOTALL)
TABLES = ("lists", "promises", "interventions", "recommendations", "scores")


@dataclass(frozen=True)
class JobResult:
    code: int
    out: str
    err: str

    @property
    def summary(self) -> dict:
        """The only line of stdout, which is JSON."""
        [line] = self.out.splitlines()
        return json.loads(line)


class JobServer:
    """A process that starts jobs."""

    def __init__(self, place: Path, **preloaded: str):
        self.place, self.count = place, 0
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
        self.process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, Path(__file__).with_name("job_server.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "POLARS_MAX_THREADS": "2"} | preloaded,
        )

    def start(self, job, *arguments, environment=None, kpis="") -> int:
        self.count += 1
        line = {
            "job": job,
            "arguments": [*map(str, arguments)],
            "output": str(self.place / str(self.count)),
            "environment": environment or {},
            "kpis": kpis,
        }
        print(json.dumps(line), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def end(self) -> JobResult:
        code = int(self.process.stdout.readline())
        texts = [(self.place / f"{self.count}.{name}").read_text() for name in ("out", "err")]
        return JobResult(code, *texts)

    def run(self, job, *arguments, **more) -> JobResult:
        self.start(job, *arguments, **more)
        return self.end()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files of the team by name, without links, which depend on the pages of the folder."""
    contents = {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()}
    return {name: LINKS.sub(b"", text) for name, text in contents.items()}


def read_tables(out: Path) -> dict[str, list[tuple]]:
    lake = Lake.open(out / "lake")
    rows = {name: lake.read(name) for name in TABLES if lake.has(name)}
    return {name: frame.sort(sorted(frame.columns)).rows() for name, frame in rows.items()}


def read_state(out: Path) -> tuple:
    return read_files(out), read_tables(out)


def read_worklist(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "worklist.parquet")


def read_table(out: Path, name: str = "lists") -> pl.DataFrame:
    return Lake.open(out / "lake").read(name)
