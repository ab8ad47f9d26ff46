"""What a foreign file or table probably is, and a starter `lealtad.toml` that says so."""

from lealtad.sources.recognition.database_look import look_at_database
from lealtad.sources.recognition.folder_look import look_at_folder
from lealtad.sources.recognition.looked import Looked
from lealtad.sources.recognition.proposal import Proposal
from lealtad.sources.recognition.proposing import propose
from lealtad.sources.recognition.starter import missing, starter

__all__ = ["Looked", "Proposal", "look_at_database", "look_at_folder", "missing", "propose", "starter"]
