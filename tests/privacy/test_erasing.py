"""An erased customer is nowhere in a run, does not come back, and everybody else stays as they were."""

from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.errors import ExitCode, LakeError
from lealtad.base.outputs import find_altered
from lealtad.base.seal import open_seal
from lealtad.lake import Lake
from lealtad.lake.erasing.suppression import KEY_FILE, SUPPRESSED, read_key
from lealtad.lake.verification import verify
from lealtad.privacy.erasing.pending import PENDING, Erasure, read_pending
from lealtad.privacy.search import Needles, search_folder
from tests.conftest import run_job_here
from tests.privacy.conftest import CUSTOMERS, LOADED, build_tables, load_tables

pytestmark = pytest.mark.slow

GONE = ["C0000000", "C0000001"]  # one person
WHY = ("--because", "asked for erasure")


def erase(out, *ids, check=True):
    return run_job_here("erase", *ids, *WHY, "--yes", "--out", out, check=check)


def read_all(out):
    lake = Lake.open(out / "lake")
    return {name: lake.read_stored(name) for name in lake.versions if name != SUPPRESSED}


def list_traces(out, *ids):
    return search_folder(out, Needles.from_ids(ids or GONE), [out / KEY_FILE])


def test_the_plan_changes_nothing(run):
    before = read_all(run)
    result = run_job_here("erase", "C0000001", *WHY, "--out", run)
    assert "1 customer and 1 merged id" in result.stdout
    assert "orders: 2 rows" in result.stdout
    assert "lists/2026-03-01/worklist.parquet" in result.stdout
    assert "nothing was changed" in result.stderr
    assert not (run / KEY_FILE).exists()
    assert all(rows.equals(before[name]) for name, rows in read_all(run).items())


def test_nothing_is_left_and_others_stay(run):
    before = read_all(run)
    assert list_traces(run)
    erase(run, "C0000001")
    assert list_traces(run) == []
    assert verify(run / "lake").damages == []
    assert list(find_altered(run)) == []
    for name, rows in read_all(run).items():
        if "customer_id" in rows.columns and name != "identities":
            kept = (
                before[name]
                .filter(~pl.col("customer_id").is_in(GONE))
                .drop("attr_referred_by", "comment", strict=False)
            )
            assert rows.select(kept.columns).sort(kept.columns).equals(kept.sort(kept.columns)), name
    surveys = Lake.open(run / "lake").read("surveys", where=pl.col("customer_id") == CUSTOMERS[6])
    assert surveys["comment"].to_list() == ["My box number 6 came late; ask [erased]"]
    for folder in (run, run / "lists" / "2026-03-01"):
        assert pl.read_csv(folder / "worklist.csv")["customer_id"].to_list() == CUSTOMERS[2:4]
        assert (folder / "page.html").read_text().count("<article>") == 2
        assert (folder / "listening.html").read_text().count("<blockquote>") == 2
        assert (
            pl.read_excel(folder / "owners/retention/recommendations.xlsx", engine="openpyxl")
            .drop_nulls()["customer_id"]
            .to_list()
            == CUSTOMERS[2:4]
        )


def test_what_was_computed_of_others_stays_current(run):
    erase(run, *GONE)
    lake = Lake.open(run / "lake")
    notes = lake.notes("features")
    assert {name: notes[name] for name in ("customers", "orders", "surveys")} == {
        name: str(lake.versions[name]) for name in ("customers", "orders", "surveys")
    }


def test_the_receipt_names_nobody_and_counts_all(run):
    result = erase(run, *GONE)
    [path] = (run / "erasures").glob("*.json")
    receipt = open_seal(path.read_text())
    assert receipt["lake"]["rows"]["orders"] == 2
    assert receipt["because"] == WHY[1]
    assert {file["path"] for file in receipt["files"]} >= {"worklist.csv", "lists/2026-03-01/journal.json"}
    assert any("backups" in each for each in receipt["out_of_reach"])
    assert receipt["traces"] == 0
    assert not any(each in path.read_text() + result.stderr for each in GONE)
    assert not (run / PENDING).exists()


def test_past_commits_say_that_they_were_thinned(run):
    number = Lake.open(run / "lake").number
    erase(run, *GONE)
    with pytest.raises(LakeError, match=rf"found {number}, thinned on 20.*erasure 1"):
        Lake.open(run / "lake", commit=number)


def test_loading_the_sources_again_brings_nobody_back(run):
    erase(run, *GONE)
    for night in (0, 1):
        load_tables(run, build_tables(night=night), day=1 + night, key=read_key(run))
        assert list_traces(run) == []
    lake = Lake.open(run / "lake")
    assert lake.read("orders")["customer_id"].n_unique() == len(CUSTOMERS) - 2
    assert lake.read("rejected").is_empty()


def test_another_id_of_an_erased_person_stays_out(run):
    erase(run, *GONE)
    tables = build_tables([*CUSTOMERS, "C0000099"], night=1)
    tied = pl.DataFrame({"alias": ["C0000099"], "customer_id": ["C0000000"], "valid_from": [LOADED]})
    load_tables(run, {**tables, "identities": tied}, day=1, key=read_key(run))
    assert list_traces(run, "C0000099", *GONE) == []
    load_tables(run, {name: rows for name, rows in tables.items() if name != "identities"}, 2, key=read_key(run))
    assert list_traces(run, "C0000099", *GONE) == []


def test_without_the_key_nothing_is_loaded(run):
    erase(run, *GONE)
    with pytest.raises(LakeError, match=r"key of the suppression, suppression\.key"):
        load_tables(run, build_tables(night=1), day=1)


def test_a_readmitted_customer_comes_with_what_is_new(run):
    erase(run, *GONE)
    moment = (LOADED + timedelta(days=3)).isoformat()
    run_job_here("readmit", "C0000000", *WHY, "--since", moment, "--out", run)
    load_tables(run, build_tables(night=0), day=1, key=read_key(run))
    load_tables(run, build_tables(night=95), day=95 + 40, key=read_key(run))
    lake = Lake.open(run / "lake")
    assert lake.read("orders", where=pl.col("customer_id") == "C0000000")["order_id"].to_list() == ["o95-0"]
    assert lake.read("customers", where=pl.col("customer_id") == "C0000000").height == 1
    assert list_traces(run, "C0000001") == []
    erase(run, "C0000000")
    load_tables(run, build_tables(night=96), day=140, key=read_key(run))
    assert list_traces(run) == []


def test_an_erasure_that_was_begun_is_completed_by_the_next_job(run):
    from lealtad.jobs.erase import finish_erasure

    Erasure(1, tuple(GONE), 1, "asked", LOADED.isoformat()).begin(run)
    finish_erasure(run)
    assert list_traces(run) == []
    assert read_pending(run) is None


def test_errors_name_the_fix(run):
    assert erase(run, check=False).returncode == ExitCode.FIX
    result = run_job_here("erase", "C0000000", "--out", run, check=False)
    assert "--because" in result.stderr


def test_an_id_that_is_nowhere_is_suppressed_all_the_same(run):
    result = erase(run, "C0000077")
    assert "1 id of 1 in no table" in result.stderr
    load_tables(run, build_tables([*CUSTOMERS, "C0000077"], night=1), day=1, key=read_key(run))
    assert list_traces(run, "C0000077") == []


def test_experiments_and_recommendations_forget_too(run):
    """Arms in the lake, the file of the sending tool, offers in Parquet, CSV and a page."""
    arms = pl.DataFrame(
        {
            "customer_id": CUSTOMERS,
            "campaign_id": "tone",
            "assigned_at": LOADED - timedelta(days=9),
            "arm": ["treated", "holdout"] * 6,
        }
    )
    load_tables(run, {"customers": build_tables()["customers"], "interventions": arms}, day=1)
    folder = run / "experiments" / "tone"
    folder.mkdir(parents=True)
    arms.select("customer_id", "arm").write_csv(folder / "send.csv", quote_style="always")
    offers = pl.DataFrame({"customer_id": CUSTOMERS, "task": "buy_again", "product": "Coffee", "rank": 1})
    offers.write_parquet(run / "recommendations.parquet")
    offers.write_csv(run / "recommendations.csv")
    rows = "".join(f"<tr><td>{each}</td><td>Coffee</td></tr>" for each in CUSTOMERS)
    (run / "recommendations.html").write_text(f"<html><body><table>{rows}</table></body></html>")
    places = {trace.path.name for trace in list_traces(run)}
    assert {"send.csv", "recommendations.parquet", "recommendations.csv", "recommendations.html"} <= places
    erase(run, "C0000001")
    assert list_traces(run) == []
    assert Lake.open(run / "lake").read("interventions").height == len(CUSTOMERS) - len(GONE)
    assert pl.read_csv(folder / "send.csv")["customer_id"].to_list() == CUSTOMERS[2:]
    assert pl.read_parquet(run / "recommendations.parquet")["customer_id"].to_list() == CUSTOMERS[2:]
    assert CUSTOMERS[2] in (run / "recommendations.html").read_text()
