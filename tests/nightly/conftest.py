"""A small company with a champion, and its first two nights."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from lealtad.sources.contract.tables import STORED
from lealtad.sources.simulated import simulate
from tests.conftest import ROOT, SIMULATED_SETTINGS
from tests.nightly.jobs import Nursery

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
def nursery(tmp_path_factory):
    one = Nursery(tmp_path_factory.mktemp("said"))
    yield one
    one.close()


@pytest.fixture(scope="session")
def exports(tmp_path_factory) -> Path:
    """What the company's systems give out on either night: all that they know by then."""
    folder = tmp_path_factory.mktemp("exports")
    clocks = {table.name: table.event_time for table in STORED}
    given = simulate(CUSTOMERS, 18, seed=7).tables
    for night, cut in CUTS.items():
        (folder / night).mkdir()
        (folder / night / "lealtad.toml").write_text(SETTINGS)
        for name, rows in given.items():
            known = [column for column in (clocks[name], "recorded_at") if column in rows.columns]
            told = rows.filter(pl.max_horizontal(known) < cut) if clocks[name] else rows
            told.write_parquet(folder / night / f"{name}.parquet")
    return folder


@pytest.fixture(scope="session")
def quick(tmp_path_factory) -> Path:
    """The model of churn, trained on a few dates."""
    path = tmp_path_factory.mktemp("quick") / "model.toml"
    path.write_text(set_numbers((ROOT / "models" / "churn" / "model.toml").read_text(), QUICK))
    return path


def train_champion(nursery: Nursery, exports: Path, quick: Path, out: Path) -> Path:
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
        ended = nursery.run(name, *arguments)
        assert ended.code == 0, ended.err
    return out


@pytest.fixture(scope="session")
def trained(nursery, exports, quick, tmp_path_factory) -> Path:
    """A company that has a champion and never had a list."""
    return train_champion(nursery, exports, quick, tmp_path_factory.mktemp("trained") / "run")


@pytest.fixture(scope="session")
def night(nursery, exports, quick):
    """Do the work of a night in a directory."""

    def of(which: str, out: Path, *more, **besides):
        return nursery.run("nightly", *arguments(which, out), *more, **besides)

    def arguments(which: str, out: Path):
        return "--data", exports / which, "--out", out, "--model", quick, "--loaded-at", LOADED[which]

    of.arguments, of.nursery = arguments, nursery
    return of


@pytest.fixture(scope="session")
def first(night, trained, tmp_path_factory) -> Path:
    """After the first night."""
    out = tmp_path_factory.mktemp("first") / "run"
    shutil.copytree(trained, out)
    ended = night("first", out)
    assert ended.code == 0, ended.err
    (out / "told").write_text(ended.out)
    return out


@pytest.fixture(scope="session")
def second(night, first, tmp_path_factory) -> Path:
    """After the second night."""
    out = tmp_path_factory.mktemp("second") / "run"
    shutil.copytree(first, out)
    ended = night("second", out)
    assert ended.code == 0, ended.err
    (out / "told").write_text(ended.out)
    (out / "said").write_text(ended.err)
    return out


@pytest.fixture
def copy(tmp_path):
    """Go on from a state without changing it for others."""

    def of(out: Path) -> Path:
        return Path(shutil.copytree(out, tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"))

    return of
