"""Writing every file of a list from one frame with the team's columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.spreadsheet import write_csv
from lealtad.worklist.columns import (
    ABSTENTIONS,
    REFERRALS,
    RESOLVED,
    TRANSLATED_REASONS,
    define_columns,
    select_team_columns,
)
from lealtad.worklist.owners_page import write_owners_page
from lealtad.worklist.spreadsheet import write_spreadsheet
from lealtad.worklist.wording import translate_codes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from lealtad.base.language import Language

_ABSENCES = {"customer_id": pl.String(), "why": pl.String()}
_REASONS = dict.fromkeys(TRANSLATED_REASONS, pl.String())


@dataclass(frozen=True)
class WorklistFiles:
    """The paths of a list's files."""

    csv: Path
    parquet: Path
    xlsx: Path
    html: Path
    referrals: Path
    resolved: Path
    abstentions: Path
    absences: Path
    reasons: Path

    @classmethod
    def into(cls, folder: Path) -> WorklistFiles:
        """Return the paths of the files in a folder."""
        return cls(
            folder / "worklist.csv",
            folder / "worklist.parquet",
            folder / "worklist.xlsx",
            folder / "worklist.html",
            folder / "referrals.csv",
            folder / "resolved.csv",
            folder / "abstentions.csv",
            folder / "absences.parquet",
            folder / "reasons.parquet",
        )

    @property
    def paths(self) -> tuple[Path, ...]:
        """All paths, in the order of the fields."""
        beside = (self.referrals, self.resolved, self.abstentions, self.absences, self.reasons)
        return self.csv, self.parquet, self.xlsx, self.html, *beside


@dataclass(frozen=True)
class WorklistTables:
    """The tables of a night for the team, with codes; rows of the holdout never reach a file.

    Attributes
    ----------
    as_of
        The as-of moment of the tables.
    team
        One row per listed customer, in the order of contact; the columns of `columns.TEAM` that exist.
    referrals
        Safe promoters to ask for a referral, those who answered first; columns of `columns.REFERRALS`.
    resolved
        Customers of the last list who are no longer on this one, with the codes `change` and `why`; columns of
        `columns.RESOLVED`. Below the cut, left out by the draw and held out are one answer.
    abstentions
        Customers without a score, with `missing`, a code of what is missing.
    absences
        `customer_id, why` of every active customer who is not on the list, as `explain_absences` returns them.
    reasons
        The reasons in every language; columns of `columns.TRANSLATED_REASONS`.
    """

    as_of: datetime
    team: pl.DataFrame
    referrals: pl.DataFrame
    resolved: pl.DataFrame
    abstentions: pl.DataFrame
    absences: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_ABSENCES))
    reasons: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_REASONS))


def write_files(  # noqa: PLR0913 - what the files tell of
    lists: WorklistTables,
    files: WorklistFiles,
    language: Language,
    *,
    days: int,
    actions: Mapping[str, str] | None = None,
    link: str | None = None,
) -> None:
    """Write the list for people (CSV, spreadsheet, page) and for programs (Parquet), and the other lists.

    Parquet keeps the codes, so that programs read the same in either language; the other files hold words. Text
    that a spreadsheet would run as a formula is escaped.

    Parameters
    ----------
    days
        The horizon of the churn model.
    actions
        By name of an action, its texts in the language of the files.
    link
        Address of a customer in the CRM, with `{customer_id}`; None for no links.
    """
    team, named = select_team_columns(lists.team), actions or {}
    translated = translate_codes(team, language, named)
    definitions = define_columns(language, days=days, currency=language.currency)
    team.write_parquet(files.parquet)
    write_csv(translated, files.csv)
    write_spreadsheet(translated, definitions, files.xlsx, language, lists.as_of)
    write_owners_page(files.html, team, language, as_of=lists.as_of, actions=named, days=days, link=link)
    lists.absences.write_parquet(files.absences)
    lists.reasons.write_parquet(files.reasons)
    write_csv(translate_codes(select_team_columns(lists.referrals, REFERRALS), language, named), files.referrals)
    write_csv(
        translate_codes(select_team_columns(lists.resolved, RESOLVED), language, named),
        files.resolved,
    )
    write_csv(
        translate_codes(select_team_columns(lists.abstentions, ABSTENTIONS), language, named), files.abstentions
    )
