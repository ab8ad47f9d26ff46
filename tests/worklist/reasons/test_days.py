"""Days, times and rarity as people say them."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.worklist.reasons.amount import format_time
from lealtad.worklist.reasons.days import format_day, name_day, name_month
from lealtad.worklist.reasons.rarity import Rarity

NOW = datetime(2026, 1, 1, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("days", "english", "spanish"),
    [
        (0, "today", "hoy"),
        (1, "yesterday", "ayer"),
        (-1, "tomorrow", "mañana"),
        (3, "on Monday", "el lunes"),
        (-4, "on Monday", "el lunes"),
        (29, "on December 3", "el 3 de diciembre"),
        (400, "on November 27, 2024", "el 27 de noviembre de 2024"),
    ],
)
def test_a_day_is_named_as_people_name_it(days, english, spanish):
    moment = NOW - timedelta(days=days)
    assert format_day(moment, NOW, Language.from_code("en")) == english
    assert format_day(moment, NOW, Language.from_code("es")) == spanish


def test_a_day_is_that_of_the_companys_zone():
    late_on_sunday = datetime(2025, 12, 28, 23, 45, tzinfo=UTC)
    assert format_day(late_on_sunday, NOW, Language.from_code("en"), "Europe/Madrid") == "on Monday"
    assert format_day(late_on_sunday, NOW, Language.from_code("en")) == "on Sunday"


def test_a_day_after_a_preposition_and_a_month():
    spanish = Language.from_code("es")
    assert name_day(NOW - timedelta(days=3), NOW, spanish) == "el lunes"
    assert name_month(datetime(2025, 10, 2, tzinfo=UTC), NOW, spanish) == "octubre"
    assert name_month(datetime(2024, 10, 2, tzinfo=UTC), NOW, spanish) == "octubre de 2024"


@pytest.mark.parametrize(
    ("days", "expected"),
    [(1 / 24, "1 h"), (1.9, "45.6 h"), (30.4, "30 days"), (237, "8 months"), (712, "23 months")],
)
def test_a_time_has_the_unit_that_people_would_use(days, expected):
    assert format_time(days, Language.from_code("en")) == expected.replace("45.6 h", "46 h")


def test_only_what_is_rare_is_said_by_rarity():
    rarity = Rarity(lambda _column: pl.Series([0.0] * 97 + [1.0, 2.0, None]))
    assert rarity.compute_share("reopened_tickets_91d", 1.0, 1) == 0.02
    assert rarity.compute_share("reopened_tickets_91d", 0.0, 1) is None
    assert rarity.compute_share("days_since_cancel_request", 5.0, 1) is None
