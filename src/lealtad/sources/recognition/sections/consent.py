"""The column that says who may be contacted: opt-outs are inverted, and doubtful ones are asked about."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CONSENT = "consent_contact"
_TOPIC = get_words("consent", "topic")
# words that refuse by themselves, and words that refuse a topic
_REFUSES = get_words("consent", "refuses")
_REFUSES_A_TOPIC = get_words("consent", "refuses_a_topic")
_ACCEPTS = get_words("consent", "accepts")
_YES = get_words("consent", "yes")
_NO = get_words("consent", "no")
# values that are clear by themselves
_SAYS_YES = get_words("consent", "says_yes")
_SAYS_NO = get_words("consent", "says_no")
_UNSUBSCRIBED = get_words("consent", "unsubscribed")
# what was done to the data of a person, and what is sent to them
_NO_CONSENT, _SENDS = get_words("consent", "no_consent"), get_words("consent", "sends")


def map_consent(section: Proposal, table: SourceTable) -> Proposal:
    """Map the column that says who may be contacted, inverted if it says who may not; ask in case of doubt."""
    candidates = [
        (content, way)
        for content in table.contents
        if (way := read_consent_direction(content.name) or _find_refusals(content)) and not content.empty
    ]
    candidates = candidates or [(content, "accepts") for content in table.contents if _names_mailing(content)]
    taken = section.columns.get(_CONSENT)
    if taken and table.content(taken).words & _NO_CONSENT:
        columns = {name: header for name, header in section.columns.items() if name != _CONSENT}
        section, taken = replace(section, columns=columns), None
    if taken and all(content.name != taken for content, _ in candidates):
        return section  # its header is the contract's own name
    readable = [
        (content, way, values) for content, way in candidates if (values := _read_consent_values(content, way))
    ]
    columns = {name: header for name, header in section.columns.items() if name != _CONSENT}
    dated = [content for content, way in candidates if way == "refuses" and content.dates and not content.flag]
    doubtful = all(read_consent_direction(content.name) is None for content, *_ in readable)
    doubtful = doubtful and all(content.flag for content, *_ in readable)
    read = {content.name for content, *_ in readable}
    unread = [content for content, _ in candidates if content.name not in read and _knows_some_values(content)]
    if len(readable) == 1 and not dated and not doubtful and not unread:
        content, way, values = readable[0]
        turned = f'"{content.name}" says who may NOT be contacted: consent_contact is its opposite.'
        notes = (*section.notes, turned) if way == "refuses" else section.notes
        return replace(
            section,
            columns={**columns, _CONSENT: content.name},
            values={**section.values, _CONSENT: values},
            notes=notes,
            attributes=tuple(name for name in section.attributes if name != content.name),
            left_out={name: why for name, why in section.left_out.items() if name != content.name},
        )
    headers = [content.name for content, _ in candidates]
    return _ask_about_consent(replace(section, columns=columns), headers) if headers else section


def _knows_some_values(content: ColumnContent) -> bool:
    """Whether some values of a column state who may be contacted, so that the others may too."""
    return any("".join(split_words(value)) in _SAYS_YES | _SAYS_NO for value in content.values)


def _names_mailing(content: ColumnContent) -> bool:
    """Whether yes and no stand below what is sent to people, such as "Publicidad": nothing says who wants it."""
    return content.flag and content.distinct > 1 and bool(content.words & _SENDS)


def _find_refusals(content: ColumnContent) -> str | None:
    """Return "accepts" for a status with people who unsubscribed, whatever its header is."""
    refusals = any("".join(split_words(value)) in _UNSUBSCRIBED for value in content.values)
    return "accepts" if refusals and "status" in content.ideas else None


def _ask_about_consent(section: Proposal, headers: list[str]) -> Proposal:
    why = (
        "which way does it go, and which column counts? Map consent_contact, and state under values what each "
        "value means: true may be contacted, false may not"
    )
    others = " or ".join(f'"{header}"' for header in headers[1:])
    return replace(
        section,
        values={name: meanings for name, meanings in section.values.items() if name != _CONSENT},
        asked={**section.asked, _CONSENT: (headers[0], f"or {others}? {why}" if others else why)},
        attributes=tuple(name for name in section.attributes if name not in headers),
    )


def read_consent_direction(name: str) -> str | None:
    """Return "accepts" or "refuses" if a header says who may or may not be contacted; else None.

    Examples
    --------
    >>> [read_consent_direction(header) for header in ("Acepta publicidad", "Baja comunicaciones")]
    ['accepts', 'refuses']
    >>> headers = ("No desea publicidad", "Email Opt Out", "HasOptedOutOfEmail", "Fecha baja")
    >>> [read_consent_direction(header) for header in headers]
    ['refuses', 'refuses', 'refuses', None]
    >>> read_consent_direction("Unsubscribed from all email")
    'refuses'
    """
    parts = split_words(name)
    words = {*parts, *(first + second for first, second in itertools.pairwise(parts))}
    words |= {"".join(three) for three in zip(parts, parts[1:], parts[2:], strict=False)}
    if words & _NO_CONSENT:
        return None
    about = bool(words & _TOPIC)
    if words & _REFUSES or (about and words & _REFUSES_A_TOPIC) or {"opted", "out"} <= words:
        return "refuses"
    if words & _REFUSES_A_TOPIC and words & _ACCEPTS:
        return "refuses"
    if about and words & {"status", "estado", "state"}:
        return "accepts"  # its values tell
    if words & {"optin", "optedin", "consent", "consents", "consentimiento"} or (about and words & _ACCEPTS):
        return "accepts"
    return None


def _read_consent_values(content: ColumnContent, way: str) -> dict[str, str | None]:
    """Return what each value means for consent; empty if the meaning of one is unknown."""
    meanings: dict[str, str | None] = {}
    for value in content.values:
        word = "".join(split_words(value))
        if word in _SAYS_YES | _SAYS_NO:
            meanings[value] = "true" if word in _SAYS_YES else "false"
        elif word in _YES | _NO and content.flag:
            meanings[value] = "true" if (word in _YES) == (way == "accepts") else "false"
        else:
            return {}
    return meanings
