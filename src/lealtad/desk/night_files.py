"""Reading tonight's list, and the customers to search, from a run directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.base.language import LANGUAGES
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import find_settings_in_force
from lealtad.desk.delivery import Delivered, NightList, deliver_night
from lealtad.desk.search_index import write_search_index
from lealtad.lake import Lake
from lealtad.sources.contract.recommended import RECOMMEND
from lealtad.worklist import WorklistFiles, build_mailmerge, name_actions, select_team_columns

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.company.playbook import Playbook


def deliver_run(out: Path) -> Delivered | None:
    """Deliver the newest list of a run directory, and index its customers; None if there is no list."""
    lake = Lake.open(out / "lake")
    write_search_index(lake, out / "desk")
    tonight = read_night(out, lake)
    return None if tonight is None else deliver_night(tonight)


def read_night(out: Path, lake: Lake) -> NightList | None:
    """Return the newest list of a run directory for the desk; None if there is none, or it is empty."""
    files = WorklistFiles.into(out)
    if not files.parquet.is_file():
        return None
    team = select_team_columns(pl.read_parquet(files.parquet))
    if team.is_empty():
        return None
    playbook, as_of = find_settings_in_force(out).settings.worklist, team["as_of"][0]
    definition = ModelDefinition.choose(Path(), lake.versions)
    return NightList(
        list_id=team["list_id"][0],
        as_of=as_of,
        campaign_id=playbook.campaign_id(as_of),
        rows=_add_words(files, _add_messages(lake, _date_days(team), playbook).to_dicts()),
        departed=_find_departed(lake, as_of),
        actions={**describe_actions(playbook), **describe_recommendations(team, playbook, as_of)},
        owners=dict(playbook.owners),
        currency=definition.value.currency,
        horizon_days=definition.label.horizon_days,
    )


def describe_actions(playbook: Playbook) -> dict[str, Any]:
    """Return the playbook's actions by code: texts, owner, channel, costs, capacity."""
    return {
        action.name: {
            "words": {"en": action.words.en, "es": action.words.es},
            "owner": action.owner,
            "channel": action.channel,
            "contact_cost": action.contact_cost,
            "offer_cost": action.offer_cost,
            "capacity_per_day": action.capacity_per_day,
        }
        for action in playbook.actions
    }


def describe_recommendations(team: pl.DataFrame, playbook: Playbook, as_of: datetime) -> dict[str, Any]:
    """Return each action of a list that recommends a product, as `describe_actions` does, with its campaign."""
    action, words = playbook.recommend, {code: name_actions(team, playbook, code) for code in LANGUAGES}
    own = {each.name for each in playbook.actions}
    return {
        name: {
            "words": {code: words[code][name] for code in LANGUAGES},
            "owner": action.owner,
            "channel": action.channel,
            "contact_cost": action.contact_cost,
            "offer_cost": 0.0,
            "capacity_per_day": action.capacity_per_day,
            "campaign_id": playbook.campaign_id(as_of, RECOMMEND),
        }
        for name in words["en"]
        if name not in own
    }


def _date_days(team: pl.DataFrame) -> pl.DataFrame:
    """Return the list with due dates as instants, converted from a date or from a time without a zone."""
    if "due_by" not in team.columns or team.schema["due_by"] == INSTANT:
        return team
    return team.with_columns(pl.col("due_by").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"))


def _add_words(files: WorklistFiles, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add each row's reasons by language as `words`; older lists have only one language."""
    if not files.reasons.is_file():
        return rows
    words: dict[str, dict[str, dict[str, str | None]]] = {}
    for row in pl.read_parquet(files.reasons).iter_rows(named=True):
        words.setdefault(row.pop("customer_id"), {})[row.pop("language")] = row
    return [{**row, "words": words.get(row["customer_id"], {})} for row in rows]


def _add_messages(lake: Lake, team: pl.DataFrame, playbook: Playbook) -> pl.DataFrame:
    """Return the list with each customer's name, opening and mail in the customer's language."""
    if not lake.has("contacts"):
        return team
    written = build_mailmerge(team, lake, playbook, "en")
    texts = [name for name in ("name", "opening", "subject", "body") if name in written.columns]
    return team.join(written.select("customer_id", *texts), on="customer_id", how="left", maintain_order="left")


def _find_departed(lake: Lake, as_of: datetime) -> dict[str, str]:
    """Return why customers with open cards can no longer be contacted.

    The reason is `gone` (no longer an active customer) or `consent`. The holdout is not considered, because the
    desk must not know it.
    """
    from lealtad.desk.event_kinds import Status
    from lealtad.desk.models import Card
    from lealtad.worklist import read_details

    at_work = list(Card.objects.filter(status__in=Status.AT_WORK).values_list("customer_id", flat=True))
    if not at_work or not lake.has("scores"):
        return {}
    of_night = pl.col("customer_id").is_in(at_work) & (pl.col("as_of") == as_of)
    active = set(lake.read("scores", columns=["customer_id"], where=of_night)["customer_id"])
    details = read_details(lake, as_of, at_work)
    refused = set(details.filter(pl.col("consent").eq_missing(pl.lit(value=False)))["customer_id"])
    return {
        **dict.fromkeys(refused, "consent"),
        **dict.fromkeys((customer for customer in at_work if customer not in active), "gone"),
    }
