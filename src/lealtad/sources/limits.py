"""`[limits]` of `lealtad.toml`: how large what comes in may be, before it is refused with one message."""

from __future__ import annotations

from pydantic import Field

from lealtad.base.toml_file import Section


class Limits(Section):
    """How large what comes in may be; more is refused, and the message names the key.

    Attributes
    ----------
    files
        Files that the patterns of one section choose.
    sheet_cells
        Cells of a sheet, from the first to the last one that holds anything, empty ones between them included.
    row_group_bytes
        Bytes that a row group of a Parquet file unpacks to, or that one batch of its rows takes.
    rows_per_byte
        Rows per byte of a Parquet file with more than a million rows. No row of a company takes less than a bit.
    id_bytes, text_bytes
        Bytes, in UTF-8, of an id or of any other text; a row with a longer one is rejected.
    request_bytes
        Bytes of a request that `lealtad serve` reads.
    """

    files: int = Field(default=10_000, gt=0)
    sheet_cells: int = Field(default=40_000_000, gt=0)
    row_group_bytes: int = Field(default=1 << 31, gt=0)
    rows_per_byte: float = Field(default=8, gt=0)
    id_bytes: int = Field(default=256, gt=0)
    text_bytes: int = Field(default=100_000, gt=0)
    request_bytes: int = Field(default=1 << 22, gt=0)


USUAL = Limits()
