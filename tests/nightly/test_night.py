"""A night, the same night again, the next one, and any past one."""

import json
import re

import polars as pl
import pytest

from lealtad.company.settings import Settings
from lealtad.examples.features import CompanyProfile, read_company
from lealtad.lake import Lake
from tests.conftest import run_job
from tests.nightly.jobs import read_files, read_state, read_table, read_tables, read_worklist

pytestmark = pytest.mark.slow
A_CUSTOMER = re.compile(r"\bC\d{7}\b")


def test_a_night_from_the_command_line_makes_the_list_its_files_and_one_line(trained, first, night, copy):
    out = copy(trained)
    result = run_job("nightly", *night.list_arguments("first", out))
    [line] = result.stdout.splitlines()
    summary = json.loads(line)
    assert (summary["as_of"], summary["listed"]) == ("2025-12-14", read_worklist(out).height)
    assert summary["listed"] > 0
    for text in (result.stderr, line, (out / "summary.json").read_text()):
        assert not A_CUSTOMER.search(text)
    assert A_CUSTOMER.search((out / "worklist.csv").read_text())
    assert {"worklist.xlsx", "report.html", "journey.html"} <= {path.name for path in out.iterdir()}
    assert read_state(out) == read_state(first)


def test_a_night_again_changes_nothing_and_says_so(first, night, copy):
    out = copy(first)
    result = night("first", out)
    assert result.code == 0, result.err
    assert "no change: the list of 2025-12-14 stays as it is" in result.err
    assert json.loads((first / "stdout").read_text()) == result.summary
    assert read_state(out) == read_state(first)


def test_the_next_night_tells_what_has_changed(first, second):
    summary, before, now = json.loads((second / "stdout").read_text()), read_worklist(first), read_worklist(second)
    assert (summary["as_of"], now["as_of"].unique().item().date().isoformat()) == ("2025-12-15", "2025-12-15")
    ranks = dict(before.select("customer_id", "rank").iter_rows())
    for customer, rank, previous, change in now.select(
        "customer_id", "rank", "previous_rank", "change"
    ).iter_rows():
        last = ranks.get(customer)
        expected = "new" if last is None else "up" if rank < last else "down" if rank > last else "stays"
        assert (previous, change) == (last, expected)
    resolved = pl.read_csv(second / "resolved.csv")
    listed, listed_before = set(now["customer_id"]), set(ranks)
    assert set(resolved["customer_id"]) == listed_before - listed
    assert summary["jaccard_with_last"] == pytest.approx(len(listed & listed_before) / len(listed | listed_before))
    assert 0 < summary["jaccard_with_last"] < 1


def test_a_night_is_enough_to_compare_customers_with_those_whom_the_model_learned_from(night, second, quick, copy):
    out = copy(second)
    result = night.job_server.run("monitor", "--out", out, "--model", quick)
    assert result.code == 0, result.err
    report = json.loads((out / "monitoring.json").read_text())
    assert len(report["features"]) > 100
    assert not [note for note in report["notes"] if "Drift" in note]
    # the night's own features are among those computed: its list can be made again
    assert night("second", out).summary["listed"] == read_worklist(second).height


def test_who_was_contacted_meanwhile_is_left_alone(first, night, exports, copy, tmp_path):
    out, changed_exports = copy(first), tmp_path / "given"
    changed_exports.mkdir()
    for path in (exports / "second").iterdir():
        (changed_exports / path.name).symlink_to(path)
    called = read_table(out).filter(arm="treated")
    contacts = called.select(
        "customer_id",
        "campaign_id",
        pl.col("as_of").alias("assigned_at"),
        "arm",
        "action",
        contacted_at=pl.col("as_of").dt.offset_by("10h"),
        recorded_at=pl.col("as_of").dt.offset_by("11h"),
    )
    interventions = pl.concat(
        [pl.read_parquet(changed_exports / "interventions.parquet"), contacts], how="diagonal"
    )
    (changed_exports / "interventions.parquet").unlink()
    interventions.write_parquet(changed_exports / "interventions.parquet")
    result = night("second", out, "--data", changed_exports)
    assert result.code == 0, result.err
    assert not set(read_worklist(out)["customer_id"]) & set(called["customer_id"])
    assert set(pl.read_csv(out / "resolved.csv")["customer_id"]) == set(called["customer_id"])


def test_the_holdout_is_in_no_file_and_who_is_in_an_arm_stays_there(first, second):
    lists = read_table(second)
    held = lists.filter(arm="holdout")
    assert not held.is_empty()
    for out, rows in ((first, read_table(first)), (second, lists.filter(as_of=lists["as_of"].max()))):
        hidden = set(rows.filter(arm="holdout")["customer_id"])
        shown = set(A_CUSTOMER.findall("".join(path.read_text() for path in out.glob("worklist.*[vl]"))))
        assert not hidden & (shown | set(read_worklist(out)["customer_id"]))
        assert not hidden & set(A_CUSTOMER.findall((out / "report.html").read_text()))
    assert lists.group_by("customer_id", "campaign_id").agg(pl.col("arm").n_unique())["arm"].max() == 1
    assigned = read_table(second, "interventions").join(lists, on=["customer_id", "campaign_id"], how="semi")
    assert assigned.select("customer_id", "campaign_id").is_unique().all()
    arms = assigned.select("customer_id", "campaign_id", assigned="arm")
    joined = lists.join(arms, on=["customer_id", "campaign_id"], how="left")
    assert joined.filter(pl.col("arm").ne_missing(pl.col("assigned"))).is_empty()


def test_a_past_list_is_made_again_to_the_byte_and_changes_nothing(first, second, night, copy):
    out = copy(second)
    result = night("second", out, "--as-of", "2025-12-14")
    assert result.code == 0, result.err
    assert "scores of 2025-12-14 exist already" in result.err
    assert read_files(out / "lists" / "2025-12-14") == read_files(first)
    assert read_state(out) == read_state(second)
    assert (out / "journey.html").read_bytes() == (second / "journey.html").read_bytes()
    again = night("second", out)
    assert again.code == 0, again.err
    assert read_state(out) == read_state(second)


def test_a_night_that_never_was_gets_scores_and_no_place_among_the_lists(second, night, copy):
    out = copy(second)
    result = night("second", out, "--as-of", "2025-12-10")
    assert result.code == 0, result.err
    before, after = read_tables(second), read_tables(out)
    added = set(after.pop("scores")) - set(before.pop("scores"))
    assert len(added) > 100
    assert after == before
    assert read_files(out) == read_files(second)
    assert (out / "lists" / "2025-12-10" / "worklist.csv").is_file()


def test_a_clock_set_back_makes_the_same_list(first, second, night, copy):
    out = copy(first)
    result = night("second", out, "--loaded-at", "2024-02-01")
    assert result.code == 0, result.err
    assert read_state(out) == read_state(second)


def test_a_night_follows_and_records_the_settings_of_its_source(second, exports):
    own = (exports / "second" / "lealtad.toml").read_text()
    first, _, text = (second / "lealtad.toml").read_text().partition("\n")
    assert first == f"# The settings in force, as of {exports / 'second' / 'lealtad.toml'}."
    assert text == own
    assert read_company(Lake.open(second / "lake")) == CompanyProfile.of(Settings.read(second / "lealtad.toml"))
