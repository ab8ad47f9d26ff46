"""A JSON document: a list of objects, or an object with such a list, like a page of an API."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import DataError
from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.files.json_rows import frame_rows
from lealtad.sources.files.nested import DECODER, flatten_object
from lealtad.sources.files.text_encoding import Utf8
from lealtad.sources.files.unpacking import open_unpacked
from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

_BUFFER = 1 << 20
# keys around the list on an API's page
_AROUND_A_LIST = frozenset(
    [
        "count",
        "next",
        "next_page",
        "previous",
        "previous_page",
        "has_more",
        "object",
        "page",
        "pages",
        "per_page",
        "total",
        "total_count",
        "meta",
        "links",
        "paging",
        "end_of_stream",
        "end_time",
        "after_cursor",
        "before_cursor",
        "after_url",
        "before_url",
        "url",
        "type",
        "offset",
        "limit",
    ]
)
_MOST = 1 << 30  # characters; a document is read as a whole


def read_json_document(path: Path, encoding: str | None, records: str | None) -> Iterator[pl.DataFrame]:
    """Read the objects of one list in a document, in batches and in order.

    Parameters
    ----------
    records
        Dotted name of the list, such as "data.tickets"; None if the document is a list, or has only one.

    Raises
    ------
    Unreadable
        If it is not JSON, too large to be read as a whole, or has several lists and none is named.
    """
    document = _read_document(path, encoding)
    lists = _find_lists(document)
    if records is None and len(lists) == 1:
        records = next(iter(lists))
    if records is None or records not in lists:
        raise Unreadable(
            expected="one list of objects" if records is None else f"a list of objects '{records}'",
            found=f"lists {', '.join(map(repr, lists))}" if lists else "none",
            fix=f'State which one: records = "{next(iter(lists))}".'
            if lists
            else "Export it as JSON lines or CSV.",
        )
    yield from frame_rows(
        flatten_object(record) if isinstance(record, dict) else {SOURCE_TEXT: str(record)}
        for record in lists[records]
    )


def find_lists(path: Path, encoding: str | None = None) -> list[str]:
    """Return the dotted names of the lists of objects in a document; empty for a document that is a list.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        return list(_find_lists(_read_document(path, encoding)))
    except (Unreadable, OSError, EOFError, ValueError) as error:
        reason = error.found if isinstance(error, Unreadable) else str(error)
        raise DataError(
            table="file", expected="a JSON document", found=f"{path.name}: {reason}", fix="Export it again."
        ) from None


def _read_document(path: Path, encoding: str | None) -> Any:
    with open_unpacked(path) as raw:
        text = io.TextIOWrapper(io.BufferedReader(Utf8(raw, encoding), _BUFFER), encoding="utf-8").read(_MOST + 1)
    if len(text) > _MOST:
        raise Unreadable(
            expected=f"a document of at most {_MOST:,} characters", found="more", fix="Export it as JSON lines."
        )
    if not text.strip():
        raise Unreadable(expected="a JSON document", found="an empty file", fix="Export it again.")
    try:
        return _decode_values(text.strip())
    except (ValueError, RecursionError) as error:
        raise Unreadable(expected="a JSON document", found=str(error), fix="Export it again.") from None


def _decode_values(text: str) -> Any:
    """Decode one value, or several consecutive ones such as lines or pages, as a list."""
    value, end = DECODER.raw_decode(text)
    if not text[end:].strip():
        return value
    values = [value]
    while rest := text[end:].lstrip():
        end = len(text) - len(rest)
        value, end = DECODER.raw_decode(text, end)
        values.append(value)
    return values


def _find_lists(document: Any) -> dict[str, list[Any]]:
    """Return the lists of objects by their dotted names; lists of several pages are concatenated."""
    if isinstance(document, list):
        pages = [_find_lists(page) for page in document if isinstance(page, dict)]
        alike = [page for page in pages if len(page) == 1 and page.keys() == pages[0].keys()]
        of_pages = pages and len(alike) == len(document) and _is_page(document[0], next(iter(pages[0])))
        if of_pages:
            name = next(iter(pages[0]))
            return {name: [record for page in pages for record in page[name]]}
        return {"": document} if any(isinstance(record, dict) for record in document) else {}
    return dict(_name_lists(document, "")) if isinstance(document, dict) else {}


def _name_lists(document: dict[str, Any], within: str, depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    for name, value in document.items():
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield within + name, value
        elif isinstance(value, dict) and depth < 1:  # {"data": {"tickets": […]}}
            yield from _name_lists(value, f"{within}{name}.", depth + 1)


def _is_page(document: dict[str, Any], name: str) -> bool:
    """Whether an object is a page of an API: it has only a list, counts and links."""
    return all(key in _AROUND_A_LIST for key in document if key != name.partition(".")[0])
