"""One action of the playbook: what is done, by whom, for whom, and what it costs."""

from __future__ import annotations

from math import ceil

from pydantic import Field

from lealtad.base.toml_file import Section
from lealtad.company.playbook.belief import Belief

_CENTS = 100
_NOISE = 6  # decimals of a cent: 0.29 × 100 is not 29 in floating point


class Words(Section):
    """The texts that the team reads."""

    en: str = Field(min_length=1)
    es: str = Field(min_length=1)


class Audience(Section):
    """The customers who may get an action.

    A missing key sets no limit. A limit excludes customers whose group is unknown.

    Attributes
    ----------
    segments, languages, countries
        The groups that may get the action.
    least_value
        Minimum value at stake for the action, in the company's currency.
    open_ticket
        Whether only customers with an open ticket may get the action.
    asked_to_cancel
        Whether only customers who asked to cancel in the last 60 days may get the action.
    """

    segments: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    countries: tuple[str, ...] | None = None
    least_value: float | None = None
    open_ticket: bool = False
    asked_to_cancel: bool = False

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """By column of the customers, the allowed values."""
        bounds = {"segment": self.segments, "language": self.languages, "country": self.countries}
        return {column: values for column, values in bounds.items() if values is not None}


class EffectPrior(Section):
    """The prior of γ, the share of would-be churners whom the action keeps.

    Attributes
    ----------
    mean
        Expected γ of an assignment, whether or not the customer is reached; below 0 the action does harm.
    spread
        Its uncertainty: the standard deviation of `log(1 − γ)`. Use 0.7 if hardly anything is known, 0.3 if others
        have measured it.

    Examples
    --------
    >>> [round(end, 2) for end in EffectPrior(mean=0.15, spread=0.3).interval]
    [-0.46, 0.55]
    """

    mean: float = Field(0.15, lt=1, gt=-1)
    spread: float = Field(0.7, gt=0, le=2)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return Belief(self.mean, self.spread).interval


class Action(Section):
    """Something the team can do for a customer.

    Attributes
    ----------
    answers
        Topics or families of features (`Feature.about`, `Feature.family`) that the action answers; empty means
        all.
    channel, owner
        How the contact is made, and by which team.
    contact_cost
        f, what one contact costs, in the company's currency.
    offer_cost
        d, the cost of the offer for every customer who takes it.
    capacity_per_day
        Maximum number of uses a day; None if only its owner and channel limit it.
    cooling_off_days
        Days until a customer may get this action again.
    saves
        The prior of γ.
    """

    name: str = Field(min_length=1)
    words: Words
    answers: tuple[str, ...] = ()
    channel: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    contact_cost: float = Field(0.0, ge=0, allow_inf_nan=False)
    offer_cost: float = Field(0.0, ge=0, allow_inf_nan=False)
    capacity_per_day: int | None = Field(default=None, ge=0)
    cooling_off_days: int = Field(30, ge=0)
    who: Audience = Audience()
    saves: EffectPrior = EffectPrior()

    @property
    def cost_cents(self) -> int:
        """The maximum cost of one use in whole cents: contact and offer.

        Examples
        --------
        >>> Action(name="call", words=Words(en="Call", es="Llamar"), channel="phone", owner="team",
        ...        contact_cost=0.29).cost_cents
        29
        """
        return ceil(round((self.contact_cost + self.offer_cost) * _CENTS, _NOISE))
