"""The kinds of outcome that can be predicted, each with the times that define it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag

from lealtad.base.toml_file import Section


class Outcome(Section):
    """The base of every kind of outcome: it happens in `[as_of + lead, as_of + lead + horizon)`.

    Attributes
    ----------
    treated
        How training treats customers whom an intervention reached in that time. "weigh" leaves them out, and
        weights the holdout of their campaign up to represent them. "leave_out" only leaves them out; "keep" keeps
        them unchanged.
    """

    tables: ClassVar[tuple[str, ...]] = ()
    beside: ClassVar[tuple[str, ...]] = ()  # optional tables, read if the company has them
    early: ClassVar[Literal[0, 1] | None] = (
        None  # which outcome is known before the horizon is over; None: neither
    )

    horizon_days: int = Field(28, gt=0)
    lead_days: int = Field(0, ge=0)
    treated: Literal["weigh", "leave_out", "keep"] = "weigh"

    @property
    def outcome_days(self) -> int:
        """Days from an as-of date until its outcome is known."""
        return self.lead_days + self.horizon_days

    def shorten(self, days: int) -> Self:
        """Return the outcome over the part of the horizon that is known that many days after a date.

        Examples
        --------
        >>> Contractual(horizon_days=28, grace_days=14).shorten(21).horizon_days
        7
        """
        return self.model_copy(update={"horizon_days": days - (self.outcome_days - self.horizon_days)})


class Inactivity(Outcome):
    """Churn without contracts: an active customer places no order in the horizon.

    Attributes
    ----------
    alive_days, alive_orders
        A customer is active with an order in the `alive_days` before the date, and is scored with at least
        `alive_orders` orders in them.
    cadence
        The longest silence of an active customer, in multiples of their own mean gap between orders. After a
        longer silence the customer has already churned. None sets no limit.
    """

    tables: ClassVar[tuple[str, ...]] = ("orders",)
    early: ClassVar[Literal[0, 1] | None] = 0

    kind: Literal["inactivity"] = "inactivity"
    alive_days: int = Field(56, gt=0)
    alive_orders: int = Field(2, gt=0)
    cadence: float | None = Field(None, gt=0)


class Contractual(Outcome):
    """Churn with contracts: a customer's last contract ends and is not resumed.

    Attributes
    ----------
    grace_days
        An end does not count if the customer starts or resumes a contract within that many days after it.
    voluntary
        Whether only ends wanted by the customer count. If the company ended the contract, the outcome is null:
        what the customer would have done is unknown.
    history_days
        Customers whose first contract began less than that many days ago are not scored.
    """

    tables: ClassVar[tuple[str, ...]] = ("subscriptions",)
    early: ClassVar[Literal[0, 1] | None] = 1

    kind: Literal["contractual"] = "contractual"
    grace_days: int = Field(14, ge=0)
    voluntary: bool = True
    history_days: int = Field(28, ge=0)

    @property
    def outcome_days(self) -> int:
        """Days from an as-of date until its outcome is known, including the grace period."""
        return super().outcome_days + self.grace_days


class Invited(Outcome):
    """Outcomes of the customer's next invitation to say whether they would recommend the company.

    A customer is active with a contract in force. In a company without contracts, with an order in the
    `alive_days` before the date; without orders, with an invitation in them.

    Attributes
    ----------
    survey
        The kind of invitation that counts; relational and transactional ones are never mixed.
    answer_days
        An answer later than that many days after the invitation does not count.
    """

    tables: ClassVar[tuple[str, ...]] = ("surveys",)
    beside: ClassVar[tuple[str, ...]] = ("subscriptions", "orders")

    survey: Literal["relational", "transactional"] = "relational"
    answer_days: int = Field(14, gt=0)
    alive_days: int = Field(182, gt=0)
    treated: Literal["weigh", "leave_out", "keep"] = "keep"

    @property
    def outcome_days(self) -> int:
        """Days from an as-of date until its outcome is known, including the time to answer the last invitation."""
        return super().outcome_days + self.answer_days


class Answering(Invited):
    """Outcome: the customer answers the next invitation."""

    kind: Literal["answering"] = "answering"


class Recommending(Invited):
    """Outcome: the customer answers the next invitation as a promoter (or as a detractor)."""

    kind: Literal["promoter", "detractor"] = "promoter"


def _find_kind(given: Any) -> str:
    return str(given.get("kind", "inactivity") if isinstance(given, dict) else given.kind)


Label = Annotated[
    Annotated[Inactivity, Tag("inactivity")]
    | Annotated[Contractual, Tag("contractual")]
    | Annotated[Answering, Tag("answering")]
    | Annotated[Recommending, Tag("promoter")]
    | Annotated[Recommending, Tag("detractor")],
    Discriminator(_find_kind),
]
