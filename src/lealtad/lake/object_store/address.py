"""An address of an object store with the interface of a path, so that the lake treats keys like files."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PosixPath
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Generator

SCHEMES = ("s3", "gs", "az")
_ADDRESS = re.compile(rf"({'|'.join(SCHEMES)}):/{{1,2}}([^/]+)(?:/(.*))?", re.DOTALL)
_MODE = 0o100600


@dataclass(frozen=True)
class Site:
    """How an address is reached, and where data read from it are cached.

    Attributes
    ----------
    options
        Options of the store, such as `endpoint`; a value may be a `${NAME}` reference to the environment. It is
        resolved only when the store is reached, so its value is in no file and is sent to no other process.
    cache
        Folder for the column chunks that were read; None: a temporary folder of the process.
    """

    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cache: str | None = None


_SITES: dict[str, Site] = {}  # by address of a lake
_USUAL = Site()


def is_address(place: Path | str) -> bool:
    """Return whether a location is an address of an object store.

    Examples
    --------
    >>> is_address("s3://acme/lake"), is_address("reports/demo")
    (True, False)
    """
    return isinstance(place, Address) or _ADDRESS.fullmatch(str(place)) is not None


class Address(PosixPath):
    """A key of an object store, or what its keys begin with.

    It has the methods of a path that the lake calls. Any other use as a path raises TypeError, so that no disk is
    touched by mistake.

    Examples
    --------
    >>> table = Address("s3://acme/lake") / "orders"
    >>> str(table), table.name, table.key, str(table.parent)
    ('s3://acme/lake/orders', 'orders', 'lake/orders', 's3://acme/lake')
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "//".join((self.parts[0], "/".join(self.parts[1:]))) if self.parts else "."

    def __fspath__(self) -> NoReturn:
        raise TypeError(f"{self} is an address of an object store, and no file")

    def __reduce__(self) -> tuple[object, ...]:
        # unpickled in another process, it has the same options
        return _restore, (str(self), str(find_lake(self)), find_site(self))

    @property
    def bucket(self) -> str:
        """The address of the whole bucket (a container, as Azure says)."""
        return f"{self.parts[0]}//{self.parts[1]}"

    @property
    def key(self) -> str:
        """The key within the bucket."""
        return "/".join(self.parts[2:])

    def read_bytes(self) -> bytes:
        """Return the whole object."""
        data: bytes = _store().read(self)[0]
        return data

    def read_text(self, encoding: str | None = None, errors: str | None = None, *_: Any) -> str:
        """Return the whole object as text."""
        return self.read_bytes().decode(encoding or "utf-8", errors or "strict")

    def write_bytes(self, data: Any) -> int:
        """Replace the content of the object."""
        _store().write(self, bytes(data))
        return len(data)

    def stat(self, **_: Any) -> os.stat_result:
        """Return size and time of the object.

        Raises
        ------
        FileNotFoundError
            If there is none.
        """
        size, modified_at = _store().measure(self)
        return os.stat_result((_MODE, 0, 0, 1, 0, 0, size, modified_at, modified_at, modified_at))

    def is_file(self) -> bool:
        """Return whether there is an object of this key."""
        try:
            self.stat()
        except FileNotFoundError:
            return False
        return True

    def is_dir(self) -> bool:
        """Return whether there are keys below it."""
        return next(self.iterdir(), None) is not None

    def exists(self, **_: Any) -> bool:
        """Return whether there is an object of this key, or any below it."""
        return self.is_file() or self.is_dir()

    def iterdir(self) -> Generator[Address, None, None]:
        """Yield what is directly below it."""
        yield from (self / name for name in _store().list_names(self))

    def glob(self, pattern: str, **_: Any) -> Generator[Address, None, None]:
        """Yield what is directly below it, by a pattern of its name; deeper patterns are refused."""
        if "/" in pattern:
            raise NotImplementedError(f"{pattern}: expected a pattern of one name")
        yield from (path for path in self.iterdir() if fnmatch(path.name, pattern))

    def rglob(self, pattern: str, **_: Any) -> Generator[Address, None, None]:
        """Yield all objects below it, at any depth; any other pattern than `*` is refused."""
        if pattern != "*":
            raise NotImplementedError(f"{pattern}: expected *")
        yield from _store().list_sizes(self)

    def unlink(self, missing_ok: bool = True) -> None:  # noqa: ARG002 - the name that paths have
        """Delete the object; a store raises no error if it does not exist."""
        _store().delete([self])

    def mkdir(self, *_: Any, **__: Any) -> None:
        """Do nothing: keys need no folder."""

    def resolve(self, strict: bool = False) -> Address:  # noqa: ARG002 - as for paths
        """Return it as it is."""
        return self

    absolute = resolve


def make_address(place: Path | str, site: Site | None = None) -> Address:
    """Return the address in a text or a path, and note how it is reached.

    Examples
    --------
    >>> from pathlib import Path
    >>> str(make_address(Path("s3://acme/lake/")))  # a path has lost a slash
    's3://acme/lake'
    """
    address = _parse(place)
    if site is not None:
        _SITES[str(address)] = site
    else:
        _SITES.setdefault(str(address), _USUAL)
    return address


def find_site(address: Address) -> Site:
    """Return how an address is reached; without known options, by the environment alone."""
    return _SITES.get(str(find_lake(address)), _USUAL)


def find_lake(address: Address) -> Address:
    """Return the address of the lake that a key belongs to; the key itself if no lake was opened there."""
    above = [each for each in (address, *address.parents) if len(each.parts) > 1]
    return next((each for each in above if str(each) in _SITES), address)


def _parse(place: Path | str) -> Address:
    parts = _ADDRESS.fullmatch(str(place))
    if parts is None:
        raise ValueError(f"{place} is not an address of an object store")
    keys = (part for part in (parts[3] or "").split("/") if part)
    return Address("/".join((f"{parts[1]}:", parts[2], *keys)))


def _restore(place: str, lake: str, site: Site) -> Address:
    _SITES.setdefault(lake, site)
    return _parse(place)


def _store() -> Any:
    # imported on first use: lakes in folders need no object store client
    from lealtad.lake.object_store import connection

    return connection
