"""Whatever is wrong ends in rejected rows or one clear message and exit code 2, and changes nothing."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import ROOT, run_job_here

CUSTOMERS = "customer_id\n1\n2\n"
ORDERS = "order_id,customer_id,ordered_at,amount\na,1,2026-01-05,10\nb,2,2026-01-06,20\n"
MORE = "".join(f"o{i},{i % 2 + 1},2026-01-06,{i}\n" for i in range(30))  # of so many one may be rejected


def folder(tmp_path, **files):
    source = tmp_path / "source"
    source.mkdir(exist_ok=True)
    for name, text in files.items():
        (source / f"{name}.csv").write_text(text)
    return source


def ingest(source, out, *more):
    return run_job_here("ingest", "--data", source, "--out", out, *more, check=False)


def state(out):
    return {
        path.relative_to(out): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


@pytest.fixture
def loaded(tmp_path):
    """A run whose first load was good."""
    done = ingest(folder(tmp_path, customers=CUSTOMERS, orders=ORDERS), tmp_path / "out")
    assert done.returncode == 0, done.stderr
    return tmp_path / "out"


UNREADABLE = {
    "no orders": ({"orders": None}, "table 'orders': expected a file orders.csv"),
    "no customers": ({"customers": None}, "table 'customers': expected a file customers.csv"),
    "missing column": (
        {"orders": "order_id,customer_id,ordered_at\na,1,2026-01-05\n"},
        "column 'amount': expected",
    ),
    "unknown column": ({"orders": ORDERS.replace("amount", "amount,item", 1)}, "table 'orders'"),
    "empty table": (
        {"orders": ORDERS.splitlines()[0] + "\n"},
        "table 'orders': expected at least one row, found none",
    ),
    "empty file": ({"orders": ""}, "table 'orders'"),
    "no valid row": (
        {"orders": ORDERS.replace("2026-01-0", "01.01.202")},
        "expected at most 0.05 of the rows rejected (reject_limit), found 2 of 2. 2 × ordered_at must be a date",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", UNREADABLE)
def test_a_table_that_cannot_be_read_is_one_message_and_changes_nothing(loaded, tmp_path, case):
    files, message = UNREADABLE[case]
    for name, text in files.items():
        path = tmp_path / "source" / f"{name}.csv"
        path.unlink() if text is None else path.write_text(text)
    before = state(loaded)
    failed = ingest(tmp_path / "source", loaded)
    assert failed.returncode == 2
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1
    after = state(loaded)
    of_failure = {Path("rejected.csv"): b"", Path(".sums.json"): b""}  # tell of the load that failed
    assert after | of_failure == before | of_failure


REJECTED = {
    "text in a number column": ("c,1,2026-01-07,ten", "amount_is_readable"),
    "unreadable date": ("c,1,07.01.2026,10", "ordered_at_is_readable"),
    "duplicate key": ("a,1,2026-01-07,10", "key_is_unique"),
    "unknown customer": ("c,9,2026-01-07,10", "customer_is_known"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", REJECTED)
def test_a_row_that_breaks_a_rule_is_rejected_with_its_reason_and_the_rest_goes_in(tmp_path, case):
    row, rule = REJECTED[case]
    out = tmp_path / "out"
    done = ingest(folder(tmp_path, customers=CUSTOMERS, orders=f"{ORDERS}{MORE}{row}\n"), out)
    assert done.returncode == 0, done.stderr
    assert "orders: 33 rows in = 32 valid + 1 rejected; of the valid 32 added" in done.stderr
    rejected = pl.read_csv(out / "rejected.csv")
    assert rejected.select("table", "source_row", "rules").row(0) == ("orders", 32, rule)
    assert json.loads((out / "summary.json").read_text())["rows"]["orders"] == {
        "rows_in": 33,
        "valid": 32,
        "rejected": 1,
        "added": 32,
        "corrected": 0,
        "repeated": 0,
        "corrected_now": 0,
    }


@pytest.mark.slow
def test_a_source_that_is_none_is_named(tmp_path):
    failed = ingest("completejurney", tmp_path / "out")
    assert (failed.returncode, "Traceback" in failed.stderr) == (2, False)
    assert "found 'completejurney'" in failed.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["features", "train", "score", "worklist"])
def test_a_directory_that_is_no_lake_is_named(tmp_path, name):
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "notes.txt").write_text("mine")
    failed = run_job_here(name, "--out", tmp_path, check=False)
    assert (failed.returncode, "Traceback" in failed.stderr) == (2, False)
    assert "expected a lake" in failed.stderr
    assert [path.name for path in (tmp_path / "lake").iterdir()] == ["notes.txt"]


@pytest.mark.slow
def test_a_lake_is_not_laid_over_other_files(tmp_path):
    (tmp_path / "out" / "lake").mkdir(parents=True)
    (tmp_path / "out" / "lake" / "notes.txt").write_text("mine")
    failed = ingest(folder(tmp_path, customers=CUSTOMERS, orders=ORDERS), tmp_path / "out")
    assert failed.returncode == 2
    assert "found files that are not a lake" in failed.stderr


@pytest.mark.slow
def test_too_little_data_says_how_much_is_needed(loaded):
    assert run_job_here("features", "--out", loaded, check=False).returncode == 0
    failed = run_job_here("train", "--out", loaded, check=False)
    assert (failed.returncode, "Traceback" in failed.stderr) == (2, False)
    assert "expected at least 25, found 0" in failed.stderr


@pytest.mark.slow
def test_features_of_an_earlier_load_are_not_taken_for_those_of_this_one(loaded, tmp_path):
    assert run_job_here("features", "--out", loaded, check=False).returncode == 0
    ingest(folder(tmp_path, customers=CUSTOMERS, orders=f"{ORDERS}c,1,2026-01-07,10\n"), loaded)
    failed = run_job_here("train", "--out", loaded, check=False)
    assert (failed.returncode, "Traceback" in failed.stderr) == (2, False)
    assert "found one made of others. Run lealtad features first." in failed.stderr


@pytest.mark.slow
def test_scoring_without_a_champion_is_named(loaded):
    run_job_here("features", "--out", loaded)
    failed = run_job_here("score", "--out", loaded, check=False)
    assert (failed.returncode, "Traceback" in failed.stderr) == (2, False)
    assert "INFO" not in failed.stderr
    assert "expected a champion (models:/churn_inactivity@champion)" in failed.stderr


@pytest.mark.slow
def test_an_unknown_language_and_an_unknown_option_are_named(loaded):
    failed = run_job_here("worklist", "--out", loaded, "--language", "fr", check=False)
    assert failed.returncode == 2
    assert "expected en or es, found 'fr'" in failed.stderr
    assert run_job_here("worklist", "--capacity", "3", check=False).returncode == 2


def test_the_jobs_are_those_of_the_mlproject():
    text = (ROOT / "MLproject").read_text()
    for path in sorted((ROOT / "pipelines").glob("*.py")):
        assert f'command: "python -m pipelines.{path.stem} ' in text
