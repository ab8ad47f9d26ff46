"""Secrets are `${NAME}` references to the environment; no error, log or report shows their values."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote

from lealtad.base.errors import SettingsError

_REFERENCE = re.compile(r"\$\{(\w+)\}")
# not a URL parser, because a malformed address may contain a password too
_BEFORE_HOST = re.compile(r"://[^:@/]*:(.*)@")
_PARAMETER = re.compile(r"[?&;][^=&;]*(?:pass|pwd|secret|token)[^=&;]*=([^&;]*)", re.IGNORECASE)
_HIDDEN = "…"
_ABOUT_A_VALUE = re.compile(r"conver|invalid input|out of range|cast|field value|malformed|violates|parse", re.I)
_VALUE = re.compile(r"\'.*\'|\".*\"|\(.*\)|\[.*\]", re.DOTALL)


def refuse_literal_password(place: str, address: str | None) -> None:
    """Refuse an address with a password in plain text.

    Raises
    ------
    SettingsError
        If it has one, before the host or among its parameters; the message does not repeat it.
    """
    if any(_REFERENCE.sub("", password) for password in _find_passwords(address or "")):
        raise SettingsError(
            place=place,
            expected="a password from an environment variable",
            found="a password in plain text",
            fix="Write ${NAME} in its place, and set the variable NAME where lealtad runs.",
        )


def is_reference(value: str) -> bool:
    """Return whether a value is exactly one `${NAME}` reference.

    Examples
    --------
    >>> is_reference("${STORE_SECRET}"), is_reference("s3cret")
    (True, False)
    """
    return _REFERENCE.fullmatch(value) is not None


def fill_references(place: str, address: str) -> str:
    """Replace the `${NAME}` references of an address by the environment's values.

    A value that is only part of the address is quoted, so that a password may contain any character.

    Raises
    ------
    SettingsError
        If a variable is not set.
    """
    whole = _REFERENCE.fullmatch(address) is not None

    def value(reference: re.Match[str]) -> str:
        value = os.environ.get(reference[1])
        if not value:
            raise SettingsError(
                place=place,
                expected=f"the environment variable {reference[1]}",
                found="it is not set" if value is None else "it is empty",
                fix=f"Set it where lealtad runs: export {reference[1]}=…",
            )
        return value if whole else quote(value, safe="")

    return _REFERENCE.sub(value, address)


def hide_secrets(text: str, template: str, address: str) -> str:
    """Return a text without the values that the references of `template` inserted into `address`.

    Examples
    --------
    >>> hide_secrets("no access with s3cret", "postgresql://me:${PW}@host/crm", "postgresql://me:s3cret@host/crm")
    'no access with …'
    """
    secrets = {address, *_find_passwords(address)}
    secrets |= {os.environ.get(name, "") for name in _REFERENCE.findall(template)}
    written = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), unquote(secret))}
    for secret in sorted(written, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return text


def hide_values(message: str) -> str:
    """Return a reader's error about a value without the value, which may be personal data.

    Examples
    --------
    >>> hide_values("Conversion Error: Could not convert string 'ana@example.com' to INT32")
    "Conversion Error: Could not convert string '…' to INT32"
    >>> hide_values('Binder Error: Referenced column "plan" not found')
    'Binder Error: Referenced column "plan" not found'
    """
    if not _ABOUT_A_VALUE.search(message):
        return message
    return _VALUE.sub(lambda value: f"{value[0][0]}{_HIDDEN}{value[0][-1]}", message)


def _find_passwords(address: str) -> list[str]:
    matches = [*_BEFORE_HOST.findall(address), *_PARAMETER.findall(address)]
    return [password for password in matches if password]
