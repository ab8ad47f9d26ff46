"""What many tests share: quick hypothesis, a small company, and one run of the whole job."""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from lealtad.jobs.command_line import main
from tests.companies import INSTANT, at
from tests.lake.object_store.servers import AVAILABLE, NO_FAULTS, run_store

ROOT = Path(__file__).parents[1]
COMPLETE_JOURNEY = ("--data", "completejourney")
# what looks at the run of the demo
OF_DEMO = {
    "tests/jobs/test_demo.py",
    "tests/models/registry/test_server.py",
    "tests/test_notebooks.py",
    "tests/worklist/test_list.py",
}
# the groups that take longest begin, so that no process ends long after the others
LONGEST = ("tests/nightly", "tests/docs", "demo", "tests/durability")
SIMULATED_SETTINGS = ROOT / "src" / "lealtad" / "sources" / "simulated" / "lealtad.toml"

for profile, examples in (("whole", 12), ("fast", 5), ("attack", 400)):
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=True,
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "whole"))


def pytest_collection_modifyitems(items):
    """Begin with the groups that take longest, then with all slow ones."""
    slow = {_find_group(item.nodeid) for item in items if item.get_closest_marker("slow")}

    def find_turn(item):
        group = _find_group(item.nodeid)
        return LONGEST.index(group) if group in LONGEST else len(LONGEST) + (group not in slow)

    items.sort(key=find_turn)


def pytest_xdist_make_scheduler(config, log):
    """Keep in one process what shares something costly: the marks of xdist are not read since pytest 9.2."""

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _find_group(nodeid)

    return GroupScheduling(config, log)


def _find_group(nodeid: str) -> str:
    """Return the folder of a test if it has fixtures of its own, else its file; who looks at the demo is one."""
    file = nodeid.split("::", maxsplit=1)[0]
    if file == "tests/test_notebooks.py" and "LEALTAD_RUN" in os.environ:
        return nodeid  # they share nothing but a run that is there already
    if file in OF_DEMO:
        return "demo"
    folder = Path(file).parent
    return str(folder) if folder.name != "tests" and (ROOT / folder / "conftest.py").is_file() else file


def run_job(
    name: str, *arguments: str | Path, check: bool = True, module: str = "lealtad.jobs.command_line"
) -> subprocess.CompletedProcess[str]:
    """Run a job as its user does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    return subprocess.run(  # noqa: S603 - our own jobs
        [sys.executable, "-m", module, name, *map(str, arguments)],
        cwd=ROOT,
        env=environment | {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"},
        capture_output=True,
        text=True,
        check=check,
    )


def run_job_here(name: str, *arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a job in this process, which has imported what it needs: for what a job says and leaves."""
    line = ["lealtad", name, *map(str, arguments)]
    out, err, code = StringIO(), StringIO(), 0
    os.environ.pop("MLFLOW_TRACKING_URI", None)  # MLflow sets it for the process
    with patch.object(sys, "argv", line), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    done = subprocess.CompletedProcess(line, code, out.getvalue(), err.getvalue())
    if check:
        done.check_returncode()
    return done


@pytest.fixture(scope="session")
def company() -> dict[str, pl.DataFrame]:
    """Sixty customers over 120 days, as they come out of the contract; half fall silent after day 70."""
    rng = np.random.default_rng(5)
    n = 2400
    customer = rng.integers(60, size=n)
    hours = rng.uniform(0, 120 * 24, size=n)
    kept = (customer % 2 == 0) | (hours < 70 * 24)
    customer, hours = customer[kept], np.sort(hours[kept])
    moments = pl.Series([at(hour) for hour in hours], dtype=INSTANT)
    orders = pl.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(len(hours))],
            "customer_id": [f"c{i:02d}" for i in customer],
            "ordered_at": moments,
            "amount": rng.gamma(2, 20, len(hours)).round(2),
            "items": rng.integers(1, 9, len(hours)),
            "discount": rng.gamma(1, 2, len(hours)).round(2),
            "known_at": moments,
        }
    )
    sent = pl.Series([at(24 * day) for day in range(0, 120, 2)], dtype=INSTANT)
    touchpoints = pl.DataFrame(
        {
            "touchpoint_id": [f"t{i}" for i in range(60)],
            "customer_id": [f"c{i:02d}" for i in range(60)],
            "occurred_at": sent,
            "initiated_by": ["company"] * 60,
            "touchpoint": ["campaign_mailing"] * 60,
            "known_at": sent,
        }
    )
    customers = pl.DataFrame(
        {"customer_id": [f"c{i:02d}" for i in range(60)], "known_at": pl.Series([None] * 60, dtype=INSTANT)}
    )
    return {"customers": customers, "orders": orders, "touchpoints": touchpoints}


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    """The main job on the Complete Journey, run once for all tests that look at what it left."""
    out = tmp_path_factory.mktemp("demo") / "run"
    run_job("demo", *COMPLETE_JOURNEY, "--out", out, module="tests.quick_offers")
    return out


@pytest.fixture(scope="session")
def finished_run(request) -> Path:
    """The run that LEALTAD_RUN names, such as what `make demo` left; else the demo of the tests."""
    named = os.environ.get("LEALTAD_RUN")
    return Path(named) if named else request.getfixturevalue("demo")


@pytest.fixture(scope="session")
def running_store():
    """The one object store of this process: a second one would have the same addresses."""
    if not AVAILABLE:
        pytest.skip("moto or obstore is not installed")
    with run_store() as store:
        yield store


@pytest.fixture
def store(running_store):
    """The store, which fails in no way before and after a test."""
    yield running_store
    running_store.fail(**NO_FAULTS)
