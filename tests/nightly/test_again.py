"""A run elsewhere: the same bytes; and a job as MLflow starts it."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lealtad.models.registry import find_challenger, find_champion
from tests.conftest import ROOT
from tests.nightly.conftest import train_champion

pytestmark = pytest.mark.slow


def fingerprint(out: Path) -> str:
    return hashlib.sha256((out / "worklist.csv").read_bytes()).hexdigest()


def test_the_list_is_the_same_byte_for_byte_in_another_place(  # noqa: PLR0913, PLR0917 - fixtures
    nursery, exports, quick, night, first, tmp_path
):
    """The model is trained anew there: nothing of it hangs on the place, the process or the hour.

    `test_night.py` holds that a second run in the same place changes nothing.
    """
    elsewhere = train_champion(nursery, exports, quick, tmp_path / "elsewhere")
    ended = night("first", elsewhere)
    assert ended.code == 0, ended.err
    assert fingerprint(elsewhere) == fingerprint(first)


def test_an_entry_point_runs_alone_through_mlflow(trained, quick, tmp_path):
    out = shutil.copytree(trained, tmp_path / "run")
    store = f"sqlite:///{tmp_path}/alone.db"
    bin_dir = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{bin_dir}:{os.environ['PATH']}",
        "MLFLOW_TRACKING_URI": store,
        "MLFLOW_LOGGING_LEVEL": "ERROR",
    }
    parameters = [part for name in (f"out={out}", f"model={quick}") for part in ("-P", name)]
    done = subprocess.run(  # noqa: S603 - our own entry point
        [f"{bin_dir}/mlflow", "run", ".", "-e", "train", "--env-manager", "local", *parameters],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert find_challenger(store, "churn").version == "1"
    assert find_champion(store, "churn") is None
