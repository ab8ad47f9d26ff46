"""Removing the rows that name a customer from workbooks: the rows are blanked, and their texts deleted."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.privacy.search.needles import Needles

_SHARED = "xl/sharedStrings.xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(r"<row\b[^>]*?(?:/>|>.*?</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_STRING = re.compile(r"<si\b[^>]*?(?:/>|>.*?</si>)", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_LINK = re.compile(r"<hyperlink\b[^>]*/>")
_RELATION = re.compile(r"<Relationship\b[^>]*/>")


def clean_workbook(
    data: bytes, needles: Needles, is_quote: Callable[[str], bool] = lambda _: False
) -> tuple[bytes, int]:
    """Return a workbook with blanked rows where they name or quote a customer, and the number of these rows.

    Other rows keep their positions, so that references to them stay valid.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    strings = _STRING.findall(members.get(_SHARED, b"").decode())
    texts = [_read(each) for each in strings]
    ids = {number for number, text in enumerate(texts) if needles.contains(text, "id")}
    quotes = {number for number, text in enumerate(texts) if is_quote(text)}
    removed, used = 0, set[int]()
    for name in filter(_SHEET.fullmatch, list(members)):
        content = members[name].decode()
        doomed = ids | quotes if _holds_quotations(content, texts) else ids
        sheet, count = _clean_sheet(content, doomed, needles, used)
        removed += count
        sheet = _clean_links(members, name, sheet, needles)
        members[name] = sheet.encode()
    if removed:
        others = iter(range(len(strings)))
        members[_SHARED] = _STRING.sub(
            lambda part: part[0] if next(others) in used else "<si><t/></si>",
            members.get(_SHARED, b"").decode(),
        ).encode()
    return _pack(members), removed


def _holds_quotations(sheet: str, texts: list[str]) -> bool:
    """Return whether a sheet lists quotations of customers without their ids."""
    first = _ROW.search(sheet)
    cells = _CELL.findall(first[0]) if first else []
    header = {texts[int(_TAG.sub("", content))] for attributes, content in cells if 't="s"' in attributes}
    return "text" in header and "customer_id" not in header


def _clean_sheet(sheet: str, doomed: set[int], needles: Needles, used: set[int]) -> tuple[str, int]:
    """Return a sheet without rows that contain a text to remove; note the shared texts that other rows use."""
    removed = 0

    def clean(row: re.Match[str]) -> str:
        nonlocal removed
        texts = set()
        for attributes, content in _CELL.findall(row[0]):
            if 't="s"' in attributes:
                texts.add(int(_TAG.sub("", content)))
            elif needles.contains(_read(content), "id"):
                removed += 1
                return ""
        if texts & doomed:
            removed += 1
            return ""
        used.update(texts)
        return row[0]

    return _ROW.sub(clean, sheet), removed


def _clean_links(members: dict[str, bytes], name: str, sheet: str, needles: Needles) -> str:
    """Return a sheet without links to a customer; their addresses are removed from the relations file."""
    folder, _, file = name.rpartition("/")
    beside = f"{folder}/_rels/{file}.rels"
    relations = members.get(beside, b"").decode()
    doomed = [each for each in _RELATION.findall(relations) if needles.contains(unescape(each))]
    for each in doomed:
        relations = relations.replace(each, "")
        number = re.search(r'\bId="([^"]+)"', each)
        links = [link for link in _LINK.findall(sheet) if number and f'r:id="{number[1]}"' in link]
        for link in links:
            sheet = sheet.replace(link, "")
    if doomed:
        members[beside] = relations.encode()
    return re.sub(r"<hyperlinks>\s*</hyperlinks>", "", sheet)


def _read(xml: str) -> str:
    return unescape(_TAG.sub("", xml))


def _pack(members: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()
