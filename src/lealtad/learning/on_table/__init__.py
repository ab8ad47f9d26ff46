"""Bring your own table: one row per customer, or per customer and date."""

from lealtad.learning.on_table.learning import train_table
from lealtad.learning.on_table.model import TableModel, TakenAsMissingWarning
from lealtad.learning.on_table.result import TrainedTable

__all__ = ["TableModel", "TakenAsMissingWarning", "TrainedTable", "train_table"]
