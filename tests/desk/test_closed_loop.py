"""Months through the desk's own pages: what it logs measures the truth.

LEALTAD_LOOPS sets the number of companies, LEALTAD_LOOP_WEEKS their length. A short season says little of effects.
"""

import os

import numpy as np
import polars as pl
import pytest

from lealtad.monitoring import settle_lists
from lealtad.monitoring.repeat_listings import count_once
from tests.desk import simulated_team as team
from tests.desk.desks import open_browser

LOOPS = int(os.environ.get("LEALTAD_LOOPS", "1"))
pytestmark = pytest.mark.slow


@pytest.fixture
def seasons(people, tmp_path):
    """By seed, the season with the errors of the team and the one with a perfect log."""
    from django.conf import settings
    from django.db import transaction

    people.rep.quota_per_day = None
    played, shift = [], settings.DESK_CLOCK_SHIFT
    for seed in range(LOOPS):
        pair = []
        for errors in (True, False):
            with transaction.atomic():
                out = tmp_path / f"{seed}-{errors}"
                settings.DESK_OUT = out
                pair.append(team.play(seed, open_browser(people.rep), out, errors=errors))
                transaction.set_rollback(True)
            settings.DESK_CLOCK_SHIFT = shift
        played.append(pair)
    return played


def settle(season, outcomes=None):
    known = season.outcomes if outcomes is None else outcomes
    settled = settle_lists(season.listed, known, together=True, rest_days=28)
    return settled.filter(group=0, measure="saves").to_dicts()[0]


def count_truly_saved(season):
    """The customers who would have left without contacts and did not, each once, on the first of their lists."""
    joined = season.listed.join(
        season.outcomes.select("customer_id", "as_of", "observed"), on=["customer_id", "as_of"]
    )
    unmet = season.unmet.select("customer_id", "as_of", unmet="observed")
    once = count_once(joined.join(unmet, on=["customer_id", "as_of"]), 28).filter(pl.col("arm") == "treated")
    return int(once["unmet"].sum() - once["observed"].sum())


def test_the_loop(seasons, desk_out):
    from django.conf import settings

    settings.DESK_OUT = desk_out
    covered, contaminated = [], []
    for season, _ in seasons:
        saves, truth = settle(season), count_truly_saved(season)
        covered.append(saves["low"] <= truth <= saves["high"])
        contaminated.append(saves["contaminated"])
        # nobody logs a contact beyond the list wrongly: what the lake measures of the holdout is what was planted
        assert saves["contaminated"] == pytest.approx(settle(season, season.planted)["contaminated"])
        # nothing is lost: each act is a row of the lake, an override or an outcome
        overrides = season.lake.read("overrides").height
        known = season.lake.history("interventions").filter(pl.col("contacted_at").is_not_null()).height
        assert known + overrides >= season.acts * 0.999
    ratio = np.mean([season.profit for season, _ in seasons]) / np.mean([perfect.profit for _, perfect in seasons])
    shares = f"profit {ratio:.3f} of a perfect log, contaminated {np.mean(contaminated):.3f}"
    print(f"{sum(covered)} of {LOOPS} covered, {shares}")  # noqa: T201 - what -s shows
    if team.WEEKS < team.HALF_A_YEAR:
        return
    # 95 % intervals: of ten at least eight; the ratio is of means, and few companies say little of it
    assert sum(covered) >= np.floor(0.8 * LOOPS)
    assert ratio >= (0.95 if LOOPS >= 10 else 0.8)
