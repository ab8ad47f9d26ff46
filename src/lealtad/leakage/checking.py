"""The leak check of a lake: recompute, compare, rank, judge."""

from __future__ import annotations

CUSTOMERS = 400
_ECHO_DATES = 10
