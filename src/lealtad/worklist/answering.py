"""Which actions answer which reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.playbook import Playbook


def answering(pairs: pl.DataFrame, topics: pl.DataFrame, playbook: Playbook) -> pl.DataFrame:
    """Keep the actions that answer one of the customer's reasons, or that answer any.

    Parameters
    ----------
    pairs
        `customer_id, action`.
    topics
        `customer_id, topic`: of each reason of the customer what the feature is about, and its family; several
        rows per customer.

    Returns
    -------
    The rows of `pairs` that stay, in their order.

    Examples
    --------
    >>> from lealtad.playbook import Playbook
    >>> pairs = pl.DataFrame({"customer_id": ["a", "a"], "action": ["settle_case", "offer"]})
    >>> topics = pl.DataFrame({"customer_id": ["a", "a"], "topic": ["first reply", "tickets"]})
    >>> answering(pairs, topics, Playbook()).rows()
    [('a', 'settle_case')]
    """
    told = [(one.name, topic) for one in playbook.actions for topic in one.answers]
    answers = pl.DataFrame(told, schema={"action": pl.String, "topic": pl.String}, orient="row")
    answered = topics.join(answers, on="topic").select("customer_id", "action").unique()
    any_reason = [one.name for one in playbook.actions if not one.answers]
    matched = pairs.join(
        answered.with_columns(answered=True), on=["customer_id", "action"], how="left", maintain_order="left"
    )
    return matched.filter(pl.col("answered") | pl.col("action").is_in(any_reason)).drop("answered")
