"""What became of the rows of a load."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from lealtad.lake import Lake


_MOST = 0.5


@dataclass(frozen=True)
class RowCounts:
    """Rows of one table: `rows_in = valid + rejected`, and `valid = added + corrected + repeated`, always.

    Attributes
    ----------
    added
        Rows with a new key.
    corrected
        Rows that became a new version of their key.
    repeated
        Rows that repeat what the lake or the load already holds.
    corrected_now
        Corrected rows that count as known only from this load on, because they have no `recorded_at`.
    """

    rows_in: int = 0
    rejected: int = 0
    added: int = 0
    corrected: int = 0
    repeated: int = 0
    corrected_now: int = 0

    @property
    def valid(self) -> int:
        """Rows that keep the contract."""
        return self.rows_in - self.rejected

    def __add__(self, other: RowCounts) -> RowCounts:
        """Return the counts of both together.

        Examples
        --------
        >>> (RowCounts(rows_in=3, rejected=1) + RowCounts(added=2)).valid
        2
        """
        return RowCounts(
            self.rows_in + other.rows_in,
            self.rejected + other.rejected,
            self.added + other.added,
            self.corrected + other.corrected,
            self.repeated + other.repeated,
            self.corrected_now + other.corrected_now,
        )

    def to_plain(self) -> dict[str, int]:
        """Return the counts by name, including derived ones."""
        return {"valid": self.valid} | asdict(self)

    def sentence(self) -> str:
        """Account for every row in words.

        Examples
        --------
        >>> RowCounts(rows_in=3, rejected=1, added=2).sentence()
        '3 rows in = 2 valid + 1 rejected; of the valid 2 added, 0 corrected, 0 repeated'
        """
        return (
            f"{self.rows_in:,} rows in = {self.valid:,} valid + {self.rejected:,} rejected; of the valid "
            f"{self.added:,} added, {self.corrected:,} corrected, {self.repeated:,} repeated"
        )

    def remark(self) -> str:
        """State that past dates are unchanged, if the load corrected most of its rows; else return nothing.

        Examples
        --------
        >>> RowCounts(rows_in=9, corrected=9, corrected_now=9).remark().partition(":")[0]
        'most rows are corrections that are known only from this load on, and the past stays as it was'
        >>> RowCounts(rows_in=9, added=5, corrected=4, corrected_now=4).remark()
        ''
        """
        if self.corrected_now <= self.valid * _MOST:
            return ""
        return (
            "most rows are corrections that are known only from this load on, and the past stays as it was: if "
            "the mapping was fixed, load into a new --out, or with --loaded-at before the first row, such as "
            "1990-01-01"
        )


@dataclass(frozen=True)
class LoadResult:
    """The result of a load.

    Attributes
    ----------
    lake
        The lake after it.
    counts
        Row counts by table of the source.
    rejected
        Every row that was rejected, with its origin, position and reasons.
    unchanged
        By table, the files that were skipped because the lake has loaded them already.
    left_out
        By table, the columns of the source that no column or key uses.
    """

    lake: Lake
    counts: Mapping[str, RowCounts]
    rejected: pl.DataFrame
    unchanged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
