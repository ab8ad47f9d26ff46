"""Offers in words: one day is one, and an offer that is not due yet names when it is."""

import pytest

from lealtad.base.language import Language
from lealtad.recommending.guards import AGAIN
from lealtad.recommending.wording import describe_reason

OFFER = {"task": AGAIN, "times": 4, "days_since": 9.6, "interval_days": 27.2, "timing": "early"}


@pytest.mark.parametrize(
    ("code", "changes", "sentence"),
    [
        ("en", {}, "Bought 4 times, every 27 days; last 10 days ago: due in about 17 days."),
        ("es", {}, "Comprado 4 veces, cada 27 días; la última hace 10 días: le toca dentro de 17 días."),
        (
            "en",
            {"days_since": 1.0, "interval_days": 1.2, "timing": "due"},
            "every 1 day; last 1 day ago: due now.",
        ),
        ("es", {"days_since": 26.4, "interval_days": 27.0}, "hace 26 días: le toca dentro de 1 día."),
        ("en", {"times": 1, "interval_days": None, "days_since": 1.0}, "Bought once, 1 day ago."),
    ],
)
def test_when_a_product_is_due(code, changes, sentence):
    assert sentence in describe_reason(OFFER | changes, Language.from_code(code))
