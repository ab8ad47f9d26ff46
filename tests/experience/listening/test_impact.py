"""Impact, odds, emerging themes: against truths derived by hand or drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.experience.listening import compute_impact, compute_odds
from lealtad.experience.listening.emerging import adjust_discoveries, find_emerging

AS_OF = datetime(2026, 6, 30, tzinfo=UTC)


def test_overlapping_themes_count_once():
    """Every visit is late, and only lateness costs: the visit costs nothing, though NPS without it is higher."""
    rng = np.random.default_rng(0)
    late = rng.random(4000) < 0.4
    visit = late & (rng.random(4000) < 0.5)
    points = np.where(late, -100.0, rng.choice([0.0, 100.0], 4000))
    found = compute_impact(np.column_stack([late, visit]), points, np.arange(4000), ["late", "visit"])
    late_row, visit_row = found.rows(named=True)
    assert late_row["impact"] == pytest.approx(-150 * 0.4, rel=0.1)
    assert visit_row["impact_low"] <= 0 <= visit_row["impact_high"]
    assert visit_row["alone"] < -15


def test_intervals_of_impact_cover_the_truth():
    covered = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        marked = rng.random((300, 3)) < [0.5, 0.3, 0.2]
        points = np.clip(40 - marked @ [60.0, 0, 30] + 60 * rng.normal(size=300), -100, 100)
        points = 100 * np.round(points / 100)
        found = compute_impact(marked, points, np.arange(300) // 2, ["a", "b", "c"])
        row = found.row(1, named=True)
        covered.append(row["impact_low"] <= 0 <= row["impact_high"])
    assert np.mean(covered) >= 0.88


def test_rare_themes_and_themes_that_are_not_held_have_no_impact():
    marked = np.zeros((200, 2), bool)
    marked[:9, 0], marked[:50, 1] = True, True
    found = compute_impact(marked, np.tile([100.0, -100], 100), np.arange(200), ["rare", "general"], held=["rare"])
    assert found["impact"].to_list() == [None, None]
    assert found["alone"].null_count() == 0


def test_odds_recover_the_truth_with_the_other_themes_held():
    rng = np.random.default_rng(1)
    marked = rng.random((20_000, 2)) < 0.3
    marked[:, 1] |= marked[:, 0] & (rng.random(20_000) < 0.5)
    log_odds = -3 + np.log(3) * marked[:, 0]
    left = rng.random(20_000) < 1 / (1 + np.exp(-log_odds))
    found = compute_odds(marked, left, np.arange(20_000), ["cause", "neighbour"])
    cause, neighbour = found.rows(named=True)
    assert cause["odds_low"] <= 3 <= cause["odds_high"]
    assert neighbour["odds_low"] <= 1 <= neighbour["odds_high"]
    nobody = compute_odds(marked, np.zeros(20_000, bool), np.arange(20_000), ["cause", "neighbour"])
    assert nobody["odds"].null_count() == 2


def comments(count: int, days: list[float], customers: list[str] | None = None) -> pl.DataFrame:
    who = customers or [str(k) for k in range(count)]
    return pl.DataFrame({"customer_id": who, "said_at": [AS_OF - timedelta(days=day) for day in days]})


def test_a_theme_emerges_only_beyond_chance_and_a_loud_customer_is_one():
    days = [5.0] * 100 + [100.0] * 400
    marked = np.zeros((500, 2), bool)
    marked[:30, 0] = True
    marked[:8, 1], marked[100:132, 1] = True, True
    found = find_emerging(comments(500, days), marked, ["new", "old"], AS_OF)
    assert found["emerging"].to_list() == [True, False]
    loud = comments(500, days, ["x"] * 100 + [str(k) for k in range(400)])
    assert not find_emerging(loud, marked, ["new", "old"], AS_OF)["emerging"].any()


def test_false_discoveries_stay_below_their_rate():
    rng = np.random.default_rng(2)
    alarms = 0
    for _ in range(60):
        rows = comments(600, list(rng.uniform(0, 200, 600)))
        alarms += find_emerging(rows, rng.random((600, 20)) < 0.1, [str(k) for k in range(20)], AS_OF)[
            "emerging"
        ].any()
    assert alarms <= 5


def test_nothing_recent_is_nothing_emerging():
    found = find_emerging(comments(3, [100.0] * 3), np.ones((3, 1), bool), ["a"], AS_OF)
    assert found.row(0, named=True)["recent_share"] is None
    assert not found["emerging"].any()
    assert adjust_discoveries(np.ones(3)).tolist() == [1, 1, 1]
