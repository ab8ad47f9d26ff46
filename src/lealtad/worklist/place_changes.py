"""Why a customer's place or action differs from the previous list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.worklist.wording import list_code_words

if TYPE_CHECKING:
    import polars as pl

    from lealtad.worklist.night import Night
    from lealtad.worklist.reason_cache import ReasonCache


def describe_changes(rows: pl.DataFrame, night: Night, why: ReasonCache) -> list[str | None]:
    """Return for each row why its place or action changed, in words; None if neither did.

    Parameters
    ----------
    rows
        Listed customers with `change, action, explored, model_version`.
    why
        Provides the news about customers since then.
    """
    if night.previous.is_empty():
        return [None] * rows.height
    words = list_code_words(why.language)["change_reason"]
    before = {row["customer_id"]: row for row in night.previous.iter_rows(named=True)}
    changed = [
        row["customer_id"]
        for row in rows.iter_rows(named=True)
        if row["change"] != "stays" or _action_of(before, row["customer_id"]) not in (None, row["action"])
    ]
    news = why.describe_news(rows["customer_id"].to_list(), night.previous["as_of"][0])
    models, playbooks = (_list_versions(night.previous, name) for name in ("model_version", "playbook_version"))
    return [
        _describe_change(row, news, models, playbooks, words) if row["customer_id"] in changed else None
        for row in rows.iter_rows(named=True)
    ]


def _action_of(before: dict[str, dict[str, object]], customer: str) -> object:
    return before[customer]["action"] if customer in before else None


def _list_versions(rows: pl.DataFrame, name: str) -> set[object]:
    """Return the model versions behind a list; empty for lists from before versions were stored."""
    return set(rows[name].drop_nulls()) if name in rows.columns else set()


def _describe_change(
    row: dict[str, object],
    news: dict[str, str],
    models: set[object],
    playbooks: set[object],
    words: dict[str, str],
) -> str:
    if row["explored"]:
        return words["drawn"]
    if row["customer_id"] in news:
        text = news[str(row["customer_id"])]
        return text[0].upper() + text[1:] + "."
    if row["model_version"] not in models:
        return words["new_model"]
    if playbooks and row.get("playbook_version") not in playbooks:
        return words["new_playbook"]
    return words["place_free"] if row["change"] in ("new", "up") else words["others"]
