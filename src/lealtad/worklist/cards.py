"""One listed customer as the page shows them, with all values in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.worklist.wording import list_code_words, list_note_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from lealtad.base.language import Language

_DAYS_FROM_HOURS = 48
_HARDLY_MORE = 1.5  # times the usual
_ALREADY_ON_CARD = {"effect_assumed", "answers_reason"}  # the card states both with their numbers


@dataclass(frozen=True)
class CardReason:
    """One reason with the facts behind it; `is_actionable` if the team can act on it."""

    text: str
    is_actionable: bool
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class CustomerCard:
    """The contents of a customer's card; texts are empty and lists short where nothing is known.

    Attributes
    ----------
    band, change
        Codes, for styling; their words are next to them.
    facts
        Pairs of a label and a value.
    """

    rank: int
    change: str
    change_words: str
    change_reason: str
    customer: str
    described: str
    band: str
    band_words: str
    probability: str
    times_usual: str
    interval: str
    share: float
    reasons: tuple[CardReason, ...]
    against: str
    comment: str
    comment_day: str
    action: str
    channel: str
    due_by: str
    gain: str
    stake: str
    effect: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def describe_forgone_gain(team: pl.DataFrame, language: Language) -> str:
    """Describe how much expected gain a list gives up to answer customers' reasons; empty if none."""
    total = float(team["forgone_gain"].fill_null(0.0).sum()) if "forgone_gain" in team.columns else 0.0
    return language.money(total) if total > 0 else ""


def build_card(row: Mapping[str, Any], language: Language, actions: Mapping[str, str]) -> CustomerCard:
    """Build the card of a row of the team's columns, which contains codes."""
    words = list_code_words(language)
    action, channel = row.get("suggested_action"), row.get("channel")
    return CustomerCard(
        rank=row["rank"],
        change=row.get("change") or "",
        change_words=_describe_change(row, language),
        change_reason=row.get("change_reason") or "",
        customer=row["customer_id"],
        described=" · ".join(
            text for text in (row.get("segment"), _translate_code(words["quadrant"], row.get("quadrant"))) if text
        ),
        band=row.get("band") or "",
        band_words=_translate_code(words["band"], row.get("band")),
        probability=language.percent(row["churn_probability"]),
        times_usual=describe_times_usual(row["churn_probability"], row.get("usual_probability"), language),
        interval=_describe_interval(row, language),
        share=round(100 * row["churn_probability"], 1),
        reasons=tuple(
            CardReason(row[f"reason_{i}"], bool(row.get(f"reason_{i}_actionable")), _split_facts(row, i))
            for i in (1, 2, 3)
            if row.get(f"reason_{i}")
        ),
        against=row.get("against_1") or "",
        comment=row.get("last_comment") or "",
        comment_day=language.date(row["last_comment_at"]) if row.get("last_comment_at") else "",
        action=actions.get(action, action) if action else "",
        channel=translate_name(channel, language.code) if channel else "",
        due_by=language.date(row["due_by"]) if row.get("due_by") else "",
        gain=_describe_gain(row, language),
        stake=_format_money(row, "value_at_stake", language),
        effect=_describe_effect(row, language),
        facts=_list_facts(row, language),
        notes=(*_describe_forgone(row, language), *_list_notes(row, language)),
    )


def describe_times_usual(probability: float, usual: float | None, language: Language) -> str:
    """Describe a customer's probability as a multiple of the usual one; empty if the usual is unknown.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> describe_times_usual(0.13, 0.019, Language.from_code("en"))
    'seven times the usual'
    """
    if not usual:
        return ""
    _, times = language.translate, probability / usual
    if times < _HARDLY_MORE:
        return _("about the usual") if times > 1 / _HARDLY_MORE else _("less than the usual")
    words = _list_times(language)
    if round(times) in words:
        return words[round(times)]
    return _("{times} times the usual", times=language.number(round(times) if times > len(words) else times))


def _list_times(language: Language) -> dict[int, str]:
    _ = language.translate
    return {
        2: _("twice the usual"),
        3: _("three times the usual"),
        4: _("four times the usual"),
        5: _("five times the usual"),
        6: _("six times the usual"),
        7: _("seven times the usual"),
        8: _("eight times the usual"),
        9: _("nine times the usual"),
        10: _("ten times the usual"),
    }


def _split_facts(row: Mapping[str, Any], i: int) -> tuple[str, ...]:
    return tuple(fact for fact in (row.get(f"reason_{i}_evidence") or "").split(" | ") if fact)


def _describe_effect(row: Mapping[str, Any], language: Language) -> str:
    """Describe the basis of the action's effect, and the share that campaigns have measured."""
    basis, share = row.get("effect_basis"), row.get("effect_share") or 0.0
    if not basis:
        return ""
    word = _translate_code(list_code_words(language)["effect_basis"], basis)
    return language.translate("effect {basis}, {share} from campaigns", basis=word, share=language.percent(share))


def _describe_forgone(row: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    """Describe the gain given up to answer the customer's reason."""
    more = row.get("forgone_gain") or 0.0
    if more <= 0:
        return ()
    return (
        language.translate(
            "Answers the customer's reason. Another action may gain {gain} more, but campaigns do "
            "not distinguish the two.",
            gain=language.money(more),
        ),
    )


def _translate_code(words: Mapping[str, str], code: str | None) -> str:
    return words.get(code, code) if code and code != "unknown" else ""


def _format_money(row: Mapping[str, Any], name: str, language: Language) -> str:
    return "" if row.get(name) is None else language.money(row[name])


def _describe_gain(row: Mapping[str, Any], language: Language) -> str:
    """Describe the worth of a contact; as a range if campaigns cannot distinguish the action from a better one."""
    gain, more = row.get("expected_gain"), row.get("forgone_gain") or 0.0
    if gain is None or more <= 0:
        return _format_money(row, "expected_gain", language)
    return language.translate("{low} to {high}", low=language.money(gain), high=language.money(gain + more))


def _describe_change(row: Mapping[str, Any], language: Language) -> str:
    """Describe the change since the previous list; empty if the customer keeps the place."""
    change, before = row.get("change"), row.get("previous_rank")
    if change in ("up", "down") and before:
        return language.translate("was {rank}", rank=before)
    return "" if change in (None, "stays") else _translate_code(list_code_words(language)["change"], change)


def _describe_interval(row: Mapping[str, Any], language: Language) -> str:
    low, high = row.get("churn_probability_low"), row.get("churn_probability_high")
    if low is None or high is None:
        return ""
    return language.translate("{low} to {high}", low=language.percent(low), high=language.percent(high))


def _list_facts(row: Mapping[str, Any], language: Language) -> tuple[tuple[str, str], ...]:
    _ = language.translate
    facts = [
        (_("Our last contact"), language.date(row["last_contact_at"]) if row.get("last_contact_at") else ""),
        (_("Open tickets"), _describe_tickets(row, language)),
        (_("Last NPS answer"), "" if row.get("last_nps") is None else language.number(row["last_nps"])),
        (_("Last satisfaction"), "" if row.get("last_csat") is None else language.percent(row["last_csat"])),
        (_("Contract until"), language.date(row["renewal_date"]) if row.get("renewal_date") else ""),
    ]
    return tuple((label, value) for label, value in facts if value)


def _describe_tickets(row: Mapping[str, Any], language: Language) -> str:
    n, hours = row.get("open_tickets"), row.get("oldest_open_ticket_hours")
    if not n or hours is None:
        return language.number(n) if n else ""
    if hours < _DAYS_FROM_HOURS:
        return language.translate(
            "{n}, oldest {hours} h", n=language.number(n), hours=language.number(round(hours))
        )
    return language.translate(
        "{n}, oldest {days} days", n=language.number(n), days=language.number(round(hours / 24))
    )


def _list_notes(row: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    words = list_note_words(language)
    codes = [code for code in (row.get("data_notes") or "").split(",") if code]
    return tuple(words.get(code, code) for code in codes if code not in _ALREADY_ON_CARD)
