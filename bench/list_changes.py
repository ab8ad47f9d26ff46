"""Overlap of consecutive nightly lists, the cause of each change, and the lead that the pages promise.

A newcomer was drawn, has a new fact since the last list, or replaced a customer who dropped out for a reason. The
rest are `slow`: gains moved with time alone. The page of earnings promises a lead over the highest probabilities;
it is compared with the true lead.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from bench.rows import build_row
from bench.six_months import (
    build_world,
    compute_profit,
    compute_top_profit,
    decide_lists,
    join_truth,
    list_choosable,
)
from lealtad.worklist.alternatives import compute_alternatives
from lealtad.worklist.departures import explain_departures
from lealtad.worklist.reasons import Histories, list_news
from lealtad.worklist.stability import compute_jaccard

if TYPE_CHECKING:
    from bench.rows import Row
    from bench.six_months import World
    from lealtad.worklist import Night
    from lealtad.worklist.decision import Decision

CUSTOMERS, SEED = 20_000, 1
NIGHTS = 57  # eight weeks of changes


def run() -> list[Row]:
    """Make a list every night of eight weeks."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(build_world(Path(folder), CUSTOMERS, SEED))


def measure(company: World) -> list[Row]:
    """Return the overlap, the causes of changes as shares, and the ratio of the promised to the true lead."""
    overlaps, causes, leads = list[float](), Counter[str](), list[tuple[float, float]]()
    for night, decision, features in decide_lists(company, 1, NIGHTS):
        before = night.previous.filter(pl.col("arm") == "treated")
        if not before.is_empty():
            overlaps.append(compute_jaccard(decision.worklist_rows["customer_id"], before["customer_id"]) or 0.0)
            causes += count_causes(company, night, decision, before)
        truth = list_choosable(night, company, join_truth(company, night, features))
        leads.append(compare_leads(company, night, decision, truth))
    entered = max(sum(causes[name] for name in ("fact", "drawn", "place", "slow")), 1)
    promised, true = (sum(pair[k] for pair in leads) for k in (0, 1))
    return [
        build_row("lists_overlap_with_last", sum(overlaps) / len(overlaps), "share", 0.0, "higher"),
        *(
            build_row(f"lists_entered_by_{name}", causes[name] / entered, "share", 0.0, "higher")
            for name in ("fact", "drawn", "place", "slow")
        ),
        *(
            build_row(f"lists_left_{name}", causes[name] / entered, "of those entered", 0.0, "higher")
            for name in ("resolved", "displaced", "restrained", "gone")
        ),
        build_row("lists_lead_over_probability_promised_over_true", promised / true, "x", 1.0, "higher"),
    ]


def count_causes(company: World, night: Night, decision: Decision, before: pl.DataFrame) -> Counter[str]:
    """Count the customers who came onto the list or dropped out of it, by cause."""
    departures = Counter(explain_departures(night, decision)["change"].to_list())
    now = decision.worklist_rows.join(before, on="customer_id", how="anti")
    histories = Histories(company.lake, night.as_of, now["customer_id"].to_list())
    entered = Counter[str]()
    for customer, is_drawn in now.select("customer_id", "explored").iter_rows():
        if is_drawn:
            entered["drawn"] += 1
        elif list_news(histories, customer, before["as_of"][0]):
            entered["fact"] += 1
        else:
            entered["place"] += 1
    freed = departures["resolved"] + departures["restrained"] + departures["gone"]
    entered["slow"] = max(entered["place"] - freed, 0)
    entered["place"] -= entered["slow"]
    return entered + departures


def compare_leads(company: World, night: Night, decision: Decision, truth: pl.DataFrame) -> tuple[float, float]:
    """Return the list's lead over the highest probabilities: as its page promises, and the true one."""
    promised = compute_alternatives(night, decision, company.playbook, company.effect)
    profit = dict(promised.filter(pl.col("measure") == "profit").select("rule", "expected").iter_rows())
    listed = decision.worklist_rows
    own = compute_profit(listed.select("customer_id", "action"), truth, company.playbook)
    other = compute_top_profit("probability", truth, company.playbook, listed.height)
    return profit["list"] - profit["probability"], own - other
