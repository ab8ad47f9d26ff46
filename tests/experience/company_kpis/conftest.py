"""The lake and the figures of the journey's tests."""

from tests.experience.journey.conftest import company, lake, settings, small  # noqa: F401 - fixtures
