"""The list: value at stake, ranking, and everything the retention team opens."""

from lealtad.worklist.columns import ABSTENTIONS, REFERRALS, TEAM, column_definitions, team_columns
from lealtad.worklist.details import details
from lealtad.worklist.files import Files, Lists, write_files
from lealtad.worklist.page import write_page
from lealtad.worklist.ranking import rank
from lealtad.worklist.rows import worklist
from lealtad.worklist.sink import write_to_sink
from lealtad.worklist.tiles import Tile, tiles
from lealtad.worklist.value import value_at_stake
from lealtad.worklist.wording import in_words, notes

__all__ = [
    "ABSTENTIONS",
    "REFERRALS",
    "TEAM",
    "Files",
    "Lists",
    "Tile",
    "column_definitions",
    "details",
    "in_words",
    "notes",
    "rank",
    "team_columns",
    "tiles",
    "value_at_stake",
    "worklist",
    "write_files",
    "write_page",
    "write_to_sink",
]
