"""Exports and databases of unknown shape: what each table is, and a starter `lealtad.toml` that reads it.

In: a folder or a database address. Out: a scan of its tables, and settings as text, with questions for a person.
`columns` reads one column, `tables` matches tables with the contract, `sections` proposes and writes settings.
"""

from lealtad.sources.recognition.sections.proposal import Proposal
from lealtad.sources.recognition.sections.proposals import propose_sections
from lealtad.sources.recognition.sections.settings_file import list_missing_tables, render_settings
from lealtad.sources.recognition.tables.database_scan import scan_database
from lealtad.sources.recognition.tables.folder_scan import scan_folder
from lealtad.sources.recognition.tables.source_tables import SourceScan

__all__ = [
    "Proposal",
    "SourceScan",
    "list_missing_tables",
    "propose_sections",
    "render_settings",
    "scan_database",
    "scan_folder",
]
