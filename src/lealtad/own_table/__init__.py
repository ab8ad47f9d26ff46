"""Bring your own table: one row per customer, or per customer and date."""

from lealtad.own_table.learning import train_table
from lealtad.own_table.model import TableModel, TakenAsMissingWarning
from lealtad.own_table.result import TrainedTable

__all__ = ["TableModel", "TakenAsMissingWarning", "TrainedTable", "train_table"]
