"""What is different in this company: causes pressed upon half of its customers, or muted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.sources.simulated.causes import INTERACTIONS, NAMES

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Floats
    from lealtad.sources.simulated.support_desks import Desk
    from lealtad.sources.simulated.weeks import Weeks


@dataclass(frozen=True)
class Scenario:
    """Settings for experiments on the company itself; the default is the company as documented.

    Attributes
    ----------
    pressed
        Causes that a random `pressed_share` of customers meets far more often, in the facts themselves
        (slower replies, more reopenings, …); the truth marks these customers.
    muted
        Causes and interactions that happen as ever but do not move the hazard.
    late_share
        Share of facts that are recorded hours to weeks after they happened.
    alias_share
        Share of customers whose shop account is recognised as theirs only later.
    broken_share
        Share of survey and order rows that break the contract on purpose.
    truth_every_weeks
        Distance of the truth's as-of dates, counted backwards from the end.
    """

    pressed: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    pressed_share: float = 0.5
    late_share: float = 0.03
    alias_share: float = 0.02
    broken_share: float = 0.0
    truth_every_weeks: int = 4

    def __post_init__(self) -> None:
        both = (*NAMES, *(pair.name for pair in INTERACTIONS))
        for place, names, known in (("pressed", self.pressed, NAMES), ("muted", self.muted, both)):
            for name in names:
                if name not in known:
                    raise SettingsError(
                        place=f"scenario {place}",
                        expected="the name of a cause",
                        found=f"'{name}'",
                        fix=suggest_name(name, known),
                    )
        for name in ("pressed_share", "late_share", "alias_share", "broken_share"):
            share = getattr(self, name)
            if not 0.0 <= share <= 1.0:
                raise SettingsError(
                    place=f"scenario {name}",
                    expected="a share from 0 to 1",
                    found=f"{share}",
                    fix="Give 0.03 for 3 %.",
                )


@dataclass(frozen=True)
class World:
    """The weeks, the desks with their backlogs (weeks × desks), and the scenario."""

    weeks: Weeks
    desks: tuple[Desk, ...]
    backlogs: Floats
    scenario: Scenario
