"""What more contacts a day would bring, by owner: the night is allocated again with each capacity raised."""

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
    """Compute what more contacts a day of one owner would bring, with all other limits unchanged.

    Parameters
    ----------
    options
        `customer_id, action, gain`, as `allocate` takes them: who may be contacted tonight.
    taken
        By action, the number of uses already taken by the random draw.

    Returns
    -------
    One row per owner and larger capacity: `owner, capacity, extra` (additional contacts a day), `contacts`
    (additional contacts of all owners that night), `gain` (expected per night, in the company's currency). No
    scenario checks whether an action answers a customer's reason, so that all are comparable. Without options, as
    in a company without amounts, there are no rows.

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
