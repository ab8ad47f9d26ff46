"""The playbook: actions, their capacities and costs, and the rules for skipping customers."""

from lealtad.company.playbook.action import Action, Audience, EffectPrior, Words
from lealtad.company.playbook.key import read_holdout_key
from lealtad.company.playbook.message import Message
from lealtad.company.playbook.playbook import Playbook, Quadrant, Sink
from lealtad.company.playbook.recommend import Recommend

__all__ = [
    "Action",
    "Audience",
    "EffectPrior",
    "Message",
    "Playbook",
    "Quadrant",
    "Recommend",
    "Sink",
    "Words",
    "read_holdout_key",
]
