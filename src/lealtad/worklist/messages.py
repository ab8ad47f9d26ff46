"""Opening lines and mails for the customers of a list, by action, cause and language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.language import LANGUAGES
from lealtad.worklist.contact_details import build_contacts
from lealtad.worklist.customer_details import read_details
from lealtad.worklist.reasons import find_cause, list_causes

if TYPE_CHECKING:
    from lealtad.company.playbook import Message, Playbook
    from lealtad.lake import Lake

_OTHER, _OFFER, _TALK = "other", "offer", "talk"
_RECOMMEND = "recommend"
_COLUMNS = (
    "owner",
    "rank",
    "customer_id",
    "action",
    "channel",
    "language",
    "name",
    "phone",
    "email",
    "opening",
    "subject",
    "body",
)


@dataclass(frozen=True)
class Texts:
    """The opening line and the mail for one customer."""

    opening: str
    subject: str
    body: str


def write_texts(  # noqa: PLR0913, PLR0917 - what a text is made of
    playbook: Playbook, action: str, about: str | None, language: str, name: str | None, product: str | None = None
) -> Texts:
    """Write the opening line and the mail of an action for a reason.

    Parameters
    ----------
    about
        The topic of the first reason; None if there is none.
    language
        The code of the customer's language, also used to find the playbook's own texts.
    name
        The customer's name; None if it is unknown.
    product
        The name of the product that the action recommends; None if it recommends none.

    Examples
    --------
    >>> from lealtad.company.playbook import Playbook
    >>> write_texts(Playbook(sender="Acme"), "keep", "cancelling", "en", "Ana Ruiz").opening[:74]
    'Hello Ana Ruiz, I am calling from Acme. You asked us to cancel. Before we '
    """
    words = _read_words(language)
    frame = words["frame"]
    cause = _RECOMMEND if product else find_cause(about) if about else _OTHER
    action = _RECOMMEND if product else action
    texts = words["cause"].get(cause, words["cause"][_OTHER])
    asked = words["action"].get(action) or words["action"][_find_kind(playbook, action)]
    own = _find_own(playbook.messages, action, cause, language)
    sender = playbook.sender or frame["sender"]
    call, mail = (frame[kind if name else f"{kind}_unnamed"] for kind in ("call", "mail"))
    opening = own.get("opening") or " ".join([call, texts["opening"], asked["opening"]])
    body = own.get("body") or "\n\n".join([mail, texts["text"], asked["text"], frame["end"]])
    fills = {"name": name or "", "sender": sender, "product": product or ""}
    return Texts(
        opening.format(**fills), (own.get("subject") or texts["subject"]).format(**fills), body.format(**fills)
    )


def build_mailmerge(team: pl.DataFrame, lake: Lake, playbook: Playbook, language: str) -> pl.DataFrame:
    """Return the texts for every customer of a list, with contact details.

    Parameters
    ----------
    team
        The list with its codes.
    language
        The language for customers whose language is unknown or not available.

    Returns
    -------
    `owner, rank, customer_id, action, channel, language, name, phone, email, opening, subject, body`; `link` if
    the playbook has one.
    """
    contacts = build_contacts(team, lake, playbook.customer_link).drop("owner", "rank")
    spoken = read_details(lake, team["as_of"][0], team["customer_id"].to_list()).select("customer_id", "language")
    product = pl.col("product") if "product" in team.columns else pl.lit(None, pl.String).alias("product")
    rows = team.select(
        "owner", "rank", "customer_id", "channel", "reason_1_about", product, action="suggested_action"
    )
    joined = rows.join(contacts, on="customer_id", how="left", maintain_order="left").join(
        spoken, on="customer_id", how="left", maintain_order="left"
    )
    written = []
    for row in joined.to_dicts():
        code = str(row["language"] or language)[:2].lower()
        code = code if code in LANGUAGES else language
        texts = write_texts(playbook, row["action"], row["reason_1_about"], code, row["name"], row["product"])
        written.append({**row, "language": code, **vars(texts)})
    shown = [*_COLUMNS, *(["link"] if "link" in joined.columns else [])]
    return pl.DataFrame(written, schema=dict.fromkeys(shown, pl.String) | {"rank": pl.Int64()}).select(shown)


def check_messages(playbook: Playbook) -> None:
    """Refuse messages for unknown actions or causes.

    Raises
    ------
    SettingsError
        If a message is for an unknown action or cause; the error names the nearest known one.
    """
    actions = [*(action.name for action in playbook.actions), _RECOMMEND]
    known_names = {"action": actions, "cause": [*list_causes(), _OTHER, _RECOMMEND]}
    for number, message in enumerate(playbook.messages, start=1):
        for key, names in known_names.items():
            value = getattr(message, key)
            if value is not None and value not in names:
                raise SettingsError(
                    place=f"worklist.messages[{number}].{key}",
                    expected="an action of the playbook" if key == "action" else "a cause of reasons",
                    found=f"'{value}'",
                    fix=suggest_name(value, names),
                )


def _find_kind(playbook: Playbook, action: str) -> str:
    offers = {offered_action.name: offered_action.offer_cost > 0 for offered_action in playbook.actions}
    return _OFFER if offers.get(action) else _TALK


def _find_own(messages: tuple[Message, ...], action: str, cause: str, language: str) -> dict[str, str]:
    """Return the company's own texts: for action and cause, else for one of them, else for any."""
    texts: dict[str, str] = {}
    fitting = [
        message
        for message in messages
        if message.language == language and message.action in (None, action) and message.cause in (None, cause)
    ]
    for message in sorted(
        fitting, key=lambda candidate: (candidate.action is not None) + (candidate.cause is not None)
    ):
        own_texts = {name: getattr(message, name) for name in ("opening", "subject", "body")}
        texts |= {name: text for name, text in own_texts.items() if text is not None}
    return texts


@cache
def _read_words(language: str) -> dict[str, Any]:
    words = tomllib.loads((files("lealtad.worklist") / "messages.toml").read_text(encoding="utf-8"))
    return {
        "frame": {name: text[language] for name, text in words["frame"].items()},
        **{
            kind: {
                name: {part: text[language] for part, text in texts.items()} for name, texts in words[kind].items()
            }
            for kind in ("cause", "action")
        },
    }
