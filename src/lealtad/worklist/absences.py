"""Why a customer is not on the list: one answer per customer, which never reveals the holdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night

NOT_SELECTED = "not_selected"
_BELOW_THE_CUT, _HELD_OUT = "others_first", "held_out"
_NOT_WORTH_IT = ("negative_uplift", "no_action")
_CROWD = 0.5  # share of the customers not selected; with fewer below the cut, the answer would reveal the holdout


def explain_absences(night: Night, decision: Decision) -> pl.DataFrame:
    """Return every active customer who is not on the list, and why.

    Customers below the cut, not drawn, or held out get one answer, `not_selected`, without gain or rank. If nearly
    all customers worth a contact are listed, that answer would reveal the holdout. Then customers whose contact is
    not worth its cost get it too.

    Returns
    -------
    `customer_id, why`, sorted by customer; `why` is a code of `codes.toml`.
    """
    scored = night.candidates.select("customer_id", scored=pl.col("probability").is_not_null())
    joined = scored.join(decision.worklist_rows, on="customer_id", how="anti", maintain_order="left")
    for part in (decision.skipped, decision.lacking, decision.open):
        joined = joined.join(part, on="customer_id", how="left", maintain_order="left")
    exact = joined.select("customer_id", why=choose_cause()).sort("customer_id")
    return exact.with_columns(why=hide_holdout(exact["why"]))


def read_absence(path: Path, customer: str) -> str | None:
    """Return why a customer is not on the list.

    Parameters
    ----------
    path
        The file of absences: a Parquet file with the columns of `explain_absences`.
    customer
        The id of the customer.

    Returns
    -------
    A code of `codes.toml`, such as `not_selected`. None if the customer is listed or was not active.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "absences.parquet"
    >>> pl.DataFrame({"customer_id": ["c1"], "why": ["not_selected"]}).write_parquet(path)
    >>> read_absence(path, "c1"), read_absence(path, "c2")
    ('not_selected', None)
    """
    missing = pl.scan_parquet(path).filter(pl.col("customer_id") == customer).collect()
    return None if missing.is_empty() else str(missing["why"][0])


def choose_cause() -> pl.Expr:
    """Express the exact cause of an absence, from the columns `scored, restraint, lacks, best, gain, held_out`."""
    restrained = pl.col("restraint").ne_missing("negative_uplift")
    codes = (
        ("gone", pl.col("scored").is_null()),
        ("not_scored", ~pl.col("scored")),
        (pl.col("restraint"), restrained & pl.col("restraint").is_not_null()),
        ("no_value", pl.col("lacks").is_not_null()),
        ("no_action", pl.col("held_out").is_null()),
        ("negative_uplift", (pl.col("restraint") == "negative_uplift") | ~(pl.col("best") > 0)),
        ("cooling_off", ~(pl.col("gain") > 0).fill_null(value=False)),
        (_HELD_OUT, pl.col("held_out")),
    )
    causes = [pl.when(holds).then(pl.lit(code) if isinstance(code, str) else code) for code, holds in codes]
    return pl.coalesce(*causes, pl.lit(_BELOW_THE_CUT))


def hide_holdout(why: pl.Series) -> pl.Series:
    """Replace the exact causes that could reveal the holdout by a common one.

    Examples
    --------
    >>> hide_holdout(pl.Series(["others_first", "others_first", "held_out", "negative_uplift"])).to_list()
    ['not_selected', 'not_selected', 'not_selected', 'negative_uplift']
    >>> hide_holdout(pl.Series(["held_out", "negative_uplift", "consent"])).to_list()
    ['not_selected', 'not_selected', 'consent']
    """
    below, held = int((why == _BELOW_THE_CUT).sum()), int((why == _HELD_OUT).sum())
    merged = [_BELOW_THE_CUT, _HELD_OUT]
    if held and below < _CROWD * (below + held):
        merged += _NOT_WORTH_IT
    return why.replace(dict.fromkeys(merged, NOT_SELECTED))
