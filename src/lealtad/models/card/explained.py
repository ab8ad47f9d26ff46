"""What a model is for, what it rests on, and who is scored worst: parts of the card."""

from __future__ import annotations

import polars as pl

from lealtad.models.card.markdown import format_number, format_table

USES = "\n".join(
    [
        "- Meant for: choosing whom the retention team contacts first, and with which action.",
        "- Meant for: promises of a list, which are later compared with what happened.",
        "- Refused: denying or degrading service, credit or prices to a customer.",
        "- Refused: judging employees, teams or shops by the probabilities of their customers.",
        "- Refused: any decision about a customer that no person can change.",
    ]
)
_REST = (
    "*Contribution*: mean distance that a feature moves the log-odds, either way, on the test dates. *Loss*: by "
    "how much the log loss rises where the feature's values are shuffled, with its 95 % interval over customers."
)
_MOST_FEATURES, _MOST_WORST = 15, 3


def write_importance(importance: pl.DataFrame) -> str:
    """Return the features that contribute most, as a table."""
    ways = {1: "rises", -1: "falls", None: "–"}
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
    heads = ["feature", "share", "with more of it, the probability", "contribution", "loss"]
    return f"{_REST}\n\n{format_table(heads, rows)}"


def write_worst(by_date: pl.DataFrame, by_segment: pl.DataFrame, *, few: int) -> str:
    """Return the slices whose level is off most and those ranked worst, of slices with `few` rows or more."""
    slices = pl.concat(
        [
            table.select(pl.lit(kind).alias("slice"), "by", "n", "auc", "predicted", "observed")
            for kind, table in (("date", by_date), ("segment", by_segment))
        ]
    ).filter(pl.col("n") >= few)
    if slices.is_empty():
        return f"No date or segment has {few} rows: too few to tell."
    off = (pl.col("predicted") - pl.col("observed")).abs()
    lines = [
        f"- Level: {row['slice']} {row['by']}, predicted {row['predicted']:.3f}, observed {row['observed']:.3f}."
        for row in slices.sort(off, descending=True).head(_MOST_WORST).iter_rows(named=True)
    ]
    ranked = slices.filter(pl.col("auc").is_not_nan()).sort("auc").head(_MOST_WORST)
    lines += [
        f"- Ranking: {row['slice']} {row['by']}, ROC-AUC {row['auc']:.3f}." for row in ranked.iter_rows(named=True)
    ]
    return "\n".join(lines)
