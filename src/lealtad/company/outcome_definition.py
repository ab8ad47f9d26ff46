"""What is predicted: each kind of outcome with the times that define it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag

from lealtad.base.toml_file import Section


class Outcome(Section):
    """What every kind of outcome says: it happens in `[as_of + lead, as_of + lead + horizon)`.

    Attributes
    ----------
    treated
        What training does with customers whom an intervention reached in that time. "weigh" leaves them out,
        and the holdout of their campaign stands for them. "leave_out" only leaves them out; "keep" takes them
        as they are.
    """

    tables: ClassVar[tuple[str, ...]] = ()
    beside: ClassVar[tuple[str, ...]] = ()  # read where the company has them
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
        """Return the outcome that is known that many days after a date, of as much of the horizon as is over then.

        Examples
        --------
        >>> Contractual(horizon_days=28, grace_days=14).shorten(21).horizon_days
        7
        """
        return self.model_copy(update={"horizon_days": days - (self.outcome_days - self.horizon_days)})


class Inactivity(Outcome):
    """A customer who buys now and then, and places no order in the horizon.

    Attributes
    ----------
    alive_days, alive_orders
        A customer is active with an order in the `alive_days` before the date, and is scored with
        `alive_orders` of them.
    cadence
        The longest silence of an active customer, in own mean gaps between orders. Longer silence is churn that
        has happened already. None: any.
    """

    tables: ClassVar[tuple[str, ...]] = ("orders",)
    early: ClassVar[Literal[0, 1] | None] = 0

    kind: Literal["inactivity"] = "inactivity"
    alive_days: int = Field(56, gt=0)
    alive_orders: int = Field(2, gt=0)
    cadence: float | None = Field(None, gt=0)


class Contractual(Outcome):
    """A customer whose last contract ends and is not taken up again.

    Attributes
    ----------
    grace_days
        A contract of the same customer that begins or resumes within that many days after the end takes it back.
    voluntary
        Whether only ends count that the customer wanted; what a customer would have done whose contract the
        company ended is not known, and null.
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
        """Days from an as-of date until its outcome is known: whether an end lasts is seen when grace is over."""
        return super().outcome_days + self.grace_days


class Invited(Outcome):
    """What became of the customer's next invitation to say whether they would recommend the company.

    A customer is active with a contract in force. Without contracts it takes an order in the `alive_days`
    before the date; without orders, an invitation in them.

    Attributes
    ----------
    survey
        Which invitations count; relational and transactional ones are never mixed.
    answer_days
        An answer that comes later than that many days after the invitation counts as none.
    """

    tables: ClassVar[tuple[str, ...]] = ("surveys",)
    beside: ClassVar[tuple[str, ...]] = ("subscriptions", "orders")

    survey: Literal["relational", "transactional"] = "relational"
    answer_days: int = Field(14, gt=0)
    alive_days: int = Field(182, gt=0)
    treated: Literal["weigh", "leave_out", "keep"] = "keep"

    @property
    def outcome_days(self) -> int:
        """Days from an as-of date until its outcome is known: the last invitation has to be waited for."""
        return super().outcome_days + self.answer_days


class Answering(Invited):
    """A customer who answers the next invitation."""

    kind: Literal["answering"] = "answering"


class Recommending(Invited):
    """A customer whose answer to the next invitation is that of a promoter (or of a detractor)."""

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
