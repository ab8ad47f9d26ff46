"""An opening line and a mail of the company's own, for an action, a cause or both."""

from __future__ import annotations

import string
from typing import Literal

from pydantic import Field, field_validator

from lealtad.base.errors import suggest_name
from lealtad.base.toml_file import Section

PLACES = ("name", "sender")


class Message(Section):
    """What to say or write to a customer; missing texts are those of lealtad.

    Attributes
    ----------
    language
        Language of the texts: "en" or "es".
    action, cause
        The action of the playbook and the cause of the first reason that the message is for; a missing one means
        any.
    opening
        The first sentences of a call. `{name}` is the customer's name, `{sender}` the company's.
    subject, body
        The mail, with the same placeholders.
    """

    language: Literal["en", "es"]
    action: str | None = None
    cause: str | None = None
    opening: str | None = Field(default=None, min_length=1)
    subject: str | None = Field(default=None, min_length=1)
    body: str | None = Field(default=None, min_length=1)

    @field_validator("opening", "subject", "body")
    @classmethod
    def _check_places(cls, text: str | None) -> str | None:

        try:
            names = [name for _, name, _, _ in string.Formatter().parse(text or "") if name is not None]
        except ValueError:
            raise ValueError("expected {name} and {sender} as the only braces") from None
        for name in names:
            if name not in PLACES:
                raise ValueError(
                    f"expected {{name}} or {{sender}}, found {{{name}}}. {suggest_name(name, PLACES)}"
                )
        return text
