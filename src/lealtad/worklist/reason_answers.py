"""Actions that answer reasons, and when such an action goes before one that gains more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from lealtad.company.playbook import Playbook

    Distinguishes = Callable[[str, str], bool]

_BEFORE = 1.001  # by so much it goes before the other: less than any team would notice


def filter_answering(pairs: pl.DataFrame, topics: pl.DataFrame, playbook: Playbook) -> pl.DataFrame:
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
    >>> from lealtad.company.playbook import Playbook
    >>> pairs = pl.DataFrame({"customer_id": ["a", "a"], "action": ["settle_case", "offer"]})
    >>> topics = pl.DataFrame({"customer_id": ["a", "a"], "topic": ["first reply", "tickets"]})
    >>> filter_answering(pairs, topics, Playbook()).rows()
    [('a', 'settle_case')]
    """
    pairs_answered = [(action.name, topic) for action in playbook.actions for topic in action.answers]
    answers = pl.DataFrame(pairs_answered, schema={"action": pl.String, "topic": pl.String}, orient="row")
    answered = topics.join(answers, on="topic").select("customer_id", "action").unique()
    any_reason = [action.name for action in playbook.actions if not action.answers]
    matched = pairs.join(
        answered.with_columns(answered=True), on=["customer_id", "action"], how="left", maintain_order="left"
    )
    return matched.filter(pl.col("answered") | pl.col("action").is_in(any_reason)).drop("answered")


def prefer_answers(options: pl.DataFrame, playbook: Playbook, distinguishes: Distinguishes) -> pl.DataFrame:
    """Raise the weight of actions that answer a reason above those that campaigns do not distinguish from them.

    Parameters
    ----------
    options
        `customer_id, action, gain, gain_high, weight`: an allocation compares the weights. `gain_high` is the gain
        at the upper bound of the effect.
    distinguishes
        Says of two actions whether campaigns tried both and the interval of their difference leaves out 0.

    Returns
    -------
    The options, with raised weights. An action that answers reasons weighs more than the actions for any reason
    that gain something and are not distinguished from it. Gains stay as they are, even below 0.

    Examples
    --------
    >>> from lealtad.company.playbook import Playbook
    >>> options = pl.DataFrame({"customer_id": ["a", "a"], "action": ["call", "settle_case"], "gain": [9.0, 7.0],
    ...                         "gain_high": [12.0, 10.0], "weight": [9.0, 7.0]})
    >>> prefer_answers(options, Playbook(), lambda one, other: False)["weight"].round(2).to_list()
    [9.0, 9.01]
    """
    best = _find_best_general_action(options, playbook, distinguishes, "weight")
    raised = pl.max_horizontal("weight", pl.col("alike") * _BEFORE)
    keys = ["customer_id", "action"]
    joined = options.join(best, on=keys, how="left", maintain_order="left")
    return joined.with_columns(weight=pl.when(pl.col("alike") > 0).then(raised).otherwise("weight")).drop("alike")


def compute_forgone_gain(options: pl.DataFrame, playbook: Playbook, distinguishes: Distinguishes) -> pl.DataFrame:
    """Return what answering a reason costs: `customer_id, action, forgone_gain`, of actions that answer reasons.

    How much more an action for any reason, not distinguished from it, would gain; 0 where none would.

    Examples
    --------
    >>> from lealtad.company.playbook import Playbook
    >>> options = pl.DataFrame({"customer_id": ["a", "a"], "action": ["call", "settle_case"], "gain": [9.0, 7.0],
    ...                         "gain_high": [12.0, 10.0]})
    >>> compute_forgone_gain(options, Playbook(), lambda one, other: False).rows()
    [('a', 'settle_case', 2.0)]
    """
    best = _find_best_general_action(options, playbook, distinguishes, "gain")
    joined = options.select("customer_id", "action", "gain").join(best, on=["customer_id", "action"])
    more = (pl.col("alike") - pl.col("gain")).clip(lower_bound=0.0)
    return joined.select("customer_id", "action", forgone_gain=more)


def _find_best_general_action(
    options: pl.DataFrame, playbook: Playbook, distinguishes: Distinguishes, by: str
) -> pl.DataFrame:
    """Return, for each action that answers reasons, the best undistinguished one for any reason."""
    parts = [
        pl.DataFrame(
            schema={"customer_id": options.schema["customer_id"], "action": pl.String, "alike": pl.Float64}
        )
    ]
    general = [other.name for other in playbook.actions if not other.answers]
    for action in (other.name for other in playbook.actions if other.answers):
        others = [name for name in general if not distinguishes(action, name)]
        hopes = options.filter(pl.col("action") == action).select("customer_id", "gain_high")
        rivals = options.filter(pl.col("action").is_in(others)).join(hopes, on="customer_id", suffix="_of_answer")
        # no effect it may have pays what it costs more than the other
        near = rivals.filter(pl.col("gain") <= pl.col("gain_high_of_answer"))
        best = near.group_by("customer_id").agg(alike=pl.col(by).max())
        parts.append(best.select("customer_id", action=pl.lit(action), alike=pl.col("alike").cast(pl.Float64)))
    return pl.concat(parts)
