"""The lake: the only home of Delta Lake. It commits several tables at once, or none of them."""

from lealtad.lake.content import hash_content
from lealtad.lake.draft import Draft
from lealtad.lake.future import remove_future
from lealtad.lake.identities import NO_IDENTITIES, find_homes
from lealtad.lake.knowledge import add_clocks, replace_aliases, resolve_people, select_known
from lealtad.lake.order import is_sorted
from lealtad.lake.store import Lake

__all__ = [
    "NO_IDENTITIES",
    "Draft",
    "Lake",
    "add_clocks",
    "find_homes",
    "hash_content",
    "is_sorted",
    "remove_future",
    "replace_aliases",
    "resolve_people",
    "select_known",
]
