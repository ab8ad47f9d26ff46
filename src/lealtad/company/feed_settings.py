"""`[feeds]` of `lealtad.toml`: which feeds are judged, and which of them withhold scores when they fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import field_validator, model_validator

from lealtad.base.errors import suggest_name
from lealtad.base.toml_file import Section
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

# assignments are not a feed, because lists write them
FED = tuple(table.name for table in TABLES if table.event_time and table.name != "interventions")


class FeedSettings(Section):
    """What to do about a feed that is late or thin.

    Attributes
    ----------
    abstain
        Tables. While one of them is late or thin, customers whose features depend on it get no score. The list is
        built from the others, and `abstentions.csv` states why.
    ignore
        Tables that no longer receive data, or only irregularly; they are not judged.
    """

    abstain: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @field_validator("abstain", "ignore")
    @classmethod
    def _check_tables(cls, names: Sequence[str]) -> Sequence[str]:
        for name in names:
            if name not in FED:
                raise ValueError(f"expected a table of facts, found '{name}'. {suggest_name(name, FED)}")
        return names

    @model_validator(mode="after")
    def _check_overlap(self) -> Self:
        both = sorted(set(self.abstain) & set(self.ignore))
        if both:
            raise ValueError(f"expected '{both[0]}' in abstain or in ignore, found it in both")
        return self
