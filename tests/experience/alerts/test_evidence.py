"""Evidence: by hand, never fooled by looking often, and quick about what is clearly missed."""

from datetime import UTC, datetime, timedelta
from math import exp, log

import numpy as np
import pytest

from lealtad.base.errors import DamageError
from lealtad.experience.alerts import Ledger, Signal, read_ledger, update_ledger, write_ledger
from lealtad.experience.alerts.budget import KINDS, compute_chance_threshold, compute_miss_threshold
from lealtad.experience.alerts.evidence import QUARTER_DAYS, compute_log_evidence, list_starts
from lealtad.experience.alerts.increases import compute_growth_chance, compute_increase_chance

NIGHT = datetime(2026, 6, 30, tzinfo=UTC)


def numbers(*values):
    return np.array(values, dtype=np.float64)


def test_the_evidence_of_one_failure_is_a_mean_of_ratios_by_hand():
    # at a target of 1/2 a share of odds exp(-s) makes a failure 2 / (1 + exp(-s)) times as likely
    by_hand = log(np.mean([2 / (1 + exp(-step)) for step in (0.1, 0.2, 0.4, 0.8, 1.6)]))
    assert compute_log_evidence(numbers(0), numbers(1), numbers(0.5))[0] == pytest.approx(by_hand)
    assert compute_log_evidence(numbers(0.3), numbers(0), numbers(0.5))[0] == 0


def test_looking_every_night_fools_a_company_at_its_target_no_more_often_than_is_allowed():
    rng = np.random.default_rng(2)
    fooled, runs, error = 0, 400, 0.05
    for _ in range(runs):
        hits = np.cumsum(rng.random((300, 4)) < 0.8, axis=0)
        n = np.tile(np.arange(1.0, 301)[:, None], 4)
        evidence = compute_log_evidence((hits / n).ravel(), n.ravel(), np.full(n.size, 0.8))
        fooled += bool((evidence >= log(4 / error)).any())
    assert fooled <= runs * error


def test_answers_on_a_scale_are_held_to_the_same_error():
    rng = np.random.default_rng(3)
    points = np.cumsum(rng.choice([0, 0.5, 1], (300, 500), p=[0.2, 0.3, 0.5]), axis=0)
    n = np.tile(np.arange(1.0, 301)[:, None], 500)
    evidence = compute_log_evidence((points / n).ravel(), n.ravel(), np.full(n.size, 0.65)).reshape(n.shape)
    assert (evidence.max(axis=0) >= log(1 / 0.05)).mean() <= 0.05


def test_starts_are_a_quarter_apart_and_those_before_a_clear_night_do_not_count():
    older, newer = list_starts(NIGHT)
    assert newer - older == timedelta(days=QUARTER_DAYS)
    assert newer <= NIGHT < newer + timedelta(days=QUARTER_DAYS)
    assert list_starts(NIGHT, after=older + timedelta(days=1)) == [newer]


def test_errors_of_all_kinds_stay_below_one_in_twenty_months():
    per_quarter = sum(compute_chance_threshold(kind, 1) * QUARTER_DAYS for kind in KINDS)
    assert per_quarter / 3 <= 0.05
    assert compute_miss_threshold(1) == pytest.approx(-log(0.04))


def test_an_increase_is_fishers_exact_test_and_few_customers_are_none():
    # 5 of 5 now and 0 of 5 before: one of the 252 ways to place five hits
    assert compute_increase_chance(numbers(5), numbers(5), numbers(0), numbers(5))[0] == pytest.approx(1 / 252)
    assert compute_increase_chance(numbers(4), numbers(4), numbers(0), numbers(900))[0] == 1
    assert compute_increase_chance(numbers(9), numbers(9), numbers(0), numbers(0))[0] == 1


def test_a_queue_grows_only_beyond_every_week_before_and_a_young_company_has_none():
    weeks = numbers(*[40, 44, 38, 42] * 6)
    assert compute_growth_chance(44, weeks) == 1
    assert compute_growth_chance(100, weeks) < 1e-5
    assert compute_growth_chance(100, weeks[:7]) == 1


def make_signal(subject="a", **more):
    return Signal("theme", subject, "support", **({"is_raised": True, "is_clear": False} | more))


def test_what_is_open_is_not_reported_again_until_it_was_clear():
    nights = [NIGHT + timedelta(days=k) for k in range(6)]
    between = make_signal(is_raised=False)
    clear = make_signal(is_raised=False, is_clear=True)
    ledger, reported = Ledger(), []
    for night, signal in zip(
        nights, [make_signal(), make_signal(), between, make_signal(), clear, make_signal()], strict=True
    ):
        ledger = update_ledger(ledger, [signal], night)
        reported.append(len(ledger.list_raised(night)))
    assert reported == [1, 0, 0, 0, 0, 1]
    assert [alert.closed_at for alert in ledger.alerts] == [nights[4], None]


def test_the_same_night_again_and_a_night_before_change_nothing():
    ledger = update_ledger(Ledger(), [make_signal()], NIGHT)
    assert update_ledger(ledger, [make_signal(), make_signal("b")], NIGHT) is ledger
    assert update_ledger(ledger, [make_signal("c")], NIGHT - timedelta(days=1)) is ledger


def test_a_ledger_is_read_as_it_was_written_is_private_and_refused_if_altered(tmp_path):
    ledger = update_ledger(Ledger(), [make_signal(values={"share": 0.5, "n": 3})], NIGHT)
    write_ledger(ledger, tmp_path)
    assert read_ledger(tmp_path) == ledger
    path = tmp_path / "alerts.json"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text(path.read_text().replace("0.5", "0.7"))
    with pytest.raises(DamageError, match="altered"):
        read_ledger(tmp_path)
