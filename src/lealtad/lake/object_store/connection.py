"""The only module that talks to the object store: read, write and list keys, and conditional writes."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import SettingsError, StoreError
from lealtad.lake.object_store.address import find_site
from lealtad.sources.secret import fill_references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lealtad.lake.object_store.address import Address

_OF_CLIENT = ("allow_http", "timeout", "connect_timeout")  # options of the connection, not of the store
_EXPIRED = (
    "ExpiredToken",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "401 Unauthorized",
    "TokenRefreshRequired",
)
_GAP = 2**16  # bytes between two parts; reading them costs less than another request
_RENEW = "Renew the credentials where lealtad runs, then run the command again: nothing half-written counts."
_CHECK = "Check the address, the network and the options of the store, then run the command again."


class TakenError(Exception):
    """The object changed, so the condition of a write failed."""


def list_options(address: Address) -> dict[str, str]:
    """Return the options of an address's store, with references replaced by the environment's values.

    Raises
    ------
    SettingsError
        If a variable is not set.
    """
    return {name: fill_references(f"[lake] {name}", value) for name, value in find_site(address).options}


def read(address: Address) -> tuple[bytes, str]:
    """Return an object and its tag, which changes with its content.

    Raises
    ------
    FileNotFoundError
        If there is none.
    StoreError
        If the store does not answer, or refuses.
    """
    with _explain(address):
        answer = _connect(address).get(address.key)
        return bytes(answer.bytes()), str(answer.meta["e_tag"])


def read_ranges(address: Address, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    """Return parts of an object by start and length; neighbouring parts share a request."""
    if not ranges:
        return []
    starts, lengths = [start for start, _ in ranges], [length for _, length in ranges]
    with _explain(address):
        return [
            bytes(part)
            for part in _connect(address).get_ranges(address.key, starts=starts, lengths=lengths, coalesce=_GAP)
        ]


def write(address: Address, data: bytes, kind: str | None = None) -> str:
    """Replace an object unconditionally; return its new tag.

    Parameters
    ----------
    kind
        Its content type, such as `text/html`; None: bytes.
    """
    attributes: Any = None if kind is None else {"Content-Type": kind}
    with _explain(address):
        return str(_connect(address).put(address.key, data, attributes=attributes)["e_tag"])


def copy(source: Address, target: Address) -> None:
    """Copy an object within its bucket, on the server side."""
    with _explain(source):
        _connect(source).copy(source.key, target.key)


def write_if(address: Address, data: bytes, tag: str | None) -> str:
    """Replace an object if it still has that tag, or (None) create it if it does not exist; return its new tag.

    If an answer is lost, the client writes twice, and the second condition fails. So the object is read again: if
    it has the content to be written, the write succeeded.

    Raises
    ------
    TakenError
        If the object has changed.
    StoreError
        If the store does not answer, or refuses.
    """
    from obstore.exceptions import AlreadyExistsError, PreconditionError

    condition: Any = "create" if tag is None else {"e_tag": tag}
    with _explain(address):
        try:
            return str(_connect(address).put(address.key, data, mode=condition)["e_tag"])
        except (AlreadyExistsError, PreconditionError, FileNotFoundError) as error:
            refusal = error
    try:
        there, now = read(address)
    except FileNotFoundError:
        raise TakenError from refusal
    if there == data:
        return now
    raise TakenError from refusal


def measure(address: Address) -> tuple[int, int]:
    """Return the size of an object in bytes, and when it was written (seconds since 1970)."""
    with _explain(address):
        meta = _connect(address).head(address.key)
        return meta["size"], int(meta["last_modified"].timestamp())


def find_version(address: Address) -> str | None:
    """Return the current version of an object; None in a bucket without versioning."""
    with _explain(address):
        version = _connect(address).head(address.key)["version"]
        return None if version in {None, "null"} else str(version)


def list_names(address: Address) -> list[str]:
    """Return the names directly below an address, sorted: objects, and what further keys begin with."""
    with _explain(address):
        below = _connect(address).list_with_delimiter(f"{address.key}/" if address.key else None)
        paths = [*(each["path"] for each in below["objects"]), *below["common_prefixes"]]
        return sorted(path.rstrip("/").rpartition("/")[2] for path in paths)


def list_sizes(address: Address) -> dict[Address, int]:
    """Return the size in bytes of every object below an address, at any depth."""
    with _explain(address):
        pages = _connect(address).list(f"{address.key}/" if address.key else None)
        root = type(address)(address.bucket)
        return {root / each["path"]: each["size"] for page in pages for each in page}


def delete(addresses: Iterable[Address]) -> None:
    """Delete objects; missing ones are ignored."""
    for address in addresses:
        with _explain(address):
            try:
                _connect(address).delete(address.key)
            except FileNotFoundError:
                continue


@lru_cache(64)
def _open_store(bucket: str, options: tuple[tuple[str, str], ...]) -> Any:
    if find_spec("obstore") is None:
        raise SettingsError(
            place=bucket,
            expected="the packages for object stores",
            found="no obstore",
            fix="Install them: pip install 'lealtad[store]'.",
        )
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    client = {name: _parse_option(value) for name, value in options if name in _OF_CLIENT}
    config: Any = {name: value for name, value in options if name not in _OF_CLIENT}
    try:
        return from_url(bucket, config=config or None, client_options=client or None)  # type: ignore[arg-type]
    except (BaseError, ValueError, TypeError) as error:
        raise StoreError(place=bucket, found=_shorten(error), fix=_CHECK) from None


def _connect(address: Address) -> Any:
    return _open_store(address.bucket, tuple(sorted(list_options(address).items())))


def _parse_option(value: str) -> bool | str:
    return value.lower() == "true" if value.lower() in {"true", "false"} else value


@contextmanager
def _explain(address: Address) -> Iterator[None]:
    from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

    try:
        yield
    except (FileNotFoundError, AlreadyExistsError, PreconditionError):
        raise
    except (BaseError, OSError) as error:
        if isinstance(error, StoreError):
            raise
        raise explain(address, error) from None


def explain(address: object, error: BaseException) -> StoreError:
    """Return the error that describes what a store refused or failed to do, without a secret."""
    text = str(error)
    if any(word in text for word in _EXPIRED):
        return StoreError(
            place=address, found="the store does not accept the credentials, or no longer", fix=_RENEW
        )
    if "403" in text or type(error).__name__ in {"PermissionDeniedError", "UnauthenticatedError"}:
        fix = "Grant these credentials to read, write, list and delete there, then run the command again."
        return StoreError(place=address, found="the store refuses access (403)", fix=fix)
    return StoreError(place=address, found=_shorten(error), fix=_CHECK)


def _shorten(error: BaseException) -> str:
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return line[:200].rstrip(". ")
