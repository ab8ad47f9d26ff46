"""What a night cannot be made of: one clear message, exit code 2, and all as it was; or a list that is right."""

import re
from datetime import UTC, datetime

import polars as pl
import pytest

from tests.nightly.conftest import SETTINGS
from tests.nightly.jobs import read_state, read_table, read_worklist

pytestmark = pytest.mark.slow
WRONG = {
    "two actions of one name": (
        lambda text: text.replace('name = "call"', 'name = "offer"'),
        "worklist.actions, offer: expected a unique name",
    ),
    "an owner without capacity": (
        lambda text: text.replace('owner = "service"', 'owner = "servce"'),
        "Did you mean 'service'",
    ),
    "a topic that no feature is about": (
        lambda text: text.replace('["contract", "money"]', '["contract", "mony"]'),
        "worklist.actions, discount.answers",
    ),
    "a key that is not set": (
        lambda text: text.replace("# holdout_key", "holdout_key"),
        "LEALTAD_HOLDOUT_KEY",
    ),
    "a database of the CRM that is not set": (
        lambda text: text + '\n[worklist.sink]\nurl = "postgresql://${LEALTAD_CRM_USER}@localhost/crm"\n',
        "LEALTAD_CRM_USER",
    ),
    "a capacity below zero": (
        lambda text: text.replace("retention = 40", "retention = -1"),
        "retention",
    ),
}


def check_refusal(result, message):
    assert result.code == 2, result.err
    assert "Traceback" not in result.err
    assert sum(line.startswith("nightly: ") and "expected" in line for line in result.err.splitlines()) == 1
    assert message in result.err
    assert not result.out


@pytest.mark.parametrize("case", WRONG)
def test_a_playbook_that_cannot_be_followed_touches_nothing(night, first, copy, tmp_path, case):
    change, message = WRONG[case]
    out, path = copy(first), tmp_path / "wrong.toml"
    path.write_text(change(SETTINGS))
    assert path.read_text() != SETTINGS
    rows = read_table(out, "orders").height
    check_refusal(night("second", out, "--settings", path), message)
    assert read_state(out) == read_state(first)
    assert read_table(out, "orders").height == rows


def test_without_a_champion_there_is_no_list(night, first, copy, tmp_path):
    out = copy(first)
    check_refusal(night("second", out, "--tracking-uri", f"sqlite:///{tmp_path}/empty.db"), "churn")
    assert read_state(out) == read_state(first)


def test_a_champion_of_other_kpi_definitions_is_refused(night, first, copy):
    out = copy(first)
    check_refusal(night("second", out, kpis="f" * 64), "trained under the KPI definitions in force")
    assert read_state(out) == read_state(first)


def test_a_day_that_the_data_do_not_reach_is_refused(night, first, copy):
    out = copy(first)
    check_refusal(night("second", out, "--as-of", "2027-01-01"), "--as-of")
    assert read_state(out) == read_state(first)


def test_no_capacity_is_an_empty_list_with_its_files(night, first, copy, tmp_path):
    out, path = copy(first), tmp_path / "idle.toml"
    path.write_text(re.sub(r"(?m)^(retention|service) = \d+", r"\1 = 0", SETTINGS))
    result = night("second", out, "--settings", path)
    assert result.code == 0, result.err
    assert (result.summary["listed"], read_worklist(out).height) == (0, 0)
    assert len((out / "worklist.csv").read_text().splitlines()) == 1
    last = pl.read_csv(out / "resolved.csv").height
    assert last == read_table(first).filter(arm="treated").height


def test_who_has_no_value_or_a_negative_one_is_on_no_list_unless_by_lot(night, first, copy, exports, tmp_path):
    out, changed_exports = copy(first), tmp_path / "given"
    changed_exports.mkdir()
    for path in (exports / "second").iterdir():
        (changed_exports / path.name).symlink_to(path)
    orders = pl.read_parquet(changed_exports / "orders.parquet")
    bought = set(orders["customer_id"])
    listed = read_table(out).filter(arm="treated")["customer_id"]
    scored = read_table(out, "scores").drop_nulls("probability")["customer_id"].unique().sort()
    free, losing = (
        [customer for customer in scored if customer not in bought][:2],
        sorted(bought & set(listed))[:2],
    )
    contracts = pl.read_parquet(changed_exports / "subscriptions.parquet")
    unknown = pl.col("customer_id").is_in(free)
    dear = pl.col("customer_id").is_in(losing)
    amount = pl.col("amount_monthly")
    changed = {
        "subscriptions": contracts.with_columns(
            pl.when(unknown).then(None).when(dear).then(0.0).otherwise(amount).alias("amount_monthly")
        ),
        "orders": orders.with_columns(
            pl.when(dear)
            .then(-5000.0)
            .otherwise(pl.col("margin") if "margin" in orders.columns else None)
            .alias("margin")
        ),
    }
    for name, rows in changed.items():
        (changed_exports / f"{name}.parquet").unlink()
        corrected = (
            pl.when(unknown | dear).then(pl.lit(datetime(2025, 12, 14, 20, tzinfo=UTC))).otherwise("recorded_at")
        )
        rows.with_columns(corrected.alias("recorded_at")).write_parquet(changed_exports / f"{name}.parquet")
    result = night("second", out, "--data", changed_exports)
    assert result.code == 0, result.err
    assert free
    # an action that answers a reason may cost more than it is believed to bring, and says so
    worked = read_worklist(out).filter(pl.col("expected_gain") <= 0, pl.col("forgone_gain").fill_null(0.0) <= 0)
    assert result.summary["explored"] >= worked.height
    assert result.summary["without_value"] >= len(free)
    assert set(free) <= set(pl.read_csv(out / "abstentions.csv")["customer_id"])
