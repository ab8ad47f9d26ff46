"""The desk as an application of Django."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The one application."""

    name = "lealtad.desk"
    label = "desk"
    verbose_name = "desk"
