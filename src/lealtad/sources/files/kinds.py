"""The kind of a file by its extension."""

from __future__ import annotations

from lealtad.base.errors import suggest_name
from lealtad.sources.files.unreadable import Unreadable

PACKED = (".gz", ".zip")
_KINDS = {
    ".csv": "delimited",
    ".parquet": "parquet",
    ".tsv": "delimited",
    ".txt": "delimited",
    ".jsonl": "json lines",
    ".ndjson": "json lines",
    ".json": "json document",
    ".xes": "event log",
    ".prn": "delimited",
    ".xlsx": "excel",
    ".xls": "excel",
    ".xlsb": "excel",
    ".ods": "excel",
}
ENDINGS = tuple(_KINDS)


def strip_packing(name: str) -> str:
    """Return the name without the extension of its compression.

    Examples
    --------
    >>> strip_packing("orders.csv.gz"), strip_packing("orders.csv")
    ('orders.csv', 'orders.csv')
    """
    return next((name[: -len(ending)] for ending in PACKED if name.lower().endswith(ending)), name)


def find_kind(name: str) -> str:
    """Return the kind of an uncompressed file.

    Raises
    ------
    Unreadable
        If no kind has that extension.

    Examples
    --------
    >>> find_kind("Clientes.XLSX")
    'excel'
    """
    kind = next((kind for ending, kind in _KINDS.items() if name.lower().endswith(ending)), None)
    if kind is None:
        raise Unreadable(
            expected=f"a file that ends in {', '.join(ENDINGS)}, and then perhaps {' or '.join(PACKED)}",
            found=f"'{name}'",
            fix=suggest_name("." + name.rsplit(".", 1)[-1], ENDINGS),
        )
    return kind
