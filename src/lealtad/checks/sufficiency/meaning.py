"""Findings about the meaning of values: signs of returns, scales, answers, unsolved tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import DataFinding, Percentage
from lealtad.sources.contract.returns import IS_RETURN, is_return

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import DataEvidence

_ENOUGH = 20


def find_meaning_faults(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find implausible values of orders, surveys and tickets as a whole."""
    tables = evidence.tables
    if "orders" in tables:
        yield from _check_orders(tables["orders"])
    if "surveys" in tables:
        yield from _check_surveys(tables["surveys"])
    if "ticket_events" in tables:
        yield from _check_tickets(tables["ticket_events"])


def _check_orders(orders: pl.DataFrame) -> Iterator[DataFinding]:
    marked = orders.with_columns(is_return(orders.columns).alias(IS_RETURN))[IS_RETURN]
    yield from _check_signs(orders.filter(marked))
    for code, these in (("returns", marked), ("negative_no_return", (orders["amount"] < 0) & ~marked)):
        n = int(these.sum())
        if n:
            column = "is_return" if code == "returns" else "amount"
            yield DataFinding(
                code, "orders", column, {"n": n, "rows": orders.height, "part": Percentage(n / orders.height)}
            )


def _check_signs(returns: pl.DataFrame) -> Iterator[DataFinding]:
    """Find returns whose amount or margin is positive: all of them, or some."""
    for column in ("amount", "margin"):
        signs = returns[column].drop_nulls().sign() if column in returns.columns else pl.Series(dtype=pl.Float64)
        positive, negative = int((signs > 0).sum()), int((signs < 0).sum())
        if positive:
            values = {"n": positive, "rows": returns.height, "negative": negative}
            yield DataFinding(
                "returns_of_mixed_sign" if negative else "returns_positive", "orders", column, values
            )


def _check_surveys(surveys: pl.DataFrame) -> Iterator[DataFinding]:
    scales = surveys.group_by("metric", maintain_order=True).agg(
        scale=pl.format("{}–{}", pl.col("scale_min").cast(pl.Int64), pl.col("scale_max").cast(pl.Int64))
        .unique()
        .sort()
    )
    for metric, kinds in scales.iter_rows():
        if len(kinds) > 1:
            values = {"metric": metric.upper(), "n": len(kinds), "scales": ", ".join(kinds)}
            yield DataFinding("scales_mixed", "surveys", "scale_max", values)
    yield from _find_undirected(surveys)
    answered = int(surveys["answered_at"].is_not_null().sum()) if "answered_at" in surveys.columns else 0
    if surveys.height < _ENOUGH:
        return
    if answered == surveys.height:
        yield DataFinding("everyone_answers", "surveys", "answered_at")
    else:
        part = Percentage(answered / surveys.height)
        yield DataFinding(
            "few_answers", "surveys", "answered_at", {"answers": answered, "invited": surveys.height, "part": part}
        )


def _find_undirected(surveys: pl.DataFrame) -> Iterator[DataFinding]:
    """Find effort answers without `higher_is_easier`."""
    effort = surveys.filter(pl.col("metric") == "ces")
    if "score" in surveys.columns:
        effort = effort.drop_nulls("score")
    directed = effort["higher_is_easier"].count() if "higher_is_easier" in surveys.columns else 0
    n = effort.height - directed
    if n:
        values = {"n": n, "rows": effort.height, "part": Percentage(n / effort.height)}
        yield DataFinding("ces_undirected", "surveys", "higher_is_easier", values)


def _check_tickets(events: pl.DataFrame) -> Iterator[DataFinding]:
    happened = set(events["event"].unique())
    if "solved" not in happened:
        yield DataFinding("never_solved", "ticket_events", "event")
    if "agent_reply" not in happened:
        yield DataFinding("never_replied", "ticket_events", "event")
    tickets = events.group_by("ticket_id").agg(created=(pl.col("event") == "created").any())
    orphans = tickets.height - int(tickets["created"].sum())
    if orphans:
        values = {"n": orphans, "rows": tickets.height, "part": Percentage(orphans / tickets.height)}
        yield DataFinding("orphan_tickets", "ticket_events", "event", values)
