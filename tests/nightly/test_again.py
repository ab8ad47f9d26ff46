"""A run elsewhere: the same bytes; and a job as MLflow starts it."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lealtad.lake import Lake
from tests.conftest import ROOT
from tests.nightly.conftest import train_champion

pytestmark = pytest.mark.slow


def hash_list(out: Path) -> str:
    return hashlib.sha256((out / "worklist.csv").read_bytes()).hexdigest()


def test_the_list_is_the_same_byte_for_byte_in_another_place(  # noqa: PLR0913, PLR0917 - fixtures
    job_server, exports, quick, night, first, tmp_path
):
    """The model is trained again there; it must not depend on the folder, the process or the hour.

    `test_night.py` checks that a second run in the same place changes nothing.
    """
    elsewhere = train_champion(job_server, exports, quick, tmp_path / "elsewhere")
    result = night("first", elsewhere)
    assert result.code == 0, result.err
    assert hash_list(elsewhere) == hash_list(first)


def test_an_entry_point_runs_alone_through_mlflow(trained, quick, tmp_path):
    """It scores as the champion of the store that the environment names; `make demo` trains in this way."""
    out = shutil.copytree(trained, tmp_path / "run")
    for path in [*out.glob("mlflow.db*"), out / "mlartifacts"]:
        path.rename(tmp_path / path.name)
    bin_dir = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{bin_dir}:{os.environ['PATH']}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db",
        "MLFLOW_LOGGING_LEVEL": "ERROR",
    }
    parameters = [part for name in (f"out={out}", f"model={quick}") for part in ("-P", name)]
    done = subprocess.run(  # noqa: S603 - our own entry point
        [f"{bin_dir}/mlflow", "run", ".", "-e", "score", "--env-manager", "local", *parameters],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Lake.open(out / "lake").read("scores")["model"].unique().to_list() == ["churn"]
    assert not (out / "mlflow.db").exists()
