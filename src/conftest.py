"""Doctests of the desk need Django's settings: those of a run directory that is thrown away."""

import os
import tempfile


def pytest_configure() -> None:
    """Set Django up once, before the modules are imported."""
    os.environ.setdefault("LEALTAD_DESK_OUT", tempfile.mkdtemp(prefix="lealtad-doctest-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lealtad.desk.settings")
    import django

    django.setup()
