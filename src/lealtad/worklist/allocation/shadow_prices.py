"""What one more unit of each limit would bring: as a table, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.base.language import Language
    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation.allocation import Allocation
    from lealtad.worklist.allocation.limits import Limits

    Floats = NDArray[np.float64]

_CENTS = 100
_WORTH_SAYING = 0.005  # of the currency: less is nothing, rounded to cents


def compute_limit_prices(limits: Limits, used: Floats, prices: Floats) -> pl.DataFrame:
    """Return one row per limit: `kind, name, limit, used, price`.

    Parameters
    ----------
    used
        By action, how often it is given.
    prices
        By action, what one more use is worth.

    Notes
    -----
    The prices of the limits are the least that make up for the prices of the actions. The budget is stated in the
    currency, not in cents.
    """
    is_budget = np.array([kind == "budget" for kind, _ in limits.names], dtype=bool)
    unit = np.where(is_budget, float(_CENTS), 1.0)
    return pl.DataFrame(
        {
            "kind": [kind for kind, _ in limits.names],
            "name": [name for _, name in limits.names],
            "limit": limits.amounts / unit,
            "used": limits.uses @ used / unit,
            "price": _find_least_prices(limits, prices) * unit,
        },
        schema_overrides={"kind": pl.String, "name": pl.String},
    )


def _find_least_prices(limits: Limits, prices: Floats) -> Floats:
    from scipy.optimize import linprog

    if not len(limits.amounts):
        return np.zeros(0)
    limited = limits.uses.any(axis=0)
    result = linprog(limits.amounts, A_ub=-limits.uses.T[limited], b_ub=-prices[limited], method="highs-ds")
    return np.asarray(result.x, dtype=np.float64)


def describe_worth_of_more(allocation: Allocation, playbook: Playbook, language: Language) -> list[str]:
    """Say what one more unit of each binding limit would bring, the dearest first.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> from lealtad.company.playbook import Action, Playbook, Words
    >>> from lealtad.worklist.allocation import allocate
    >>> call = Action(name="call", words=Words(en="Call", es="Llamar"), channel="phone", owner="team")
    >>> playbook = Playbook(actions=(call,), owners={"team": 1})
    >>> options = pl.DataFrame({"customer_id": ["a", "b"], "action": ["call", "call"], "gain": [5.0, 5.0]})
    >>> describe_worth_of_more(allocate(options, playbook), playbook, Language.from_code("en"))
    ['One more contact a day by team would bring about €5.00.']
    """
    binding = allocation.prices.filter(pl.col("price") >= _WORTH_SAYING).sort(
        ["price", "kind", "name"], descending=[True, False, False]
    )
    return [
        _describe(row["kind"], row["name"], language.money(row["price"]), playbook, language)
        for row in binding.iter_rows(named=True)
    ]


def _describe(kind: str, name: str, worth: str, playbook: Playbook, language: Language) -> str:
    _ = language.translate
    if kind == "owner":
        owner = language.name("owners", name) or name
        return _("One more contact a day by {owner} would bring about {worth}.", owner=owner, worth=worth)
    if kind == "channel":
        return _("One more contact a day through {channel} would bring about {worth}.", channel=name, worth=worth)
    if kind == "action":
        words: str = getattr(playbook.action(name).words, language.code)
        return _("“{action}” once more a day would bring about {worth}.", action=words, worth=worth)
    return _("{one} more budget a day would bring about {worth}.", one=language.money(1.0), worth=worth)
