"""The location of a lake: its folder, or the address that a note in the folder names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.base.errors import DamageError, SettingsError
from lealtad.base.private_files import make_private_folder, write_private
from lealtad.base.seal import open_seal, seal
from lealtad.lake.object_store.address import Address, Site, is_address, make_address
from lealtad.sources.secret import fill_references, is_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTE = "address.json"
_CACHE = "chunks"
_SECRET = ("secret", "password", "token", "account_key", "access_key", "sas")


def locate_lake(place: Path | str, options: Mapping[str, str] | None = None) -> Path:
    """Return the folder or the address of a lake.

    Parameters
    ----------
    place
        A folder, an address such as `s3://acme/lake`, or the folder of a run that notes an address.
    options
        Options of the store, as in `Site`; None takes the known options of the address, else those of the
        environment.

    Raises
    ------
    DamageError
        If the note in the folder was altered.

    Examples
    --------
    >>> str(locate_lake("reports/demo/lake")), str(locate_lake("s3://acme/lake"))
    ('reports/demo/lake', 's3://acme/lake')
    """
    if is_address(place):
        return make_address(place, None if options is None else Site(tuple(sorted(options.items()))))
    folder = Path(place)
    note = folder / NOTE
    if not note.is_file():
        return folder
    try:
        noted = open_seal(note.read_text(encoding="utf-8"))
        site = Site(tuple(sorted(noted["options"].items())), str((folder / _CACHE).absolute()))
        return make_address(fill_references("[lake] address", noted["address"]), site)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamageError(
            path=note,
            expected="the address of a lake, as lealtad ingest noted it",
            found=f"something else ({error})",
            fix="Delete it, and run lealtad ingest with the settings that name the address.",
        ) from None


def has_lake(place: Path | str) -> bool:
    """Return whether there is a lake at a location; see `locate_lake`.

    Parameters
    ----------
    place
        A folder, an address such as `s3://acme/lake`, or the folder of a run that notes an address.

    Examples
    --------
    >>> import tempfile
    >>> from lealtad.lake import Lake, commit_tables
    >>> folder = Path(tempfile.mkdtemp())
    >>> has_lake(folder)
    False
    >>> _ = commit_tables(Lake.open_or_new(folder, facts=1), {})
    >>> has_lake(folder)
    True
    """
    return (locate_lake(place) / "lake.json").is_file()


def has_versions(place: Path | str) -> bool:
    """Return whether a lake is in a bucket that keeps versions of deleted objects."""
    root = locate_lake(place)
    if not isinstance(root, Address):
        return False
    from lealtad.lake.object_store.abilities import keeps_versions

    return keeps_versions(root)


def forget_copies(place: Path | str) -> None:
    """Delete all local copies of a lake at an address; they are fetched again when needed."""
    root = locate_lake(place)
    if isinstance(root, Address):
        from lealtad.lake.object_store.chunks import drop_copies

        drop_copies(root, [])


def note_address(folder: Path, address: str, options: Mapping[str, str]) -> None:
    """Note in the folder of a run the address of its lake, so that jobs find it.

    Raises
    ------
    SettingsError
        If the folder holds a lake or notes another address; nothing is moved automatically.
    """
    check_options(options)
    note = folder / NOTE
    text = seal({"address": address, "options": dict(options)})
    if note.is_file():
        there, asked = locate_lake(folder), locate_lake(fill_references("[lake] address", address))
        if there != asked:
            raise SettingsError(
                place="[lake] address",
                expected=f"{there}, the address of this run's lake",
                found=address,
                fix=f"Copy the lake there and delete {note}, or name another directory with --out.",
            )
    elif (folder / "lake.json").is_file():
        raise SettingsError(
            place="[lake] address",
            expected="a run whose lake is not in a folder already",
            found=f"a lake in {folder}",
            fix="Name another directory with --out, and load the sources there.",
        )
    make_private_folder(folder)
    if not note.is_file() or note.read_text(encoding="utf-8") != text:
        write_private(note, text)


def check_options(options: Mapping[str, str]) -> None:
    """Refuse a secret in plain text.

    Raises
    ------
    SettingsError
        If an option that looks like a secret is not a `${NAME}` reference; the error does not repeat it.

    Examples
    --------
    >>> check_options({"endpoint": "http://store:9000", "secret_access_key": "${STORE_SECRET}"})
    """
    for name, value in options.items():
        if any(word in name.lower() for word in _SECRET) and not is_reference(value):
            raise SettingsError(
                place=f"[lake.options] {name}",
                expected="a secret from an environment variable",
                found="a secret in plain text",
                fix="Write ${NAME} in its place, and set the variable NAME where lealtad runs.",
            )
