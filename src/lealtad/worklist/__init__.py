"""The list: whom to contact first, why and with which action; and all files that the retention team opens.

Owns value, gain, reasons, effect, allocation, holdout, promises, and the files of a list. In: a lake with features
and scores, the champion that computed them, and the playbook. Out: a `Worklist`, its files, its rows in the lake.
"""

from lealtad.worklist.absences import read_absence
from lealtad.worklist.assembly import build_worklist
from lealtad.worklist.columns import ABSTENTIONS, REFERRALS, TEAM, define_columns, select_team_columns
from lealtad.worklist.complete_list import Worklist, describe_worklist
from lealtad.worklist.contact_details import CONTACTS, build_contacts, write_by_owner
from lealtad.worklist.customer_details import read_details
from lealtad.worklist.deciding import decide
from lealtad.worklist.decision import Decision
from lealtad.worklist.files import WorklistFiles, WorklistTables, write_files
from lealtad.worklist.gain import has_values
from lealtad.worklist.messages import build_mailmerge, check_messages
from lealtad.worklist.night import Night, gather_night
from lealtad.worklist.owner_lists import write_owner_lists
from lealtad.worklist.page import write_page
from lealtad.worklist.reasons import Promises
from lealtad.worklist.recommended import name_actions
from lealtad.worklist.sink import write_to_sink
from lealtad.worklist.stored_lists import read_last_list, read_list, store_list
from lealtad.worklist.tiles import Tile, build_tiles
from lealtad.worklist.value import compute_value_at_stake
from lealtad.worklist.wording import join_notes, list_code_words, translate_codes

__all__ = [
    "ABSTENTIONS",
    "CONTACTS",
    "REFERRALS",
    "TEAM",
    "Decision",
    "Night",
    "Promises",
    "Tile",
    "Worklist",
    "WorklistFiles",
    "WorklistTables",
    "build_contacts",
    "build_mailmerge",
    "build_tiles",
    "build_worklist",
    "check_messages",
    "compute_value_at_stake",
    "decide",
    "define_columns",
    "describe_worklist",
    "gather_night",
    "has_values",
    "join_notes",
    "list_code_words",
    "name_actions",
    "read_absence",
    "read_details",
    "read_last_list",
    "read_list",
    "select_team_columns",
    "store_list",
    "translate_codes",
    "write_by_owner",
    "write_files",
    "write_owner_lists",
    "write_page",
    "write_to_sink",
]
