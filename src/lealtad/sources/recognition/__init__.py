"""What a foreign file or table probably is, and a starter `lealtad.toml` that says so."""

from lealtad.sources.recognition.database_look import scan_database
from lealtad.sources.recognition.folder_look import scan_folder
from lealtad.sources.recognition.looked import SourceScan
from lealtad.sources.recognition.proposal import Proposal
from lealtad.sources.recognition.proposing import propose_sections
from lealtad.sources.recognition.starter import list_missing_tables, starter

__all__ = [
    "Proposal",
    "SourceScan",
    "list_missing_tables",
    "propose_sections",
    "scan_database",
    "scan_folder",
    "starter",
]
