"""Actions that answer a customer's reasons, and when they replace an action with a higher gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.worklist.allocation.limits import list_limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation.allocation import Eligible

    Distinguishes = Callable[[str, str], bool]

_TOP = 1  # rank of the top reason
_WHOLE = 1e-9  # limits are whole numbers


def are_distinct(action: str, other: str) -> bool:
    """Treat every two actions as distinct, so that only gain decides."""
    return action != other


def filter_answering(pairs: pl.DataFrame, topics: pl.DataFrame, playbook: Playbook) -> pl.DataFrame:
    """Keep actions that answer one of the customer's reasons, and general actions, which answer any.

    Parameters
    ----------
    pairs
        `customer_id, action`.
    topics
        `customer_id, topic, reason`: for each reason (by its rank) the topic and the family of its feature;
        several rows per customer.

    Returns
    -------
    The kept rows of `pairs`, in their order, with `reason`: the rank of the first reason that the action answers;
    null for a general action.

    Examples
    --------
    >>> from lealtad.company.playbook import Playbook
    >>> pairs = pl.DataFrame({"customer_id": ["a", "a"], "action": ["settle_case", "offer"]})
    >>> topics = pl.DataFrame({"customer_id": ["a", "a"], "topic": ["first reply", "tickets"], "reason": [1, 1]})
    >>> filter_answering(pairs, topics, Playbook()).rows()
    [('a', 'settle_case', 1)]
    """
    pairs_answered = [(action.name, topic) for action in playbook.actions for topic in action.answers]
    answers = pl.DataFrame(pairs_answered, schema={"action": pl.String, "topic": pl.String}, orient="row")
    answered = (
        topics.join(answers, on="topic")
        .group_by("customer_id", "action")
        .agg(pl.col("reason").cast(pl.Int64).min())
    )
    any_reason = [action.name for action in playbook.actions if not action.answers]
    matched = pairs.join(answered, on=["customer_id", "action"], how="left", maintain_order="left")
    return matched.filter(pl.col("reason").is_not_null() | pl.col("action").is_in(any_reason))


def find_answers(
    chosen: pl.DataFrame,
    options: pl.DataFrame,
    playbook: Playbook,
    distinguishes: Distinguishes,
    eligible: Eligible | None = None,
) -> pl.DataFrame:
    """Find an action that answers a reason for customers who were allocated another action.

    Parameters
    ----------
    chosen
        `customer_id, action, gain`, one row per customer.
    options
        `customer_id, action, gain, gain_high` of those customers; `gain_high` is the gain at the upper bound of
        the effect.
    distinguishes
        Returns for two actions whether campaigns tried both and the interval of their difference excludes 0.
    eligible
        Filters pairs `customer_id, action` to those whose action answers a reason of the customer, with its rank
        in `reason`. Without that column every answer counts as one to the top reason.

    Returns
    -------
    `customer_id, action, gain, replaced, forgone_gain`, at most one row per customer, in the order of `chosen`.
    The action answers the top reason (or precedes it, rank 0) and is not distinguished from the chosen one. Among
    such actions it has the highest gain. `forgone_gain` is how much more the chosen one would gain, at least 0. If
    an action would gain less than the chosen one even at the upper bound of its effect, the two are distinguished.

    Examples
    --------
    >>> from lealtad.company.playbook import Playbook
    >>> options = pl.DataFrame({"customer_id": ["a", "a"], "action": ["call", "settle_case"], "gain": [9.0, 7.0],
    ...                         "gain_high": [12.0, 10.0]})
    >>> find_answers(options.head(1), options, Playbook(), lambda one, other: False).rows()
    [('a', 'settle_case', 7.0, 'call', 2.0)]
    """
    general = [action.name for action in playbook.actions if not action.answers]
    answering = [action.name for action in playbook.actions if action.answers]
    alike = [(name, answer) for name in general for answer in answering if not distinguishes(answer, name)]
    undistinguished = pl.DataFrame(alike, schema={"replaced": pl.String, "action": pl.String}, orient="row")
    answers = options.filter(pl.col("action").is_in(answering)).select(
        "customer_id", "action", "gain", "gain_high"
    )
    pairs = (
        chosen.select("customer_id", replaced="action", before="gain")
        .join(answers, on="customer_id", maintain_order="left")
        .join(undistinguished, on=["replaced", "action"], how="semi", maintain_order="left")
        .filter(pl.col("before") <= pl.col("gain_high"))
    )
    if eligible is not None:
        keep = eligible(pairs.select("customer_id", "action"))
        answer_top = keep.filter(pl.col("reason") <= _TOP) if "reason" in keep.columns else keep
        pairs = pairs.join(answer_top, on=["customer_id", "action"], how="inner", maintain_order="left")
    if "reason" in pairs.columns:
        pairs = pairs.filter(pl.col("reason") == pl.col("reason").min().over("customer_id"))
    best = pairs.filter(pl.col("gain") == pl.col("gain").max().over("customer_id"))
    first = best.unique("customer_id", keep="first", maintain_order=True)
    forgone = (pl.col("before") - pl.col("gain")).clip(lower_bound=0.0)
    return first.select("customer_id", "action", "gain", "replaced", forgone_gain=forgone)


def keep_within_limits(
    answers: pl.DataFrame, chosen: pl.DataFrame, playbook: Playbook, taken: Mapping[str, int]
) -> pl.DataFrame:
    """Keep the answers that fit within the limits, in order; each frees the action that it replaces.

    Parameters
    ----------
    answers
        As `find_answers` returns them.
    chosen
        `customer_id, action` of all chosen customers.
    taken
        By action, the number of uses already taken by others.
    """
    limits, places = list_limits(playbook, taken), {action.name: k for k, action in enumerate(playbook.actions)}
    counts = np.zeros(len(places))
    for name, count in chosen.group_by("action").len().iter_rows():
        counts[places[name]] = count
    kept = []
    for name, replaced in answers.select("action", "replaced").iter_rows():
        changed = counts.copy()
        changed[places[name]] += 1
        changed[places[replaced]] -= 1
        fits = bool((limits.uses @ changed <= limits.amounts + _WHOLE).all())
        counts = changed if fits else counts
        kept.append(fits)
    return answers.filter(pl.Series(kept, dtype=pl.Boolean))
