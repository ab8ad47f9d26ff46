"""A small simulated company after `lealtad demo`, for the pages of README.md and docs/."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lealtad.sources.simulated import simulate
from tests.conftest import ROOT

CUSTOMERS, MONTHS = 900, 15
# the definitions of the pages, learned from fewer dates by fewer trees
CHEAPER = (
    (r"(?m)^train = \d+", "train = 6"),
    (r"(?m)^rounds = \d+", "rounds = 40"),
    (r"(?m)^seeds = \d+", "seeds = 1"),
)


@dataclass(frozen=True)
class Workshop:
    """A folder with `exports`, `models` and `reports/demo`, as the pages assume them."""

    folder: Path

    def lay_out(self, folder: Path, page: str) -> None:
        """Prepare a page's working directory: exports of its own, and the run that the workshop left."""
        shutil.copytree(self.folder / "exports", folder / "exports")
        (folder / "models").symlink_to(self.folder / "models")
        (folder / "reports").mkdir()
        (folder / "reports" / "demo").symlink_to(self.folder / "reports" / "demo")
        if "ingest --data exports" not in page:
            (folder / "reports" / "mine").symlink_to(self.folder / "reports" / "demo")


def run_shell(script: str, folder: Path) -> str:
    """Run a script as a reader would, and return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    before = [Path(__file__).parent / "bin", Path(sys.executable).parent]  # `lealtad` with the cheaper definitions
    environment = kept | {"PATH": os.pathsep.join([*map(str, before), os.environ["PATH"]])}
    done = subprocess.run(  # noqa: S603 - our own pages
        ["/bin/sh", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def workshop(tmp_path_factory) -> Workshop:
    folder = tmp_path_factory.mktemp("workshop")
    (folder / "exports").mkdir()
    for name, table in simulate(customers=CUSTOMERS, months=MONTHS, seed=7).tables.items():
        table.write_parquet(folder / "exports" / f"{name}.parquet")
    for definition in (ROOT / "models").glob("*/model.toml"):
        text = definition.read_text(encoding="utf-8")
        for pattern, cheaper in CHEAPER:
            text = re.sub(pattern, cheaper, text)
        target = folder / "models" / definition.parent.name
        target.mkdir(parents=True)
        (target / "model.toml").write_text(text, encoding="utf-8")
    run_shell("lealtad demo --data exports --out reports/demo", folder)
    return Workshop(folder)
