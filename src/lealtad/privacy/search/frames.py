"""The texts of Parquet and Arrow files, column by column, including nested columns."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator


def decode_frame(data: bytes) -> Iterator[tuple[str, pl.Series]]:
    """Yield the texts of each column, by name, and the metadata of the footer.

    Lists, structs and maps are taken apart; checkpoints of Delta's log are made of them.

    Examples
    --------
    >>> file = io.BytesIO()
    >>> pl.DataFrame({"add": [{"stats": "c1"}], "n": [1]}).write_parquet(file)
    >>> [(name, texts.to_list()) for name, texts in decode_frame(file.getvalue())]
    [('add.stats', ['c1'])]
    """
    if data.startswith(b"ARROW1"):
        frame = pl.read_ipc(io.BytesIO(data))
    else:
        frame = pl.read_parquet(io.BytesIO(data))
        yield from _decode_footer(data)
    for column in frame.get_columns():
        yield from take_apart(column.name, column)


def _decode_footer(data: bytes) -> Iterator[tuple[str, pl.Series]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(pa.BufferReader(data)).metadata or {}
    texts = [value.decode(errors="replace") for key, value in metadata.items() if not key.startswith(b"ARROW:")]
    if texts:
        yield "footer", pl.Series(texts, dtype=pl.String)


def take_apart(name: str, values: pl.Series) -> Iterator[tuple[str, pl.Series]]:
    """Yield the texts within a nested column, by a path of names."""
    dtype = values.dtype
    if isinstance(dtype, pl.List | pl.Array):
        yield from take_apart(name, values.explode(empty_as_null=True))
    elif isinstance(dtype, pl.Struct):
        for field in values.struct.fields:
            yield from take_apart(f"{name}.{field}", values.struct.field(field))
    elif dtype == pl.String:
        yield name, values
    elif isinstance(dtype, pl.Categorical | pl.Enum):
        yield name, values.cast(pl.String)
    elif dtype == pl.Binary:
        texts = [value.decode(errors="replace") for value in values.to_list() if value is not None]
        yield name, pl.Series(texts, dtype=pl.String)
