"""The worth of more capacity, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation.allocation import Allocation

_WORTH_SAYING = 0.005  # in currency units: less rounds to 0 cents


def describe_capacity_worth(allocation: Allocation, playbook: Playbook, language: Language) -> list[str]:
    """State what one more unit of each binding limit would be worth, the highest price first.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> from lealtad.company.playbook import Action, Playbook, Words
    >>> from lealtad.worklist.allocation import allocate
    >>> call = Action(name="call", words=Words(en="Call", es="Llamar"), channel="phone", owner="team")
    >>> playbook = Playbook(actions=(call,), owners={"team": 1})
    >>> options = pl.DataFrame({"customer_id": ["a", "b"], "action": ["call", "call"], "gain": [5.0, 5.0]})
    >>> describe_capacity_worth(allocate(options, playbook), playbook, Language.from_code("en"))
    ['One more contact a day by team would be worth about €5.00.']
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
        return _("One more contact a day by {owner} would be worth about {worth}.", owner=owner, worth=worth)
    if kind == "channel":
        return _(
            "One more contact a day through {channel} would be worth about {worth}.", channel=name, worth=worth
        )
    if kind == "action":
        words: str = getattr(playbook.action(name).words, language.code)
        return _("“{action}” once more a day would be worth about {worth}.", action=words, worth=worth)
    return _("{one} more budget a day would be worth about {worth}.", one=language.money(1.0), worth=worth)
