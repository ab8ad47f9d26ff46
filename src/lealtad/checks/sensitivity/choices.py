"""The definitions to compare: every combination of choices."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError
from lealtad.company.outcome_definition import Contractual

if TYPE_CHECKING:
    from lealtad.company.outcome_definition import Label

_HORIZONS, _LEADS, _GRACES, _ALIVE = (28, 56, 84), (0, 14), (0, 14, 28), (28, 56, 112)


@dataclass(frozen=True)
class DefinitionChoices:
    """The values to try for each setting, in days; by default the usual values and the definition's own.

    Attributes
    ----------
    horizon, lead
        For every kind of outcome.
    grace
        For contracts: days within which a resumed contract does not count as churn.
    alive
        For orders: days within which a customer must have bought to be active. Without contracts churn is a
        silence, so the silence before the date replaces the grace period.
    """

    horizon: tuple[int, ...] = ()
    lead: tuple[int, ...] = ()
    grace: tuple[int, ...] = ()
    alive: tuple[int, ...] = ()


def list_labels(label: Label, choices: DefinitionChoices) -> list[Label]:
    """Return the definition's label with every combination of the choices, in order.

    Raises
    ------
    SettingsError
        If a choice does not apply to the kind of label, or days are impossible.

    Examples
    --------
    >>> tried = list_labels(Contractual(), DefinitionChoices(horizon=(28, 56), lead=(0,), grace=(7,)))
    >>> [(one.grace_days, one.horizon_days) for one in tried]
    [(7, 28), (7, 56)]
    """
    contracts = isinstance(label, Contractual)
    own, strange = ("grace", "alive") if contracts else ("alive", "grace")
    if getattr(choices, strange):
        raise SettingsError(
            place=f"--{strange}",
            expected=f"--{own}, --horizon or --lead for {label.kind} churn",
            found=f"--{strange}",
            fix=f"Leave it out, or name the definition of a model that has {strange} days.",
        )
    _check(choices)
    usual = (_GRACES, label.grace_days) if isinstance(label, Contractual) else (_ALIVE, label.alive_days)
    tried = product(
        getattr(choices, own) or _add_own(*usual),
        choices.horizon or _add_own(_HORIZONS, label.horizon_days),
        choices.lead or _add_own(_LEADS, label.lead_days),
    )
    return [
        label.model_copy(update={f"{own}_days": first, "horizon_days": horizon, "lead_days": lead})
        for first, horizon, lead in tried
    ]


def _add_own(usual: tuple[int, ...], own: int) -> tuple[int, ...]:
    return tuple(sorted({*usual, own}))


def _check(choices: DefinitionChoices) -> None:
    for name, least in (("horizon", 1), ("lead", 0), ("grace", 0), ("alive", 1)):
        short = [days for days in getattr(choices, name) if days < least]
        if short:
            raise SettingsError(
                place=f"--{name}",
                expected=f"whole days, at least {least}",
                found=f"{short[0]}",
                fix="Name it once per value, such as --horizon 28 --horizon 56.",
            )
