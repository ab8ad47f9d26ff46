"""The list: value at stake, ranking, and the files the retention team opens."""

from lealtad.spreadsheet import write_csv
from lealtad.worklist.columns import column_definitions
from lealtad.worklist.page import write_page
from lealtad.worklist.ranking import rank
from lealtad.worklist.rows import worklist
from lealtad.worklist.spreadsheet import write_spreadsheet
from lealtad.worklist.tiles import Tile, tiles
from lealtad.worklist.value import value_at_stake

__all__ = [
    "Tile",
    "column_definitions",
    "rank",
    "tiles",
    "value_at_stake",
    "worklist",
    "write_csv",
    "write_page",
    "write_spreadsheet",
]
