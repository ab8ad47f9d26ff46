"""The list: whom to contact first, why, with what; and everything the retention team opens."""

from lealtad.worklist.columns import ABSTENTIONS, REFERRALS, TEAM, column_definitions, team_columns
from lealtad.worklist.deciding import Decision, decide
from lealtad.worklist.details import details
from lealtad.worklist.files import Files, Lists, write_files
from lealtad.worklist.listed import keep, last_list, list_of
from lealtad.worklist.making import Made, make, told
from lealtad.worklist.night import Night, night_of
from lealtad.worklist.page import write_page
from lealtad.worklist.sink import write_to_sink
from lealtad.worklist.tiles import Tile, tiles
from lealtad.worklist.value import value_at_stake
from lealtad.worklist.wording import in_words, notes

__all__ = [
    "ABSTENTIONS",
    "REFERRALS",
    "TEAM",
    "Decision",
    "Files",
    "Lists",
    "Made",
    "Night",
    "Tile",
    "column_definitions",
    "decide",
    "details",
    "in_words",
    "keep",
    "last_list",
    "list_of",
    "make",
    "night_of",
    "notes",
    "team_columns",
    "tiles",
    "told",
    "value_at_stake",
    "write_files",
    "write_page",
    "write_to_sink",
]
