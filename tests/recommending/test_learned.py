"""What was learned is read back as it was, holds for four weeks, and knows nothing later."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.lake import Lake
from lealtad.recommending import Protocol, recommend
from lealtad.recommending.judging import judge_tasks
from lealtad.recommending.learned import LEARNED_FILE, learn, read_learned
from lealtad.recommending.purchases import Purchases, count_days
from lealtad.recommending.wording import add_reasons, describe_reason
from tests.recommending.planted import at_day, draw_lines

SMALL = Protocol(dates=2)


@pytest.fixture(scope="module")
def report(out, as_of):
    return recommend(Lake.open(out / "lake"), as_of, SMALL)


@pytest.fixture(scope="module")
def stored(report, tmp_path_factory):
    folder = tmp_path_factory.mktemp("learned")
    (folder / LEARNED_FILE).write_text(report.learned.to_text(), encoding="utf-8")
    return read_learned(folder)


@pytest.mark.slow
def test_what_was_learned_ranks_alike_once_it_was_written_and_read(report, stored, out, as_of):
    again = recommend(Lake.open(out / "lake"), as_of, SMALL, learned=stored)
    assert again.learned is stored
    assert again.offers.rows.equals(report.offers.rows)
    assert stored.judgement.measures.equals(report.judgement.measures)
    assert stored.judgement.calibration.equals(report.judgement.calibration)


def test_it_holds_for_four_weeks_and_never_before_it_was_learned(stored):
    assert stored.is_current(stored.day, SMALL)
    assert stored.is_current(stored.day + 27.9, SMALL)
    assert not stored.is_current(stored.day + 28, SMALL)
    assert not stored.is_current(stored.day - 1, SMALL)
    assert not stored.is_current(stored.day, replace(SMALL, horizon_days=14))


@pytest.mark.slow
def test_an_old_one_is_learned_anew(stored, out, as_of):
    old = replace(stored, day=stored.day - 40)
    assert recommend(Lake.open(out / "lake"), as_of - timedelta(days=1), SMALL, learned=old).learned is not old


@pytest.mark.slow
@pytest.mark.parametrize("days_late", [0, 9])
def test_it_is_judged_as_if_nothing_had_been_learned_since(days_late):
    """Examples that both need are built once; not where they hold what became known after the judged day."""
    shop = Purchases.from_lines(draw_lines(customers=160))
    late = np.arange(len(shop.day)) % 3 == 0
    shop = replace(shop, known=shop.day + np.where(late, days_late, 0))
    categories, day = np.zeros(len(shop.products), dtype=np.int64), count_days(at_day(300))
    judged = learn(shop, categories, day, SMALL).judgement
    alone = judge_tasks(shop, categories, day - SMALL.horizon_days, SMALL)
    assert judged.measures.equals(alone.measures)
    assert judged.calibration.equals(alone.calibration)


def test_without_a_file_or_with_another_text_nothing_was_learned(tmp_path):
    assert read_learned(tmp_path) is None
    (tmp_path / LEARNED_FILE).write_text("{}", encoding="utf-8")
    assert read_learned(tmp_path) is None


@pytest.mark.parametrize("code", ["en", "es"])
def test_equal_reasons_are_worded_once_and_alike(report, code):
    language, rows = Language.from_code(code), report.offers.rows
    expected = [describe_reason(row, language) for row in rows.iter_rows(named=True)]
    assert add_reasons(rows, language)["reason"].to_list() == expected
    assert add_reasons(rows.clear(), language).schema["reason"] == pl.String
