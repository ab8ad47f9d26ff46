"""The wheel works in an empty folder, away from the checkout: from exports to a night."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from configparser import ConfigParser
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import ROOT
from tests.five_vendors import write_exports

QUICK = {"step_days": 14, "train": 12, "test": 3, "folds": 2, "trials": 1, "seeds": 1, "rounds": 20}
SPY = """
import atexit, pathlib, sys
def note():
    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    with pathlib.Path({log!r}).open("a") as file:
        file.writelines(name + "\\n" for name in files if name.startswith({root!r}))
atexit.register(note)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own package
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory) -> Path:
    """A fresh environment with the wheel; what it depends on is lent by ours, where lealtad is not installed."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, symlinks=True)
    [packages] = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)  # what pip does with a wheel of pure Python
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    checkout = str(ROOT / "src")
    (packages / "sitecustomize.py").write_text(SPY.format(log=str(folder / "seen"), root=checkout))
    (folder / "seen").touch()
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def lealtad(python, tmp_path_factory):
    """Run a command as the installed script does, in an empty folder."""
    folder = tmp_path_factory.mktemp("work")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MLFLOW_", "PYTHON", "VIRTUAL_ENV"))
    }

    def run(*arguments):
        command = [python, "-m", "lealtad.jobs.command_line", *arguments]
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=folder, env=kept, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    run.folder = folder
    return run


def test_the_wheel_holds_what_jobs_read(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        [entry] = [name for name in names if name.endswith("entry_points.txt")]
        scripts = ConfigParser()
        scripts.read_string(archive.read(entry).decode())
    assert scripts["console_scripts"]["lealtad"] == "lealtad.jobs.command_line:main"
    for path in (ROOT / "models").glob("*/model.toml"):
        assert f"lealtad/company/definitions/{path.parent.name}/model.toml" in names
    tracked = [
        path
        for path in (ROOT / "src" / "lealtad").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert {str(path.relative_to(ROOT / "src")) for path in tracked} <= names


@pytest.mark.slow
def test_an_installed_wheel_goes_from_exports_to_a_night(lealtad, python):
    folder = lealtad.folder
    write_exports(folder / "exports")
    lealtad("init", "exports")
    settings = folder / "exports" / "lealtad.toml"
    answered = settings.read_text().replace('# zone = "Europe/Madrid"', 'zone = "Europe/Madrid"')
    settings.write_text(answered + "\n[worklist]\nassume_consent = true\nholdout_share = 0.0\n")
    assert "errors: 0" in lealtad("check", "exports").stdout
    [model] = python.parents[1].glob("lib/python*/site-packages/lealtad/company/definitions/churn/model.toml")
    text = model.read_text()
    for key, value in QUICK.items():
        text = re.sub(rf"(?m)^{key} = \d+", f"{key} = {value}", text)
    (folder / "quick.toml").write_text(text)
    here = ("--out", "out", "--model", "quick.toml")
    lealtad("ingest", "--data", "exports", "--out", "out")
    lealtad("features", *here)
    lealtad("train", *here)
    lealtad("promote", *here, "--to", "1", "--because", "A tiny company is enough to try the wheel.")
    lealtad("nightly", "--data", "exports", *here)
    assert pl.read_csv(folder / "out" / "worklist.csv").height > 0
    assert (folder / "out" / "journey.html").is_file()
    assert not (python.parents[1] / "seen").read_text()
