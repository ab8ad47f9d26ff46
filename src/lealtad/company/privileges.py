"""Privileges that a `lealtad.toml` needs beyond reading files: running code, and calling addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lealtad.sources.secret import is_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lealtad.company.settings import Settings
    from lealtad.sources.configuration import Sources

_IN_FILES = ("sqlite", "duckdb")  # opened read-only and locked, so they cannot reach anything else
_HERE = ("localhost", "127.0.0.1", "::1")
_OURS = "lealtad."
_MOST_FILES = 2_000  # of a package: more are hashed by name and size


@dataclass(frozen=True)
class Privilege:
    """Something that settings may do only with permission.

    Attributes
    ----------
    kind
        "modules", "sink", "lake", "database", "mail" or "webhook".
    what
        A readable description; never a secret, since addresses contain only references.
    content
        The text of the code that was read under that name.
    """

    kind: str
    what: str
    content: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of all fields: changed code is a new privilege."""
        return hashlib.sha256("\0".join((self.kind, self.what, self.content)).encode()).hexdigest()

    @property
    def sentence(self) -> str:
        """A sentence that states what the settings may do with it.

        Examples
        --------
        >>> Privilege("sink", "postgresql://crm:${PW}@crm.example.com/crm, table worklist").sentence
        'send the list to postgresql://crm:${PW}@crm.example.com/crm, table worklist'
        """
        return f"{_VERBS[self.kind]} {self.what}"


_VERBS = {
    "modules": "run the Python code of",
    "sink": "send the list to",
    "database": "read from",
    "mail": "send alerts by mail through",
    "webhook": "send alerts to",
    "lake": "keep the lake at",
}


def list_privileges(settings: Settings) -> list[Privilege]:
    """Return the privileges that settings need: own modules, the sink, alerts, a remote lake."""
    # the optional features of lealtad itself are not the company's code
    own = [name for name in settings.features.modules if not name.startswith(_OURS)]
    asked = [Privilege("modules", name, _read_code(name)) for name in own]
    sink = settings.worklist.sink
    if sink is not None:
        asked.append(Privilege("sink", f"{sink.url}, table {sink.table}"))
    alerts = settings.alerts
    if alerts.mail_server is not None:
        asked.append(Privilege("mail", f"{alerts.mail_server}, to {', '.join(alerts.recipients)}"))
    if alerts.webhook is not None:
        asked.append(Privilege("webhook", alerts.webhook))
    address = settings.lake.address
    # a variable of the environment needs no permission, unless an option leads to another store
    if address is not None and not (
        is_reference(address) and all(map(is_reference, settings.lake.options.values()))
    ):
        asked.append(Privilege("lake", settings.lake.describe()))
    return asked


def list_source_privileges(sources: Sources) -> list[Privilege]:
    """Return the privileges that sources need: databases on other machines, each address once.

    A database in a file and a server on this machine need no permission.
    """
    addresses = [section.database for sections in sources.tables.values() for section in sections]
    return [
        Privilege("database", address) for address in dict.fromkeys(addresses) if address and _is_away(address)
    ]


def _is_away(address: str) -> bool:
    """Return whether an address may lead to another machine.

    Examples
    --------
    >>> [_is_away(a) for a in ("sqlite:///shop.db", "postgresql://me:${PW}@localhost/crm", "mysql://db/crm")]
    [False, False, True]
    >>> _is_away("postgresql://me@localhost/crm?host=elsewhere")
    True
    """
    if address.startswith("${") and address.endswith("}") and address.count("${") == 1:
        return False  # a variable of the environment needs no permission
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return True
    if parts.scheme in _IN_FILES:
        return False
    # a driver may parse the rest of the address differently
    return host not in _HERE or bool(parts.query) or parts.netloc.count("@") > 1 or "," in parts.netloc


def _read_code(module: str) -> str:
    """Return the source text of a module and of its whole package, without running it."""
    top, *_ = module.split(".")
    spec = PathFinder.find_spec(top)
    if spec is None:
        return ""
    folders = [Path(place) for place in spec.submodule_search_locations or ()]
    files = sorted({file for folder in folders for file in folder.rglob("*.py")}) or [Path(str(spec.origin))]
    return "".join(_describe_files(files))


def _describe_files(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        if len(files) > _MOST_FILES:
            yield f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}\n"
        elif file.is_file():
            yield f"{file.name}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n"
