"""`[keep]` of `lealtad.toml`: the retention of past states of the lake, and of rows of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from lealtad.base.errors import suggest_name
from lealtad.base.toml_file import Section
from lealtad.lake.erasing.thinning import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping


class KeepSettings(Section):
    """The retention periods of the lake; each night removes older data.

    Attributes
    ----------
    commits
        Days for which past commits can be opened; None keeps all.
    tables
        By table, the days for which its rows are kept, counted back from the end of the data. Other tables keep
        all rows. Keep facts as long as training dates and their windows reach back.
    """

    commits: float | None = Field(default=None, ge=0)
    tables: dict[str, float] = Field(default_factory=dict)

    @field_validator("tables")
    @classmethod
    def _check_tables(cls, days: Mapping[str, float]) -> Mapping[str, float]:
        for name, number in days.items():
            if name not in CLOCKS:
                raise ValueError(f"expected a table with a clock, found '{name}'. {suggest_name(name, CLOCKS)}")
            if number <= 0:
                raise ValueError(f"expected more than 0 days for '{name}', found {number:g}")
        return days
