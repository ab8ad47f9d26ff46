"""The lake: the only home of Delta Lake. It commits several tables at once, or none of them."""

from lealtad.lake.content import content_hash
from lealtad.lake.draft import Draft
from lealtad.lake.future import future_removed
from lealtad.lake.identities import NO_IDENTITIES, homes
from lealtad.lake.knowledge import as_known, people, renamed, with_clocks
from lealtad.lake.order import is_sorted
from lealtad.lake.store import Lake

__all__ = [
    "NO_IDENTITIES",
    "Draft",
    "Lake",
    "as_known",
    "content_hash",
    "future_removed",
    "homes",
    "is_sorted",
    "people",
    "renamed",
    "with_clocks",
]
