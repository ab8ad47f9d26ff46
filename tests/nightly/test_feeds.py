"""A feed that stops is named before anything is scored; where the company says so nobody is scored by the hole."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest

from lealtad.sources.contract.tables import STORED
from lealtad.sources.simulated import simulate
from tests.conftest import SIMULATED_SETTINGS
from tests.nightly.jobs import kept

pytestmark = pytest.mark.slow
PLAYBOOK = (SIMULATED_SETTINGS).read_text()
STOPPED, CUT = datetime(2025, 12, 15, tzinfo=UTC), datetime(2025, 12, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def hole(tmp_path_factory):
    """The export of three nights later, of which no touchpoint came since the first."""
    given = tmp_path_factory.mktemp("given")
    clocks = {table.name: table.event_time for table in STORED}
    for name, rows in simulate(2000, 18, seed=7).tables.items():
        known = [column for column in (clocks[name], "recorded_at") if column in rows.columns]
        end = STOPPED if name == "touchpoints" else CUT
        told = rows.filter(pl.max_horizontal(known) < end) if clocks[name] else rows
        told.write_parquet(given / f"{name}.parquet")
    return given


@pytest.mark.parametrize("abstains", [False, True])
def test_the_night_names_the_feed_and_abstains_where_told(night, first, copy, hole, tmp_path, abstains):  # noqa: PLR0913, PLR0917 - a fixture each
    out, path = copy(first), tmp_path / "lealtad.toml"
    path.write_text(PLAYBOOK + ('\n[feeds]\nabstain = ["touchpoints"]\n' if abstains else ""))
    more = ("--data", hole, "--loaded-at", CUT.isoformat(), "--settings", path, "--language", "es")
    ended = night("second", out, *more)
    assert ended.code == 0, ended.err
    assert ended.told["feeds_failing"] == ["touchpoints"]
    said = [line.partition(":")[0] for line in ended.err.splitlines()]
    assert said.index("feeds") < said.index("score")
    assert "La entrega touchpoints se retrasa" in ended.err
    status = {row["table"]: row["status"] for row in json.loads((out / "summary.json").read_text())["feeds"]}
    assert status.pop("touchpoints") == "late"
    assert set(status.values()) <= {"ok", "unknown"}
    scores = kept(out, "scores").filter(pl.col("as_of") == datetime(2025, 12, 17, tzinfo=UTC))
    withheld = scores.filter(missing="feed")
    assert (withheld.height > 0) == abstains
    assert withheld["probability"].null_count() == withheld.height
    if abstains:
        reasons = pl.read_csv(out / "abstentions.csv")["missing"]
        assert reasons.str.contains("llegó tarde o incompleta").sum() == withheld.height
