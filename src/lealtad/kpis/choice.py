"""A choice among the named ways to compute a measure."""

from __future__ import annotations

from lealtad.base.errors import SettingsError, suggest_name


def check_choice(place: str, chosen: str, allowed: tuple[str, ...]) -> None:
    """Raise if a choice is none of those allowed.

    Raises
    ------
    SettingsError
        If it is not among them.
    """
    if chosen not in allowed:
        raise SettingsError(
            place=place, expected=" or ".join(allowed), found=f"'{chosen}'", fix=suggest_name(chosen, allowed)
        )
