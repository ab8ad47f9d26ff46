"""`[limits]` of `lealtad.toml`: limits on the size of inputs."""

from __future__ import annotations

from pydantic import Field

from lealtad.base.toml_file import Section


class Limits(Section):
    """Limits on the size of inputs; larger ones are refused, and the message names the key.

    Attributes
    ----------
    files
        Files that match the patterns of one section.
    sheet_cells
        Cells of a sheet from the first to the last non-empty one, including empty cells between them.
    row_group_bytes
        Bytes of a decompressed row group of a Parquet file, or of one batch of its rows.
    rows_per_byte
        Rows per byte of a Parquet file with more than a million rows; real data need more than a bit per row.
    id_bytes, text_bytes
        Bytes, in UTF-8, of an id or of any other text; a row with a longer one is rejected.
    request_bytes
        Bytes of a request to `lealtad serve`.
    """

    files: int = Field(default=10_000, gt=0)
    sheet_cells: int = Field(default=40_000_000, gt=0)
    row_group_bytes: int = Field(default=1 << 31, gt=0)
    rows_per_byte: float = Field(default=8, gt=0)
    id_bytes: int = Field(default=256, gt=0)
    text_bytes: int = Field(default=100_000, gt=0)
    request_bytes: int = Field(default=1 << 22, gt=0)


USUAL = Limits()
