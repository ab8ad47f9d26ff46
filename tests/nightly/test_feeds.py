"""A stopped feed is named before scoring; where set, nobody is scored on incomplete data."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest

from lealtad.sources.contract.tables import STORED
from lealtad.sources.simulated import simulate
from tests.nightly.conftest import CUSTOMERS, SETTINGS
from tests.nightly.jobs import read_table

pytestmark = pytest.mark.slow
STOPPED, CUT = datetime(2025, 12, 15, tzinfo=UTC), datetime(2025, 12, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def stopped_feed(tmp_path_factory):
    """The export of three nights later, of which no touchpoint came since the first."""
    exports = tmp_path_factory.mktemp("given")
    clocks = {table.name: table.event_time for table in STORED}
    for name, rows in simulate(CUSTOMERS, 18, seed=7).tables.items():
        known = [column for column in (clocks[name], "recorded_at") if column in rows.columns]
        end = STOPPED if name == "touchpoints" else CUT
        known_rows = rows.filter(pl.max_horizontal(known) < end) if clocks[name] else rows
        known_rows.write_parquet(exports / f"{name}.parquet")
    return exports


@pytest.mark.parametrize("abstains", [False, True])
def test_the_night_names_the_feed_and_abstains_where_set(night, first, copy, stopped_feed, tmp_path, abstains):  # noqa: PLR0913, PLR0917 - a fixture each
    out, path = copy(first), tmp_path / "lealtad.toml"
    path.write_text(SETTINGS + ('\n[feeds]\nabstain = ["touchpoints"]\n' if abstains else ""))
    more = ("--data", stopped_feed, "--loaded-at", CUT.isoformat(), "--settings", path, "--language", "es")
    result = night("second", out, *more)
    assert result.code == 0, result.err
    assert result.summary["feeds_failing"] == ["touchpoints"]
    steps = [line.partition(":")[0] for line in result.err.splitlines()]
    assert steps.index("feeds") < steps.index("score")
    assert "La entrega touchpoints se retrasa" in result.err
    status = {row["table"]: row["status"] for row in json.loads((out / "summary.json").read_text())["feeds"]}
    assert status.pop("touchpoints") == "late"
    assert set(status.values()) <= {"ok", "unknown"}
    scores = read_table(out, "scores").filter(pl.col("as_of") == datetime(2025, 12, 17, tzinfo=UTC))
    withheld = scores.filter(missing="feed")
    assert (withheld.height > 0) == abstains
    assert withheld["probability"].null_count() == withheld.height
    if abstains:
        reasons = pl.read_csv(out / "abstentions.csv")["missing"]
        assert reasons.str.contains("llegó tarde o incompleta").sum() == withheld.height
