"""The company's tables with all their versions, by customer bucket; the only home of Delta Lake.

In: rows that keep the contract, and tables derived from them. Out: what was known as of any date.
"""

from lealtad.lake.content import hash_content
from lealtad.lake.draft import Draft
from lealtad.lake.future import remove_future
from lealtad.lake.identities import NO_IDENTITIES, find_homes
from lealtad.lake.knowledge import add_clocks, express_person, replace_aliases, resolve_people, select_as_of
from lealtad.lake.object_store.place import has_lake, locate_lake, note_address
from lealtad.lake.order import is_sorted
from lealtad.lake.store import Lake
from lealtad.lake.writing import commit_tables, start_draft

__all__ = [
    "NO_IDENTITIES",
    "Draft",
    "Lake",
    "add_clocks",
    "commit_tables",
    "express_person",
    "find_homes",
    "has_lake",
    "hash_content",
    "is_sorted",
    "locate_lake",
    "note_address",
    "remove_future",
    "replace_aliases",
    "resolve_people",
    "select_as_of",
    "start_draft",
]
