"""What a foreign file or table probably is, and a starter `lealtad.toml` that says so."""

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
