"""A very small company with a champion, and jobs whose disk fails on request."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from lealtad.sources.contract.tables import STORED
from lealtad.sources.simulated import simulate
from tests.conftest import ROOT
from tests.durability.preload import build_library
from tests.nightly.conftest import CUTS, LOADED, SETTINGS, set_numbers
from tests.nightly.jobs import JobServer

CUSTOMERS, MONTHS = 800, 18
QUICK = {"train": 14, "test": 4, "seeds": 1, "rounds": 8, "min_rows_per_leaf": 40}
TABLES = ("customers", "orders", "subscriptions", "interventions")


class Company:
    """What starts its jobs, and where its states lie."""

    def __init__(self, place: Path, job_server: JobServer):
        self.place, self.job_server = place, job_server
        self.model = place / "model.toml"

    def arguments(self, job: str, out: Path, which: str = "second") -> list[str | Path]:
        """What a job gets that works for a night."""
        common: list[str | Path] = ["--out", out]
        if job not in {"ingest", "kpis", "feeds"}:
            common += ["--model", self.model]
        if job in {"ingest", "nightly"}:
            common += ["--data", self.place / which, "--loaded-at", LOADED[which]]
        if job == "promote":
            common += ["--to", "1", "--because", "A small company is enough to try a night."]
        if job == "features":
            common += ["--as-of", "newest"] if (out / "worklist.csv").exists() else []
        return common

    def run(self, job: str, out: Path, which: str = "second", **environment: str):
        return self.job_server.run(job, *self.arguments(job, out, which), environment=environment)

    def do(self, job: str, out: Path, which: str = "second"):
        ended = self.run(job, out, which)
        assert ended.code == 0, ended.err
        return ended


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """What makes calls fail; None without a C compiler."""
    return build_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="session")
def failing(library):
    """For tests whose disk fails."""
    if library is None:
        pytest.skip("no C compiler here")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, library):
    """The company: two nights of exports, and a quick model."""
    place = tmp_path_factory.mktemp("tiny")
    clocks = {table.name: table.event_time for table in STORED}
    simulated = simulate(CUSTOMERS, MONTHS, seed=7).tables
    for night, cut in CUTS.items():
        (place / night).mkdir()
        (place / night / "lealtad.toml").write_text(SETTINGS)
        for name in TABLES:
            rows = simulated[name]
            known = [column for column in (clocks[name], "recorded_at") if column in rows.columns]
            arrived = rows.filter(pl.max_horizontal(known) < cut) if clocks[name] else rows
            arrived.write_parquet(place / night / f"{name}.parquet")
    (place / "model.toml").write_text(set_numbers((ROOT / "models" / "churn" / "model.toml").read_text(), QUICK))
    job_server = JobServer(tmp_path_factory.mktemp("outputs"), **({"LD_PRELOAD": str(library)} if library else {}))
    yield Company(place, job_server)
    job_server.close()


@pytest.fixture(scope="session")
def empty(tmp_path_factory) -> Path:
    """Before anything."""
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="session")
def loaded(tiny, tmp_path_factory) -> Path:
    """After the first load."""
    out = tmp_path_factory.mktemp("loaded") / "run"
    tiny.do("ingest", out, "first")
    return out


@pytest.fixture(scope="session")
def featured(tiny, loaded, tmp_path_factory) -> Path:
    """With the features of the first load: nothing was trained yet."""
    out = Path(shutil.copytree(loaded, tmp_path_factory.mktemp("featured") / "run"))
    tiny.do("features", out)
    return out


@pytest.fixture(scope="session")
def trained(tiny, featured, tmp_path_factory) -> Path:
    """With a challenger."""
    out = Path(shutil.copytree(featured, tmp_path_factory.mktemp("trained") / "run"))
    tiny.do("train", out)
    return out


@pytest.fixture(scope="session")
def first(tiny, trained, tmp_path_factory) -> Path:
    """After the first night."""
    out = Path(shutil.copytree(trained, tmp_path_factory.mktemp("first") / "run"))
    tiny.do("promote", out)
    tiny.do("nightly", out, "first")
    return out


@pytest.fixture(scope="session")
def second(tiny, first, tmp_path_factory) -> Path:
    """After the second night."""
    out = Path(shutil.copytree(first, tmp_path_factory.mktemp("second") / "run"))
    tiny.do("nightly", out)
    return out


@pytest.fixture
def copy(tmp_path):
    """Go on from a state without changing it for others; the copy is gone after the test."""

    def copy_run(out: Path) -> Path:
        return Path(shutil.copytree(out, tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"))

    return copy_run
