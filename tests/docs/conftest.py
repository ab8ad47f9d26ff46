"""A small simulated company after `lealtad demo`, for the pages of README.md and docs/."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lealtad.sources.simulated import simulate
from tests.conftest import ROOT

CUSTOMERS, MONTHS = 1500, 18
CHEAPER = {"train": 16, "test": 4, "seeds": 1, "rounds": 40, "min_rows_per_leaf": 100}
EXPORTS = (
    *("customers", "touchpoints", "surveys", "ticket_events", "subscriptions", "orders", "interventions"),
    *("order_lines", "products"),
)
# what takes long and changes nothing a second time runs once, on whichever page comes first
ONCE = re.compile(r"lealtad (features|train|leakcheck) --out reports/(demo|mine)")
# a learner of scikit-learn takes longer than both of ours, and tests of learners try many
SLOW_LEARNER = ",sklearn.ensemble.HistGradientBoostingClassifier"
GATE = re.compile(r"lealtad promote (?!.*--(history|to))")


@dataclass(frozen=True)
class Workshop:
    """A folder with `exports` and `reports/demo`, as the pages assume them."""

    folder: Path
    done: set[str] = field(default_factory=set)

    def lay_out(self, folder: Path, page: str) -> None:
        """Prepare a page's working directory: exports of its own, and the run that the workshop left."""
        shutil.copytree(self.folder / "exports", folder / "exports")
        shutil.copytree(self.folder / "models", folder / "models")
        (folder / "reports").mkdir()
        (folder / "reports" / "demo").symlink_to(self.folder / "reports" / "demo")
        if "reports/mine" in page and "ingest --data exports" not in page:
            shutil.copytree(self.folder / "reports" / "demo", folder / "reports" / "mine")

    def skip_repeated(self, code: str) -> str:
        """Return the commands that no page has run yet on the shared run."""
        quicker = code.replace(SLOW_LEARNER, "").splitlines()
        lines = [line for line in quicker if line.split("#")[0].strip() not in self.done]
        self.done.update(line.split("#")[0].strip() for line in lines if ONCE.match(line))
        # of a company this small the gate may refuse a model that few customers teach: exit code 1, an answer
        return "\n".join(f"{line} || [ $? -eq 1 ]" if GATE.match(line) else line for line in lines)


def write_cheaper_definitions(folder: Path) -> None:
    """Copy the definitions of the models, with fewer dates, seeds and rounds: the pages show how, not how well."""
    shutil.copytree(ROOT / "models", folder)
    for path in folder.glob("*/model.toml"):
        text = path.read_text()
        for key, value in CHEAPER.items():
            text = re.sub(rf"(?m)^{key} = \d+", f"{key} = {value}", text)
        path.write_text(text.replace("[search]", "[search]\ntrials = 2"))


@contextmanager
def serve_commands(folder: Path) -> Iterator[None]:
    """Answer the command `lealtad` of the pages' shells while the block runs."""
    address = folder / "commands"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    server = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-m", "tests.docs.command_server", address],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdout=subprocess.PIPE,
    )
    assert server.stdout.readline() == b"ready\n"
    os.environ["LEALTAD_COMMANDS"] = str(address)
    try:
        yield
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


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
def workshop(tmp_path_factory) -> Iterator[Workshop]:
    folder = tmp_path_factory.mktemp("workshop")
    (folder / "exports").mkdir()
    tables = simulate(customers=CUSTOMERS, months=MONTHS, seed=7).tables
    for name in EXPORTS:
        tables[name].write_parquet(folder / "exports" / f"{name}.parquet")
    write_cheaper_definitions(folder / "models")
    with serve_commands(tmp_path_factory.mktemp("server")):
        run_shell("lealtad demo --data exports --out reports/demo", folder)
        yield Workshop(folder)
