"""Searching every decoded value of a run's files, and of its desk's database, for ids of customers."""

from lealtad.privacy.search.desk import search_desk
from lealtad.privacy.search.needles import Needles
from lealtad.privacy.search.search import Trace, search_folder

__all__ = ["Needles", "Trace", "search_desk", "search_folder"]
