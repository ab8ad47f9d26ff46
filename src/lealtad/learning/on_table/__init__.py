"""Training on a table of your own: one row per customer, or per customer and date.

In: a frame and its outcomes. Out: a trained table with its evaluation, and a model as two texts.
"""

from lealtad.learning.on_table.table_model import TableModel, TakenAsMissingWarning
from lealtad.learning.on_table.trained_table import TrainedTable
from lealtad.learning.on_table.training import train_table

__all__ = ["TableModel", "TakenAsMissingWarning", "TrainedTable", "train_table"]
