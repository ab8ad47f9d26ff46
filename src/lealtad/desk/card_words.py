"""The row of a list in the reader's words: the suggestion, its reasons and their facts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from lealtad.desk.timeline import find_kind
from lealtad.desk.words import load_language
from lealtad.worklist.cards import describe_times_usual
from lealtad.worklist.wording import list_code_words, list_note_words

if TYPE_CHECKING:
    from lealtad.desk.models import Card


def describe_card(card: Card, language: str) -> dict[str, Any]:
    """Return the texts of a card: the suggestion, its reasons and their facts."""
    speech = load_language(language, card.night.currency)
    details: Any = {**card.details, **card.details.get("words", {}).get(language, {})}
    words = list_code_words(speech)
    notes = (details.get("data_notes") or "").split(",")
    return {
        "action": card.night.name_action(card.action, language),
        "band": words["band"].get(details.get("band"), ""),
        "quadrant": words["quadrant"].get(card.quadrant, ""),
        "owner": words["owner"].get(card.team, card.team),
        "reasons": [
            {
                "text": details[f"reason_{i}"],
                "kind": find_kind(details.get(f"reason_{i}_about")),
                "evidence": details.get(f"reason_{i}_evidence") or "",
            }
            for i in (1, 2, 3)
            if details.get(f"reason_{i}")
        ],
        "against": details.get("against_1") or "",
        "opening": details.get("opening") or "",
        "subject": details.get("subject") or "",
        "body": details.get("body") or "",
        "notes": [list_note_words(speech)[note] for note in notes if note in list_note_words(speech)],
        "times_usual": describe_times_usual(card.probability or 0.0, details.get("usual_probability"), speech),
        "renewal": _read_day(details.get("renewal_date")),
        "open_tickets": details.get("open_tickets"),
        "effect": words["effect_basis"].get(details.get("effect_basis"), ""),
        "experiments": details.get("experiments") or "",
    }


def _read_day(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
