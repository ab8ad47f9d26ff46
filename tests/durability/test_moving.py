"""A run's folder holds all that belongs to it: it is copied, renamed, restored and opened read-only."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from lealtad.base.errors import DamageError, LealtadError, ModelError
from lealtad.lake import Lake
from lealtad.models import registry
from lealtad.models.registry import addresses, database
from lealtad.models.registry.database import prepare_database, seal_database
from tests.durability.states import describe

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]


def store_of(out):
    return f"sqlite:///{out}/mlflow.db"


def test_a_copy_uses_its_own_model_and_never_that_of_the_old_place(tiny, first, second, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(first, old)
    copy = tmp_path / "Año nuevo & más"
    shutil.copytree(old, copy)
    for booster in old.rglob("booster.txt"):  # the old place goes its own way
        booster.write_text("another model")
    champion = registry.load_champion(store_of(copy), "churn")
    assert champion.address.startswith(str(copy))
    assert champion.read_artifact("card.md").startswith("# Model card")
    ended = tiny.run("nightly", copy)
    assert ended.code == 0, ended.err
    assert describe(copy) == describe(second)
    shutil.rmtree(copy / "mlartifacts")
    with pytest.raises(ModelError, match=r"no such file\. The file is missing: restore .*Año nuevo"):
        registry.load_champion(store_of(copy), "churn")


def test_a_run_restored_from_a_backup_is_the_run(second, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "backup"), "tar", second)
    out = tmp_path / "elsewhere" / "run"
    shutil.unpack_archive(archive, out, filter="data")
    assert registry.load_champion(store_of(out), "churn").address.startswith(str(out))
    assert describe(out) == describe(second)


READ = """
import sys
from pathlib import Path
from lealtad.lake import Lake
from lealtad.models import registry
out = Path(sys.argv[1])
try:
    (out / "probe").touch()
except OSError:
    pass
else:
    sys.exit("the folder can be written to")
champion = registry.load_champion(f"sqlite:///{out}/mlflow.db", "churn")
assert champion.address.startswith(str(out)), champion.address
print(Lake.open(out / "lake").read("orders").height, champion.version, champion.leakcheck)
"""


def test_a_run_is_opened_read_only(second, copy):
    out = copy(second)
    for path in [out, *out.rglob("*")]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    command = [sys.executable, "-c", READ, out]
    if os.geteuid() == 0:  # whom permissions stop only without this capability
        if shutil.which("setpriv") is None:
            pytest.skip("no setpriv here")
        command = ["setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override", *command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    finally:
        for path in [out, *out.rglob("*")]:
            path.chmod(0o700)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[:2] == [str(Lake.open(second / "lake").read("orders").height), "1"]


@pytest.mark.parametrize("name", ["judged.csv", "metrics.csv", "effect.json", "card.md"])
def test_evidence_that_was_altered_or_deleted_is_refused(first, copy, name):
    out = copy(first)
    [path] = (out / "mlartifacts").rglob(name)
    text = path.read_text()
    path.write_text(text.replace("0", "1", 1))
    for state in ("was altered", "is missing"):
        with pytest.raises(ModelError, match=rf"expected {name} of version 1 with SHA-256.*The file {state}"):
            registry.load_champion(store_of(out), "churn").read_artifact(name)
        with pytest.raises(ModelError, match=state):  # nobody rolls back to it either
            registry.make_champion(store_of(out), "churn", "1", because="x", gate="x", at=_now())
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("name", ["booster.txt", "contract.json", "learner.py", "MLmodel"])
def test_a_model_whose_file_is_gone_is_refused_in_one_message(first, copy, name):
    out = copy(first)
    next((out / "mlartifacts").rglob(name)).unlink()
    with pytest.raises(ModelError, match=rf"expected (artifacts/)?{name} of version 1 .*The file is missing"):
        registry.load_champion(store_of(out), "churn")


def _now():
    from datetime import UTC, datetime

    return datetime(2026, 5, 1, tzinfo=UTC)


def test_a_store_that_a_killed_run_left_half_made_is_made_anew(tmp_path):
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE experiments (experiment_id INTEGER)")
        connection.execute("CREATE TABLE _alembic_tmp_experiments (experiment_id INTEGER)")
    (tmp_path / ".mlflow.new.db").write_text("what an earlier attempt left")
    assert registry.find_champion(store_of(tmp_path), "churn") is None
    assert not list(tmp_path.glob(".mlflow.new*"))
    with closing(sqlite3.connect(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert {"runs", "registered_models", "alembic_version"} <= tables


def test_a_store_with_runs_is_never_made_anew(first, copy):
    path = copy(first) / "mlflow.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE _alembic_tmp_experiments (experiment_id INTEGER)")
    before = path.read_bytes()
    prepare_database(path, lambda _: pytest.fail("made anew"))
    assert path.read_bytes() == before


def test_the_seal_of_a_store_tells_rot_from_a_transaction(first, copy):
    path = copy(first) / "mlflow.db"
    seal_database(path)
    data = path.read_bytes()
    place = data.rindex(b"kpis")
    path.write_bytes(data[:place] + b"K" + data[place + 1 :])
    for _ in ("at once", "and ever after"):
        with pytest.raises(DamageError, match="no transaction that explains them"):
            registry.find_champion(f"sqlite:///{path}", "churn")
    path.write_bytes(data)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE runs SET name = 'renamed by a person'")
    assert registry.find_champion(f"sqlite:///{path}", "churn") is not None


def test_a_store_that_another_program_holds_or_that_is_none_is_named(first, copy, tmp_path, monkeypatch):
    for module in (addresses, database):
        monkeypatch.setattr(module, "_SECONDS", 1)
    out = copy(first)
    with closing(sqlite3.connect(out / "mlflow.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ModelError, match=r"database is locked\. Wait until the other program"):
            registry.find_champion(store_of(out), "churn")
    (tmp_path / "mlflow.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(LealtadError, match=r"file is not a database\. Restore it from a backup"):
        registry.find_champion(store_of(tmp_path), "churn")
