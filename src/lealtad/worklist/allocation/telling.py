"""What more capacity would bring, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation.allocating import Allocation

_WORTH_SAYING = 0.005  # of the currency: less is nothing, rounded to cents


def describe_worth_of_more(allocation: Allocation, playbook: Playbook, language: Language) -> list[str]:
    """Say what one more unit of each bound that binds would bring, the dearest first.

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
    _ = language.translate
    binding = allocation.prices.filter(pl.col("price") >= _WORTH_SAYING).sort(
        ["price", "kind", "name"], descending=[True, False, False]
    )
    said = []
    for row in binding.iter_rows(named=True):
        worth = language.money(row["price"])
        if row["kind"] == "owner":
            said.append(
                _(
                    "One more contact a day by {owner} would bring about {worth}.",
                    owner=language.name("owners", row["name"]) or row["name"],
                    worth=worth,
                )
            )
        elif row["kind"] == "channel":
            said.append(
                _(
                    "One more contact a day through {channel} would bring about {worth}.",
                    channel=row["name"],
                    worth=worth,
                )
            )
        elif row["kind"] == "action":
            words = getattr(playbook.action(row["name"]).words, language.code)
            said.append(_("“{action}” once more a day would bring about {worth}.", action=words, worth=worth))
        else:
            one = language.money(1.0)
            said.append(_("{one} more budget a day would bring about {worth}.", one=one, worth=worth))
    return said
