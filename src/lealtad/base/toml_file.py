"""Reading a small TOML file into a frozen object; errors name the nearest known key."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Section(BaseModel):
    """A table of the file: frozen, with unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_LONGEST = 1 << 20  # bytes
_DEEPEST = 32  # tables and lists within one another
_KEY = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_NAME = re.compile(_KEY + r"(?:[ \t]*+\.[ \t]*+" + _KEY + "){100}")  # parsing takes quadratic time
_PASSWORD = re.compile(r"://\S*@")  # in an address, which an error message would otherwise repeat
AnyModel = TypeVar("AnyModel", bound=BaseModel)


def read_toml(
    path: Path,
    into: type[AnyModel],
    *,
    expected: str,
    fix: str,
    first: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> AnyModel:
    """Read a TOML file into a `Section`.

    Parameters
    ----------
    expected, fix
        What the file is, and what to do if it is missing; for the error message.
    first
        Function applied to the tables before they are checked, for example to expand presets.

    Raises
    ------
    SettingsError
        If the file is missing, is not TOML, or has an unknown key or an impossible value.
    """
    tables: dict[str, Any] = {}
    try:
        tables = first(_parse(path))
        return into(**tables)
    except OSError as error:
        raise SettingsError(
            place=str(path), expected=expected, found=error.strerror or "nothing", fix=fix
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            place=str(path),
            expected="valid TOML",
            found=str(error),
            fix="Correct the file there.",
        ) from None
    except ValidationError as error:
        raise _explain_error(path, into, tables, error.errors()[0]) from None


def _parse(path: Path) -> dict[str, Any]:
    """Read a file of a bounded size into tables of a bounded depth."""
    with path.open("rb") as file:
        content = file.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        raise _too_much(path, f"at most {_LONGEST:,} bytes", "more", "Split long lists, or drop comments.")
    text, tables = content.decode("utf-8-sig"), None
    if not _LONG_NAME.search(text):
        with suppress(RecursionError):
            tables = tomllib.loads(text)
    if tables is None or _is_deeper(tables, _DEEPEST):
        expected = f"at most {_DEEPEST} tables and lists within one another"
        raise _too_much(path, expected, "more", "Name each table in [brackets].")
    return tables


def _too_much(path: Path, expected: str, found: str, fix: str) -> SettingsError:
    return SettingsError(place=str(path), expected=expected, found=found, fix=fix)


def _is_deeper(tables: dict[str, Any], most: int) -> bool:
    level: list[Any] = [tables]
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _explain_error(path: Path, into: type[BaseModel], content: dict[str, Any], error: Any) -> SettingsError:
    location = _drop_tags(error["loc"], content)
    place = _format_location(location, content)
    if error["type"] == "extra_forbidden":
        return SettingsError(
            place=str(path),
            expected="known keys",
            found=f"'{place}'",
            fix=suggest_name(str(location[-1]), _list_keys(into, location[:-1])),
        )
    value = "nothing" if error["type"] == "missing" else _PASSWORD.sub("://…@", repr(error["input"]))
    return SettingsError(place=f"{path}, {place}", expected=error["msg"], found=value, fix="Correct this value.")


def _drop_tags(location: tuple[str | int, ...], content: Any) -> tuple[str | int, ...]:
    """Return a location without pydantic's tags for kinds of tables, which are not in the file."""
    path: list[str | int] = []
    for number, part in enumerate(location):
        container = content if isinstance(content, dict | list) else {}
        is_inside = (
            part in container if isinstance(container, dict) else isinstance(part, int) and part < len(container)
        )
        if is_inside or number == len(location) - 1:
            path.append(part)
            content = container[part] if is_inside else None  # type: ignore[index]
    return tuple(path)


def _format_location(location: tuple[str | int, ...], content: Any) -> str:
    """Return a location as written in the file; repeated tables are numbered from 1."""
    place = ""
    for part in location:
        if isinstance(part, str):
            place += f".{part}" if place else part
            content = content.get(part) if isinstance(content, dict) else None
        elif isinstance(content, list):
            place += f"[{part + 1}]"
            content = content[part]
    return place


def _list_keys(part: Any, names: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the table that `names` lead to, through optional, repeated and tagged tables."""
    tables = [part]
    for name in names:
        if isinstance(name, str):
            fields = [table.model_fields[name].annotation for table in tables if name in table.model_fields]
            if fields:  # any other name is a free key, such as the code of a touchpoint
                tables = [inner for annotation in fields for inner in _find_tables(annotation)]
    return list(dict.fromkeys(key for table in tables for key in table.model_fields))


def _find_tables(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for argument in get_args(annotation) for table in _find_tables(argument)]
