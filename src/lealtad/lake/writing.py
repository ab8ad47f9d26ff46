"""Writing to a lake: one writer at a time, and one commit for all changes of a block."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from lealtad.base.errors import BusyError, LakeError
from lealtad.base.syncing import sync
from lealtad.lake.draft import Draft
from lealtad.lake.manifest import LOCK, NAME
from lealtad.lake.object_store.address import Address
from lealtad.lake.store import Lake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

_MISREAD = set("%[]\\")


@contextmanager
def start_draft(lake: Lake) -> Iterator[Draft]:
    """Change several tables of a lake at once: leaving the block commits all changes, an exception commits none.

    The draft starts from the current lake on disk, not from the one that `lake` opened.

    Raises
    ------
    BusyError
        If another run is writing to the lake.
    StoreError
        If the store at an address ignores conditions, does not answer, or refuses.
    LakeError
        If the manifest cannot be read, or the path contains a character that would be misread.
    """
    _require_plain_path(lake)
    with _hold_store(lake.root) if isinstance(lake.root, Address) else _hold_folder(lake.root):
        if not (lake.root / NAME).is_file():
            # the directory becomes a lake first, so that an interrupted load can be run again
            lake.manifest.write(lake.root)
            if not isinstance(lake.root, Address):
                sync(lake.root.parent)
        draft = Draft(Lake.open(lake.root))
        yield draft
        draft.finish()
        if isinstance(lake.root, Address):
            _tidy_copies(lake.root, draft.lake)


def commit_tables(
    lake: Lake,
    frames: Mapping[str, pl.DataFrame],
    notes: Mapping[str, dict[str, str]] | None = None,
    forget: Iterable[str] = (),
) -> Lake:
    """Replace tables of a lake, all of them or none; unchanged content writes nothing.

    Parameters
    ----------
    frames
        By table name; a frame with `customer_id` is stored by bucket, sorted by customer and `known_at`.
    notes
        By table name, notes on how the table was made.
    forget
        Tables to drop from the lake; their files stay for readers of an older state.

    Returns
    -------
    The lake after the commit.

    Raises
    ------
    BusyError
        If another run is writing to the lake.
    LakeError
        If a frame does not fit its table, or the lake's files cannot be read or written.

    Examples
    --------
    >>> import tempfile
    >>> import polars as pl
    >>> empty = Lake.open_or_new(tempfile.mkdtemp(), facts=1)
    >>> lake = commit_tables(empty, {"customers": pl.DataFrame({"customer_id": ["c"]})})
    >>> lake.number, lake.read("customers")["customer_id"].to_list()
    (1, ['c'])
    """
    with start_draft(lake) as draft:
        for name in forget:
            draft.forget(name)
        for name, frame in frames.items():
            draft.replace(name, frame, notes=(notes or {}).get(name, {}))
    return draft.lake


@contextmanager
def _hold_folder(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(root / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise BusyError(path=root, what="lake", fix="Wait until it ends, then try again.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _hold_store(root: Address) -> Iterator[None]:
    from lealtad.lake.object_store.abilities import require_conditions
    from lealtad.lake.object_store.lease import hold_lease

    require_conditions(root)
    with hold_lease(root / LOCK, root / NAME):
        yield


def _tidy_copies(root: Address, lake: Lake) -> None:
    """Delete local copies of files that the lake no longer has, so that no copy holds an erased customer."""
    from lealtad.lake.object_store.chunks import drop_copies

    drop_copies(root, lake.manifest.list_paths())


def _require_plain_path(lake: Lake) -> None:
    """Refuse a path that the writer of Delta tables would misread as another one."""
    misread = sorted(_MISREAD & set(str(lake.root.resolve())))
    if misread:
        raise LakeError(
            path=lake.root,
            expected=f"a path without {' '.join(sorted(_MISREAD))}",
            found=f"one with {' '.join(misread)}",
            fix="Name another directory with --out; nothing was written.",
        )
