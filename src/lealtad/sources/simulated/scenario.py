"""What differs in a company, such as pressed or muted causes; and what all blocks of its customers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.sources.simulated.causes import INTERACTIONS, NAMES
from lealtad.sources.simulated.economy import FIRST, Economy

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Floats
    from lealtad.sources.simulated.listed_contacts import ListedContacts
    from lealtad.sources.simulated.message import Message
    from lealtad.sources.simulated.support_desks import Desk
    from lealtad.sources.simulated.weeks import Weeks


@dataclass(frozen=True)
class Scenario:
    """What differs from the documented company, for experiments.

    Attributes
    ----------
    pressed
        The causes that a random `pressed_share` of customers meets far more often, in the facts themselves, such
        as slower replies; the truth marks these customers.
    muted
        The causes and interactions that happen as usual but do not change the hazard.
    late_share
        The share of facts that are recorded hours to weeks after they happened.
    alias_share
        The share of customers whose shop account is recognised as theirs only later.
    broken_share
        The share of survey and order rows that break the contract.
    economy
        What the company charges, what a contact costs it, and what a contact changes.
    contacts
        The contacts of retention lists; from the first list on, the company has no campaigns of its own.
    message
        A message with a held-out part whose effect is planted; its truth is `message_log_odds`.
    truth_every_weeks
        The weeks between the as-of dates of the truth, counted backwards from the end.

    Raises
    ------
    SettingsError
        If a cause is unknown, or a share is not between 0 and 1.

    Examples
    --------
    >>> Scenario(pressed=("silence",)).pressed_share
    0.5
    """

    pressed: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    pressed_share: float = 0.5
    late_share: float = 0.03
    alias_share: float = 0.02
    broken_share: float = 0.0
    economy: Economy = FIRST
    contacts: ListedContacts | None = None
    message: Message | None = None
    truth_every_weeks: int = 4

    def __post_init__(self) -> None:
        both = (*NAMES, *(pair.name for pair in INTERACTIONS))
        for place, names, allowed in (("pressed", self.pressed, NAMES), ("muted", self.muted, both)):
            for name in names:
                if name not in allowed:
                    raise SettingsError(
                        place=f"scenario {place}",
                        expected="the name of a cause",
                        found=f"'{name}'",
                        fix=suggest_name(name, allowed),
                    )
        for name in ("pressed_share", "late_share", "alias_share", "broken_share"):
            share = getattr(self, name)
            if not 0.0 <= share <= 1.0:
                raise SettingsError(
                    place=f"scenario {name}",
                    expected="a share from 0 to 1",
                    found=f"{share}",
                    fix=f"Write 0.03 for 3 %: Scenario({name}=0.03).",
                )


@dataclass(frozen=True)
class World:
    """The weeks, the desks with their backlogs (weeks × desks), and the scenario."""

    weeks: Weeks
    desks: tuple[Desk, ...]
    backlogs: Floats
    scenario: Scenario
