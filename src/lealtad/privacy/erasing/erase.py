"""An erasure, step by step: desk and lists first, then the lake in one commit, then a search for traces."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import SettingsError, SinkError
from lealtad.base.language import format_count
from lealtad.desk import run as desk
from lealtad.lake import Lake
from lealtad.lake.erasing.customers import erase_customers
from lealtad.lake.erasing.suppression import KEY_FILE, hash_id, make_key
from lealtad.lake.erasing.vacuum import vacuum
from lealtad.lake.object_store.address import is_address
from lealtad.lake.object_store.place import forget_copies, has_versions, locate_lake
from lealtad.lake.object_store.working_folder import send_note
from lealtad.privacy.erasing.marks import Marks, gather_marks
from lealtad.privacy.erasing.models import find_store, list_models, seal_store
from lealtad.privacy.erasing.places import list_cleaned_files, list_unsearched
from lealtad.privacy.erasing.receipt import write_receipt
from lealtad.privacy.files import clean_file
from lealtad.privacy.search import search_desk, search_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from lealtad.company.settings import Settings
    from lealtad.privacy.erasing.pending import Erasure
    from lealtad.privacy.search import Trace

_LISTED = 10  # places that a message names

_KEEPS_VERSIONS = "the bucket keeps versions of what is deleted: its rule for old versions has to remove them"


def erase(
    out: Path, erasure: Erasure, company: Settings, tracking_uri: str, say: Callable[[str], None] = lambda _: None
) -> Path:
    """Erase customers from everything that a run keeps: desk, CRM, files and lake.

    The erasure is noted first. If it is interrupted, `erase` with the same note completes it. Lists and desk lose
    the customers before the lake does, so that no half-erased customer is listed.

    Parameters
    ----------
    out
        The run directory.
    erasure
        The ids of the customers, and why they are erased.
    company
        Settings of the company; they name its CRM, if it has one.
    tracking_uri
        Address of the MLflow store.
    say
        Receives progress lines; none of them names a customer.

    Returns
    -------
    The path of the receipt.

    Raises
    ------
    SinkError
        If the CRM's database does not answer. Everything else is already erased, and the erasure stays noted.
    SettingsError
        If the final search still finds one of the customers.
    """
    began = time.perf_counter()
    erasure.begin(out)
    key = make_key(out)
    send_note(out / KEY_FILE)
    marks = gather_marks(Lake.open(out / "lake"), erasure.ids)
    facts: dict[str, Any] = {"asked_at": erasure.at, "because": erasure.because, "persons": erasure.persons}
    facts |= {"ids": len(erasure.ids)}
    facts["desk"] = desk.erase_customers(out, erasure.ids, marks) if desk.has_desk(out) else {}
    facts["crm"], refusal = _erase_from_crm(company, erasure)
    facts["files"] = _clean_files(out, marks, tracking_uri)
    say(f"desk {sum(facts['desk'].values()):,} rows, CRM {facts['crm']:,} rows, {len(facts['files']):,} files")
    hashes = [hash_id(key, each) for each in erasure.ids]
    facts["lake"] = _erase_from_lake(out, erasure, marks, hashes)
    say(f"lake {sum(facts['lake']['rows'].values()):,} rows in {facts['lake']['buckets']:,} buckets of tables")
    # jobs may have written in between; the search shows whether anything is left
    facts["models"] = list_models(tracking_uri)
    traces = [
        *search_folder(out, marks.needles, list_unsearched(out)),
        *_search_store(out, marks),
        *search_desk(out, marks.needles),
    ]
    if traces:
        _refuse(out, traces)
    facts["traces"] = 0
    facts["keeps_versions"] = keeps_versions = has_versions(out / "lake")
    if keeps_versions:
        say(_KEEPS_VERSIONS)
    if refusal is not None:
        raise refusal
    facts |= {"ended_at": datetime.now(UTC).isoformat(), "seconds": round(time.perf_counter() - began, 2)}
    path = write_receipt(out, erasure.number, facts)
    erasure.end(out)
    return path


def _erase_from_crm(company: Settings, erasure: Erasure) -> tuple[int, SinkError | None]:
    """Remove the customers from the CRM's table; return its error, which does not stop the erasure."""
    sink = company.worklist.sink
    if sink is None:
        return 0, None
    from lealtad.worklist.sink import erase_from_sink  # with the models that lists rest on

    try:
        return erase_from_sink(erasure.ids, sink.url, sink.table), None
    except SinkError as refusal:
        return 0, refusal


def _clean_files(out: Path, marks: Marks, tracking_uri: str) -> list[dict[str, Any]]:
    """Remove the customers from every file of a run except the lake and the desk's database."""
    changes = []
    store = find_store(tracking_uri)
    files = list(list_cleaned_files(out))
    if store is not None and out.absolute() not in store.parents:
        files.append(store)
    for path in files:
        if not path.is_file():  # already removed with another file, such as a journal with its database
            continue
        folder = out if out in path.parents else path.parent
        change = clean_file(path, folder, marks.needles, marks.is_quote)
        if change is not None:
            name = marks.needles.blank(path.relative_to(folder).as_posix(), "…")
            changes.append({"path": name, "how": change.how, "count": change.number})
            if store is not None and path.absolute() == store:
                seal_store(store)
    return changes


def _erase_from_lake(out: Path, erasure: Erasure, marks: Marks, hashes: list[str]) -> dict[str, Any]:
    root, moment = out / "lake", datetime.fromisoformat(erasure.at)
    began = time.perf_counter()

    def blank(texts: pl.Series) -> pl.Series:
        return texts.map_elements(marks.blank, return_dtype=texts.dtype)

    outcome = erase_customers(
        root, erasure.ids, match=marks.needles.match, blank=blank, hashes=hashes, moment=moment
    )
    rewritten = time.perf_counter()
    why = f"erasure {erasure.number}"
    removed = vacuum(root, datetime.now(UTC), why, keep=Lake.open(root).number)
    forget_copies(root)
    return {
        "rows": {name: rows for name, rows in outcome.rows.items() if rows},
        "mentions": outcome.mentions,
        "buckets": outcome.buckets,
        "versions": {name: list(pair) for name, pair in outcome.versions.items()},
        "seconds": round(rewritten - began, 2),
        "vacuum": {**asdict(removed), "seconds": round(time.perf_counter() - rewritten, 2)},
    }


def _search_store(out: Path, marks: Marks) -> list[Trace]:
    """Search every object of a lake at an address, which is outside the run directory."""
    root = locate_lake(out / "lake")
    return search_folder(root, marks.needles) if is_address(root) else []


def _refuse(out: Path, traces: list[Trace]) -> None:
    places = Counter(f"{_name_folder(trace.path, out)} ({trace.place})" for trace in traces)
    shown = ", ".join(place for place, _ in places.most_common(_LISTED))
    raise SettingsError(
        place="erase",
        expected="no trace of the customers in any file of the run",
        found=f"{format_count(len(traces), 'trace')}: {shown}",
        fix="End what still writes there, then run the same command again; it completes the erasure.",
    )


def _name_folder(path: Path, out: Path) -> str:
    return str(path.parent) if is_address(path) else path.relative_to(out).parent.as_posix()
