"""Parts of the card: intended use, important features, and the worst-scored slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.models.card.markdown import format_number, format_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from lealtad.learning.evaluation.chance import ChanceVerdict

_MOST_FEATURES, _MOST_WORST = 15, 3


def write_uses(_: Callable[..., str]) -> str:
    """Return the intended and the excluded uses of a model."""
    uses = [
        _("Meant for: choosing whom the retention team contacts first, and with which action."),
        _("Meant for: promises of a list, which are later compared with what happened."),
        _("Refused: denying or degrading service, credit or prices to a customer."),
        _("Refused: judging employees, teams or shops by the probabilities of their customers."),
        _("Refused: any decision about a customer that no person can change."),
        _(
            "Kept when a customer is erased: it holds sums over many rows, and no single customer's row. Train "
            "it again if the law requires more."
        ),
    ]
    return "\n".join(f"- {use}" for use in uses)


def write_chance(chance: ChanceVerdict, _: Callable[..., str]) -> str:
    """Return the verdict on whether a model is better than chance, in a sentence."""
    numbers = {
        "auc": f"{chance.auc:.3f}",
        "low": f"{chance.auc_low:.3f}",
        "high": f"{chance.auc_high:.3f}",
    }
    if chance.is_better:
        return _("On its test dates, it is better than chance: AUC {auc} [{low}, {high}].", **numbers)
    if chance.ranks:
        return _(
            "On its test dates, it ranks better than chance: AUC {auc} [{low}, {high}]. Its probabilities do "
            "not beat one rate for all.",
            **numbers,
        )
    return _("On its test dates, it is **not better than chance**: AUC {auc} [{low}, {high}].", **numbers)


def write_importance(importance: pl.DataFrame, _: Callable[..., str]) -> str:
    """Return the features that contribute most, as a table."""
    ways = {1: _("rises"), -1: _("falls"), None: "–"}
    rows = [
        [
            f"`{row['column']}`",
            f"{row['share']:.1%}",
            ways[row["direction"]],
            f"{row['contribution']:.3f}",
            format_number(row, "loss", 4),
        ]
        for row in importance.head(_MOST_FEATURES).iter_rows(named=True)
    ]
    heads = [
        _("feature"),
        _("share of all"),
        _("as it rises, the probability"),
        _("contribution"),
        _("loss"),
    ]
    legend = _(
        "*Contribution*: how far a feature moves the log-odds on average, in either direction, on the test "
        "dates. *Loss*: how much the log loss rises if its values are shuffled, with its 95 % interval over "
        "customers."
    )
    return f"{legend}\n\n{format_table(heads, rows)}"


def write_worst(by_date: pl.DataFrame, by_segment: pl.DataFrame, _: Callable[..., str], *, few: int) -> str:
    """Return the slices with the worst level and the worst ranking, among those with `few` rows or more."""
    slices = pl.concat(
        [
            table.select(pl.lit(kind).alias("slice"), "by", "n", "auc", "predicted", "observed")
            for kind, table in ((_("date"), by_date), (_("segment"), by_segment))
        ]
    ).filter(pl.col("n") >= few)
    if slices.is_empty():
        return _("No date or segment has {few} rows: too few to judge.", few=few)
    off = (pl.col("predicted") - pl.col("observed")).abs()
    lines = [
        "- "
        + _(
            "Level: {slice} {name}, predicted {predicted}, observed {observed}.",
            slice=row["slice"],
            name=row["by"],
            predicted=f"{row['predicted']:.3f}",
            observed=f"{row['observed']:.3f}",
        )
        for row in slices.sort(off, descending=True).head(_MOST_WORST).iter_rows(named=True)
    ]
    ranked = slices.filter(pl.col("auc").is_not_nan()).sort("auc").head(_MOST_WORST)
    lines += [
        "- "
        + _("Ranking: {slice} {name}, ROC-AUC {auc}.", slice=row["slice"], name=row["by"], auc=f"{row['auc']:.3f}")
        for row in ranked.iter_rows(named=True)
    ]
    return "\n".join(lines)
