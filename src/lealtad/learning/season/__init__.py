"""The season: how the level of churn moves between dates, and how scores follow it.

In: past dates with predicted and observed outcomes. Out: the level of a date, in log-odds.
"""

from lealtad.learning.season.cohorts import Cohort
from lealtad.learning.season.level import Level
from lealtad.learning.season.season import Season

__all__ = ["Cohort", "Level", "Season"]
