"""The lake: the only home of Delta Lake. It commits several tables at once, or none of them."""

from lealtad.lake.content import content_hash
from lealtad.lake.draft import Draft
from lealtad.lake.knowledge import as_known
from lealtad.lake.store import Lake

__all__ = ["Draft", "Lake", "as_known", "content_hash"]
