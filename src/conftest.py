"""Doctests of the desk need Django's settings: those of a run directory that is thrown away."""

import os
import tempfile


def pytest_configure() -> None:
    """Set Django up once, before the modules are imported."""
    os.environ.setdefault("LEALTAD_DESK_OUT", tempfile.mkdtemp(prefix="lealtad-doctest-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lealtad.desk.settings")
    # the modules of single sign-on can be imported only where it is set up
    os.environ.setdefault("LEALTAD_DESK_OIDC", "https://id.example")
    os.environ.setdefault("LEALTAD_DESK_OIDC_CLIENT", "desk")
    os.environ.setdefault("LEALTAD_DESK_OIDC_SECRET", "of-a-doctest")
    import django

    django.setup()
