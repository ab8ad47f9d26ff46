"""Run commands as a person does, in this process."""

import sys
from dataclasses import dataclass

import pytest

from lealtad.jobs.command_line import main

MODEL = """
name = "churn"
[label]
horizon_days = 28
alive_days = 56
alive_orders = 1
[dates]
step_days = 7
train = 12
test = 8
"""


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*arguments: object) -> Done:
        capsys.readouterr()
        monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)  # MLflow sets it for the process
        monkeypatch.setattr(sys, "argv", ["lealtad", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.toml"
    path.write_text(MODEL)
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "exports"
    path.mkdir()
    return path
