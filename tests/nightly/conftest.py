"""A small company with a champion, and its first two nights."""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from lealtad.sources.contract.tables import STORED
from lealtad.sources.simulated import simulate
from tests.conftest import ROOT, SIMULATED_SETTINGS
from tests.nightly.jobs import JobResult, JobServer

CUSTOMERS = 1000
CUTS = {"first": datetime(2025, 12, 15, tzinfo=UTC), "second": datetime(2025, 12, 16, tzinfo=UTC)}
LOADED = {name: cut.isoformat() for name, cut in CUTS.items()}
QUICK = {"train": 16, "test": 4, "seeds": 1, "rounds": 40, "min_rows_per_leaf": 100}
CONTACTS = {"retention": 40, "service": 10}


def set_numbers(text: str, numbers: dict[str, int]) -> str:
    """Return TOML with other numbers behind some keys."""
    for key, value in numbers.items():
        text = re.sub(rf"(?m)^{key} = \d+", f"{key} = {value}", text)
    return text


# a night takes the longer the longer its list is, and a short one shows the same
SETTINGS = set_numbers(SIMULATED_SETTINGS.read_text(), CONTACTS)


@pytest.fixture(scope="session")
def job_server(tmp_path_factory):
    server = JobServer(tmp_path_factory.mktemp("outputs"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def exports(tmp_path_factory) -> Path:
    """What the company's systems give out on either night: all that they know by then."""
    folder = tmp_path_factory.mktemp("exports")
    clocks = {table.name: table.event_time for table in STORED}
    tables = simulate(CUSTOMERS, 18, seed=7).tables
    for night, cut in CUTS.items():
        (folder / night).mkdir()
        (folder / night / "lealtad.toml").write_text(SETTINGS)
        for name, rows in tables.items():
            known = [column for column in (clocks[name], "recorded_at") if column in rows.columns]
            known_rows = rows.filter(pl.max_horizontal(known) < cut) if clocks[name] else rows
            known_rows.write_parquet(folder / night / f"{name}.parquet")
    return folder


@pytest.fixture(scope="session")
def quick(tmp_path_factory) -> Path:
    """The model of churn, trained on a few dates."""
    path = tmp_path_factory.mktemp("quick") / "model.toml"
    path.write_text(set_numbers((ROOT / "models" / "churn" / "model.toml").read_text(), QUICK))
    return path


def train_champion(job_server: JobServer, exports: Path, quick: Path, out: Path) -> Path:
    """Load the first night's exports, train on them and name a champion."""
    nightly = ("--out", out, "--model", quick)
    jobs = [
        ("ingest", "--data", exports / "first", "--out", out, "--loaded-at", LOADED["first"]),
        ("features", *nightly),
        ("train", *nightly),
        ("promote", *nightly, "--to", "1", "--because", "A small company is enough to try the night."),
        ("recommend", "--out", out),  # nights read again what was learned here
    ]
    for name, *arguments in jobs:
        result = job_server.run(name, *arguments)
        assert result.code == 0, result.err
    return out


@pytest.fixture(scope="session")
def trained(job_server, exports, quick, tmp_path_factory) -> Path:
    """A company that has a champion and never had a list."""
    return train_champion(job_server, exports, quick, tmp_path_factory.mktemp("trained") / "run")


@dataclass(frozen=True)
class NightRunner:
    """Runs `lealtad nightly` in a directory, on the exports of one of the two nights."""

    job_server: JobServer
    exports: Path
    model: Path

    def __call__(self, which: str, out: Path, *more: str | Path, **options: object) -> JobResult:
        return self.job_server.run("nightly", *self.list_arguments(which, out), *more, **options)

    def list_arguments(self, which: str, out: Path) -> tuple[str | Path, ...]:
        data = self.exports / which
        return "--data", data, "--out", out, "--model", self.model, "--loaded-at", LOADED[which]


@pytest.fixture(scope="session")
def night(job_server, exports, quick) -> NightRunner:
    return NightRunner(job_server, exports, quick)


def _run_night(night: NightRunner, which: str, out: Path) -> None:
    """Run a night, and keep its two outputs beside what it left."""
    result = night(which, out)
    assert result.code == 0, result.err
    (out / "stdout").write_text(result.out)
    (out / "stderr").write_text(result.err)


@pytest.fixture(scope="session")
def first(night, trained, tmp_path_factory) -> Path:
    """After the first night."""
    out = tmp_path_factory.mktemp("first") / "run"
    shutil.copytree(trained, out)
    _run_night(night, "first", out)
    return out


@pytest.fixture(scope="session")
def second(night, first, tmp_path_factory) -> Path:
    """After the second night."""
    out = tmp_path_factory.mktemp("second") / "run"
    shutil.copytree(first, out)
    _run_night(night, "second", out)
    return out


@pytest.fixture
def copy(tmp_path):
    """Go on from a state without changing it for others."""

    def copy_run(out: Path) -> Path:
        return Path(shutil.copytree(out, tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"))

    return copy_run
