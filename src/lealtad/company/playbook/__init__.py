"""The playbook: what the team may do for a customer, how much of it a day, and what it leaves alone."""

from lealtad.company.playbook.action import Action, Saves, Who, Words
from lealtad.company.playbook.key import holdout_key
from lealtad.company.playbook.playbook import Playbook, Quadrant, Sink

__all__ = ["Action", "Playbook", "Quadrant", "Saves", "Sink", "Who", "Words", "holdout_key"]
