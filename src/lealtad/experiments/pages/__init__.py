"""The page of an experiment and the overview of all: figures in words, in both languages.

In: an `ExperimentState`, or several. Out: HTML files that need no other.
"""

from lealtad.experiments.pages.gains import describe_choice, write_gains_page
from lealtad.experiments.pages.overview import CampaignHistory, read_campaign_history, write_overview
from lealtad.experiments.pages.page import write_experiment_page
from lealtad.experiments.pages.wording import describe_verdict

__all__ = [
    "CampaignHistory",
    "describe_choice",
    "describe_verdict",
    "read_campaign_history",
    "write_experiment_page",
    "write_gains_page",
    "write_overview",
]
