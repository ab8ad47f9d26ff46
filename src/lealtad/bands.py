"""Probabilities in words: the bands that lists, pages and the served model share."""

from __future__ import annotations

# by name, the least probability of the band, highest first
BANDS = {"very high": 0.5, "high": 0.25, "medium": 0.1, "low": 0.0}
