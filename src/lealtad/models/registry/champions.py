"""The history of champions: which version, from when to when, and why; stored in the registry."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.models.registry.loading import check_version
from lealtad.models.registry.store import connect_to_store
from lealtad.models.registry.versions import (
    CHALLENGER,
    CHAMPION,
    find_by_alias,
    find_by_number,
    unknown_version_error,
)

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

_TAG = "lealtad.models.gate."
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "version": pl.String,
    "since": INSTANT,
    "until": INSTANT,
    "because": pl.String,
    "gate": pl.String,
}


def make_champion(  # noqa: PLR0913 - a decision and where it counts
    tracking_uri: str, name: str, version: str, *, because: str, gate: str, at: datetime
) -> bool:
    """Make a version the champion, and return whether that changed anything.

    The reason is written before the alias moves, so that every champion has one. Repeating an interrupted call
    completes it.

    Parameters
    ----------
    because
        The reason, in the words of the person who decided.
    gate
        The gate's result: passed, failed (and overridden by a person), or not asked.
    at
        Time of the change.

    Raises
    ------
    ModelError
        If there is no such version, its files were altered, or the store does not answer.
    """
    with connect_to_store(tracking_uri, name) as client:
        chosen = find_by_number(client, name, version)
        if chosen is None:
            raise unknown_version_error(client, name, version)
        check_version(client, tracking_uri, name, chosen)
        champion = find_by_alias(client, name, CHAMPION)
        if champion is not None and champion.version == chosen.version:
            _retire_challenger(client, name, chosen.version)
            return False
        entry = {"version": str(chosen.version), "since": at.astimezone(UTC).isoformat()}
        entry |= {"because": because, "gate": gate}
        number = _next_number(_read_entries(client, name), champion)
        client.set_registered_model_tag(name, f"{_TAG}{number:06d}", json.dumps(entry))
        client.set_registered_model_alias(name, CHAMPION, chosen.version)
        _retire_challenger(client, name, chosen.version)
    return True


def _retire_challenger(client: MlflowClient, name: str, version: str) -> None:
    """Remove the alias of the challenger from a version, if it has it."""
    challenger = find_by_alias(client, name, CHALLENGER)
    if challenger is not None and challenger.version == version:
        client.delete_registered_model_alias(name, CHALLENGER)


def read_history(tracking_uri: str, name: str) -> pl.DataFrame:
    """Return the history of champions, one row per term, oldest first.

    Returns
    -------
    `version, since, until` (null: still champion), `because, gate` (passed, failed, or not asked).

    Raises
    ------
    ModelError
        If the store does not answer.
    """
    with connect_to_store(tracking_uri, name) as client:
        entries, champion = _read_entries(client, name), find_by_alias(client, name, CHAMPION)
    if _is_unfinished(entries, champion):
        entries = entries[:-1]
    since = [datetime.fromisoformat(entry["since"]) for entry in entries]
    rows = [
        {**entry, "since": start, "until": end}
        for entry, start, end in zip(entries, since, [*since[1:], None], strict=False)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def find_previous(tracking_uri: str, name: str) -> str | None:
    """Return the version that was champion before the current one.

    Parameters
    ----------
    tracking_uri
        Address of the MLflow store.
    name
        The name of the model's definition.

    Returns
    -------
    Number of the version, as text; None if there was none.

    Raises
    ------
    ModelError
        If the store does not answer.
    """
    versions = read_history(tracking_uri, name)["version"].to_list()
    return next((version for version in reversed(versions[:-1]) if version != versions[-1]), None)


def _read_entries(client: MlflowClient, name: str) -> list[dict[str, str]]:
    tags = client.get_registered_model(name).tags if _exists(client, name) else {}
    return [json.loads(tags[key]) for key in sorted(tags) if key.startswith(_TAG)]


def _exists(client: MlflowClient, name: str) -> bool:
    return bool(client.search_registered_models(f"name='{name}'"))


def _next_number(entries: list[dict[str, str]], champion: Any) -> int:
    """Return the number of the next entry; an entry that never took effect is overwritten."""
    return len(entries) + (0 if _is_unfinished(entries, champion) else 1)


def _is_unfinished(entries: list[dict[str, str]], champion: Any) -> bool:
    """Return whether the last entry was written but the previous champion is still in charge."""
    if not entries:
        return False
    before = entries[-2]["version"] if len(entries) > 1 else None
    now = None if champion is None else str(champion.version)
    return now == before and now != entries[-1]["version"]
