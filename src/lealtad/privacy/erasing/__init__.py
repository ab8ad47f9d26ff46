"""Erasing customers from everything that a run keeps."""

from lealtad.privacy.erasing.erase import erase
from lealtad.privacy.erasing.pending import Erasure, read_pending
from lealtad.privacy.erasing.plan import Plan, make_plan

__all__ = ["Erasure", "Plan", "erase", "make_plan", "read_pending"]
