"""A small TOML file read into a frozen object; what it says wrongly is explained with the nearest known key."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from lealtad.errors import SettingsError, nearest

if TYPE_CHECKING:
    from pathlib import Path


class Part(BaseModel):
    """A table of the file: frozen, and without keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


AnyPart = TypeVar("AnyPart", bound=Part)


def read_toml(path: Path, into: type[AnyPart], *, expected: str, mend: str) -> AnyPart:
    """Read a file into its type.

    Parameters
    ----------
    expected, mend
        What the file is, and what to do where there is none, for the error.

    Raises
    ------
    SettingsError
        If the file is missing, is no TOML, has an unknown key or a value that cannot be.
    """
    try:
        return into(**tomllib.loads(path.read_text()))
    except OSError as error:
        raise SettingsError(
            place=str(path), expected=expected, found=error.strerror or "nothing", mend=mend
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            place=str(path), expected="TOML", found=str(error), mend="Mend the file there."
        ) from None
    except ValidationError as error:
        raise _explained(path, into, error.errors()[0]) from None


def _explained(path: Path, into: type[Part], error: Any) -> SettingsError:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return SettingsError(
            place=str(path),
            expected="keys it knows",
            found=f"'{place}'",
            mend=nearest(str(error["loc"][-1]), _keys(into, error["loc"][:-1])),
        )
    found = "nothing" if error["type"] == "missing" else repr(error["input"])
    return SettingsError(
        place=f"{path}, {place}", expected=error["msg"], found=found, mend="Mend the value there."
    )


def _keys(part: Any, names: tuple[str, ...]) -> list[str]:
    """Return the keys of the table that `names` lead to; a table that may be absent is a union with None."""
    for name in names:
        annotation = part.model_fields[name].annotation
        part = next((one for one in get_args(annotation) if one is not type(None)), annotation)
    return list(part.model_fields)
