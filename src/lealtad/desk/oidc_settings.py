"""Settings of single sign-on from the environment: the provider's address, the client id and the secret."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lealtad.base.errors import SettingsError
from lealtad.sources.secret import fill_references

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDER_ID = "company"
APPS = (
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
)
MIDDLEWARE = "allauth.account.middleware.AccountMiddleware"
_HOME = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class OidcSettings:
    """An OpenID Connect provider.

    Attributes
    ----------
    issuer
        Its address; `/.well-known/openid-configuration` stands below it.
    client, secret
        The desk's client id at the provider, and its secret.
    name
        The provider's name on the login button.
    """

    issuer: str
    client: str
    secret: str
    name: str

    @property
    def origin(self) -> str:
        """The scheme and host of the login form's target, which the content security policy must allow."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def describe_providers(self) -> dict[str, Any]:
        """Return the provider as django-allauth's settings take it."""
        app = {
            "provider_id": PROVIDER_ID,
            "name": self.name,
            "client_id": self.client,
            "secret": self.secret,
            "settings": {"server_url": self.issuer},
        }
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def read_oidc_settings(environment: Mapping[str, str] = os.environ) -> OidcSettings | None:
    """Read the settings of single sign-on from the environment; None if no provider is set.

    Parameters
    ----------
    environment
        `LEALTAD_DESK_OIDC` is the issuer. `LEALTAD_DESK_OIDC_CLIENT` and `LEALTAD_DESK_OIDC_SECRET` are the client
        id and secret (`${NAME}` references are resolved). `LEALTAD_DESK_OIDC_NAME` is its name on the button.

    Raises
    ------
    SettingsError
        If the address is not `https://` (except on this machine), or client or secret is missing.

    Examples
    --------
    >>> read_oidc_settings({}) is None
    True
    >>> values = {"LEALTAD_DESK_OIDC": "https://id.example/realms/acme", "LEALTAD_DESK_OIDC_CLIENT": "desk",
    ...           "LEALTAD_DESK_OIDC_SECRET": "s"}
    >>> read_oidc_settings(values).origin
    'https://id.example'
    """
    issuer = environment.get("LEALTAD_DESK_OIDC", "").rstrip("/")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in _HOME):
        raise SettingsError(
            place="LEALTAD_DESK_OIDC",
            expected="the https:// address of an OpenID Connect provider",
            found=f"'{issuer}'",
            fix="Name the issuer, such as https://id.example/realms/acme.",
        )
    values = dict[str, str]()
    for name in ("LEALTAD_DESK_OIDC_CLIENT", "LEALTAD_DESK_OIDC_SECRET"):
        values[name] = fill_references(name, environment.get(name, ""))
        if not values[name]:
            raise SettingsError(
                place=name,
                expected="the value that the provider issued for the desk",
                found="nothing",
                fix=f"Set {name} beside LEALTAD_DESK_OIDC.",
            )
    label = environment.get("LEALTAD_DESK_OIDC_NAME", "") or parts.hostname
    return OidcSettings(issuer, values["LEALTAD_DESK_OIDC_CLIENT"], values["LEALTAD_DESK_OIDC_SECRET"], label)
