"""Rate the reasons of lists by a rubric, blind to the list a card is from; state the agreement of two passes.

`python -m bench.reason_rubric sample OUT CARDS BEFORE.parquet AFTER.parquet ...` draws that many cards, and
shuffles them for each of two passes. It writes `cards_1.csv` and `cards_2.csv` to fill in, and `key.csv` to keep
closed. Lists come in pairs of before and after, one pair per company. The command `python -m bench.reason_rubric
agree OUT` compares the filled files.

Each criterion is 0 or 1. *True*: possible, and not contradicted. *Specific*: about this customer. *Checkable*: in
the company's systems. *Useful*: for the call. *Natural*: as the trade would put it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

CRITERIA = ("true", "specific", "checkable", "useful", "natural")
SEED = 43


def sample(out: Path, count: int, lists: list[Path]) -> None:
    """Draw cards from pairs of lists, and write them in two orders without saying which list they are from."""
    rng = np.random.default_rng(SEED)
    share = count // len(lists)
    cards = []
    for number, path in enumerate(lists):
        rows = pl.read_parquet(path).sort("rank")
        for place in sorted(rng.choice(rows.height, min(share, rows.height), replace=False).tolist()):
            row = rows.row(place, named=True)
            reasons = [row[f"reason_{i}"] for i in (1, 2, 3) if row[f"reason_{i}"]]
            text = " / ".join([*reasons, *([f"+ {row['against_1']}"] if row["against_1"] else [])])
            cards.append((("before", "after")[number % 2], number // 2, row["suggested_action"], text))
    out.mkdir(parents=True, exist_ok=True)
    key = pl.DataFrame(cards, schema=["list", "company", "action", "text"], orient="row").with_row_index("card")
    key.select("card", "list", "company").write_csv(out / "key.csv")
    for number in (1, 2):
        order = key.sample(fraction=1, shuffle=True, seed=SEED + number)
        blank = [pl.lit(None, pl.Int64).alias(name) for name in CRITERIA]
        order.select("card", "action", "text").with_columns(blank).write_csv(out / f"cards_{number}.csv")


def agree(out: Path) -> None:
    """Print by list and criterion the mean of both passes, and their agreement: share and Cohen's kappa."""
    key = pl.read_csv(out / "key.csv")
    first, second = (pl.read_csv(out / f"cards_{number}.csv").drop("text", "action") for number in (1, 2))
    both = first.join(second, on="card", suffix="_2").join(key, on="card")
    for name in CRITERIA:
        scores_1, scores_2 = both[name].to_numpy(), both[f"{name}_2"].to_numpy()
        chance = scores_1.mean() * scores_2.mean() + (1 - scores_1.mean()) * (1 - scores_2.mean())
        same = float((scores_1 == scores_2).mean())
        kappa = (same - chance) / (1 - chance) if chance < 1 else float("nan")
        means = {
            arm: round(float(rows.select((pl.col(name) + pl.col(f"{name}_2")).mean() / 2).item()), 2)
            for (arm,), rows in both.group_by("list", maintain_order=True)
        }
        print(f"{name}: {means}, agreement {same:.2f}, kappa {kappa:.2f}, {both.height} cards")


if __name__ == "__main__":
    command, folder, *rest = sys.argv[1:]
    if command == "sample":
        sample(Path(folder), int(rest[0]), [Path(path) for path in rest[1:]])
    else:
        agree(Path(folder))
