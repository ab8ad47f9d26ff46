"""What more contacts a day would bring, by owner: the night is allocated again with more of each capacity."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import polars as pl

from lealtad.worklist.allocation import allocate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.company.playbook import Playbook

FILE = "capacity.csv"
SCHEMA = {
    "owner": pl.String(),
    "capacity": pl.Int64(),
    "extra": pl.Int64(),
    "contacts": pl.Int64(),
    "gain": pl.Float64(),
}
SHARES = (0.1, 0.25, 0.5, 1.0)


def compute_capacity_scenarios(
    options: pl.DataFrame, playbook: Playbook, taken: Mapping[str, int] | None = None
) -> pl.DataFrame:
    """Compute what more contacts a day of an owner would bring, all other limits as they are.

    Parameters
    ----------
    options
        `customer_id, action, gain`, as `allocate` takes them: who may be contacted tonight.
    taken
        By action, how many uses a random draw has given away.

    Returns
    -------
    One row per owner and larger capacity: `owner, capacity, extra` (contacts a day more), `contacts` (how many of
    all owners the night would have more), `gain` (expected, the company's currency, a night). Whether an action
    answers a customer's reason is not asked, in no scenario, so that all compare like with like. No options, as
    in a company without amounts, give no rows.

    Examples
    --------
    >>> from lealtad.company.playbook import Action, Playbook, Words
    >>> call = Action(name="call", words=Words(en="Call", es="Llamar"), channel="phone", owner="team")
    >>> options = pl.DataFrame({"customer_id": ["a", "b", "c"], "action": "call", "gain": [5.0, 4.0, 1.0]})
    >>> more = compute_capacity_scenarios(options, Playbook(actions=(call,), owners={"team": 1}))
    >>> more.select("extra", "contacts", "gain").rows()
    [(1, 1, 4.0)]
    """
    rows = list[dict[str, object]]()
    if options.is_empty():
        return pl.DataFrame(rows, schema=SCHEMA, orient="row")
    now = allocate(options, playbook, taken=taken)
    for owner, capacity in playbook.owners.items():
        for extra in sorted({max(1, ceil(share * capacity)) for share in SHARES}):
            larger = playbook.model_copy(update={"owners": {**playbook.owners, owner: capacity + extra}})
            then = allocate(options, larger, taken=taken)
            rows.append(
                {
                    "owner": owner,
                    "capacity": capacity,
                    "extra": extra,
                    "contacts": then.chosen.height - now.chosen.height,
                    "gain": max(0.0, then.total - now.total),
                }
            )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
