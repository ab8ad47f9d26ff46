"""The first page of a run: five figures, what changed since the last night, and links to every page."""

from lealtad.monitoring.overview.glossary_page import write_glossary_page
from lealtad.monitoring.overview.nights import NightChange, compare_nights
from lealtad.monitoring.overview.page import write_overview_page

__all__ = ["NightChange", "compare_nights", "write_glossary_page", "write_overview_page"]
