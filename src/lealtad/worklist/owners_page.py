"""The list as a page to work from: one printable sheet per owner, one card per customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lealtad.base.web_page import render_page
from lealtad.worklist.cards import CustomerCard, build_card, describe_forgone_gain
from lealtad.worklist.columns import select_team_columns
from lealtad.worklist.contact_details import fill_link
from lealtad.worklist.wording import list_code_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from lealtad.base.language import Language


@dataclass(frozen=True)
class Sheet:
    """The work of one owner."""

    owner: str
    cards: tuple[CustomerCard, ...]
    gain: str
    anchor: str


def write_owners_page(  # noqa: PLR0913 - the parts of the page
    path: Path,
    team: pl.DataFrame,
    language: Language,
    *,
    as_of: datetime,
    actions: Mapping[str, str] | None = None,
    days: int | None = None,
    link: str | None = None,
) -> None:
    """Write the page as one self-contained file; owners with the highest expected gain come first.

    Parameters
    ----------
    team
        The team's columns, with codes; an empty list gives a page that states this.
    actions
        By name of an action, its texts.
    days
        The horizon of the churn model; None: it is not stated.
    link
        Address of a customer in the CRM, with `{customer_id}`; None: no links.
    """
    shown = select_team_columns(team)
    path.write_text(
        render_page(
            "lealtad.worklist",
            "worklist.html.jinja",
            language,
            sheets=build_sheets(shown, language, actions or {}),
            as_of=as_of,
            days=days,
            links={customer: fill_link(link, customer) for customer in shown["customer_id"]} if link else None,
            list_id=shown["list_id"].max(),
            model_version=shown["model_version"].max() if "model_version" in shown.columns else None,
            assumed=_is_assumed(shown),
            forgone=describe_forgone_gain(shown, language),
        ),
        encoding="utf-8",
    )


def build_sheets(team: pl.DataFrame, language: Language, actions: Mapping[str, str]) -> tuple[Sheet, ...]:
    """Return one sheet per owner, the highest expected gain first, with readable names of usual owners."""
    by_owner: dict[str, list[dict[str, Any]]] = {}
    words = list_code_words(language)["owner"]
    for row in team.sort("rank").to_dicts():
        by_owner.setdefault(row.get("owner") or "", []).append(row)
    gains = {owner: sum(row.get("expected_gain") or 0.0 for row in rows) for owner, rows in by_owner.items()}
    order = sorted(by_owner, key=lambda owner: (-gains[owner], owner))
    return tuple(
        Sheet(
            words.get(owner, owner) or language.translate("No owner yet"),
            tuple(build_card(row, language, actions) for row in by_owner[owner]),
            language.money(gains[owner]),
            f"owner-{number}",
        )
        for number, owner in enumerate(order, start=1)
    )


def _is_assumed(team: pl.DataFrame) -> bool:
    """Return whether all effects of contacts are assumed."""
    if "data_notes" not in team.columns or team.is_empty():
        return False
    return bool(team["data_notes"].str.contains("effect_assumed").fill_null(value=False).all())
