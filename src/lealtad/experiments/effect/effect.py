"""The effect of a contact: per customer and action, the chance that it saves one who would leave."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl
from scipy.special import expit, logit

from lealtad.base.errors import DataError, ModelError
from lealtad.base.intervals import Z
from lealtad.company.playbook.belief import LEAST_GAMMA, Belief
from lealtad.experiments.effect.description import CustomerDescription
from lealtad.experiments.effect.prior import Prior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_CERTAIN = 1e-6
_MEASURED, _MIXED = 0.8, 0.1  # shares of the precision from data above which the basis is measured or mixed
_FORMAT = 2

Basis = Literal["measured", "mixed", "prior", "assumed"]


@dataclass(frozen=True)
class Effect:
    """The effect of contacts, as a normal distribution of coefficients or as the prior alone.

    Attributes
    ----------
    prior
        The prior before any campaign.
    actions
        Actions that campaigns have tried, in the order of their coefficients.
    description
        How customers are described.
    mean, covariance
        Mean and covariance of the coefficients, which change the log-odds of churn: of any contact, of each
        action, of each column of the description. None if nothing was measured.
    treated, holdout, left
        Assignments of each arm with a known outcome, and how many of them churned.
    contaminated
        Held-out customers who were contacted anyway; they bias the effect towards 0.
    """

    prior: Prior
    actions: tuple[str, ...] = ()
    description: CustomerDescription = field(default_factory=CustomerDescription)
    mean: tuple[float, ...] | None = None
    covariance: tuple[tuple[float, ...], ...] | None = None
    treated: int = 0
    holdout: int = 0
    left: int = 0
    contaminated: int = 0

    @property
    def is_fitted(self) -> bool:
        """Whether it was estimated from any campaign."""
        return self.mean is not None

    def share(self, action: str) -> float:
        """Return the share of the precision of an action's mean γ that campaigns bring, not the prior."""
        if self.mean is None or action not in self.actions:
            return 0.0
        along = self.build_mean_design(action)
        variance = float(along @ np.array(self.covariance) @ along)
        return max(1 - variance / self.prior.variance(action, self.actions), 0.0)

    def basis(self, action: str) -> Basis:
        """Return the evidence for an action: measured, mixed, prior, or assumed where only others were tried."""
        if self.mean is not None and action not in self.actions:
            return "assumed"
        share = self.share(action)
        return "measured" if share >= _MEASURED else "mixed" if share >= _MIXED else "prior"

    def distinguishes(self, action: str, other: str) -> bool:
        """Return whether campaigns tried both actions, and the 95 % interval of their difference leaves out 0."""
        if self.mean is None or not {action, other} <= set(self.actions):
            return False
        along = self.build_mean_design(action) - self.build_mean_design(other)
        middle = float(along @ np.array(self.mean))
        spread = float((along @ np.array(self.covariance) @ along) ** 0.5)
        return abs(middle) > Z * spread

    def estimate_saved(self, candidates: pl.DataFrame, action: str) -> pl.DataFrame:
        """Return γ of each candidate if the action is tried on them (intention to treat).

        Parameters
        ----------
        candidates
            `customer_id`, `probability` (of leaving without a contact) and the features, one row per customer.

        Returns
        -------
        `customer_id, saved, saved_low, saved_high` (95 %), `saved_basis, saved_share` (of the action: see `basis`
        and `share`); below 0 a contact does harm.

        Raises
        ------
        DataError
            If a column is missing, or a probability is null or not between 0 and 1.

        Examples
        --------
        >>> Effect(Prior({"call": Belief(mean=0.2)})).estimate_saved(
        ...     pl.DataFrame({"customer_id": ["a"], "probability": [0.1]}), "call"
        ... ).select("saved", "saved_basis").row(0)
        (0.2, 'prior')
        """
        p = _check_probabilities(candidates)
        if self.mean is None:
            belief = self.prior.get_belief(action)
            middle, low, high = (np.full(p.size, value) for value in (belief.mean, *belief.interval))
        else:
            X = self._build_design(candidates, action)
            shift = X @ np.array(self.mean) + self._find_offset(action)
            variance = (
                np.einsum("ij,jk,ik->i", X, np.array(self.covariance), X) + self._find_untried_spread(action) ** 2
            )
            spread = np.sqrt(np.maximum(variance, 0))
            middle = _compute_gamma(p, shift + variance / 2)
            low, high = _compute_gamma(p, shift + Z * spread), _compute_gamma(p, shift - Z * spread)
        return pl.DataFrame(
            {
                "customer_id": candidates["customer_id"],
                "saved": middle,
                "saved_low": np.minimum(low, middle),
                "saved_high": np.maximum(high, middle),
                "saved_basis": pl.Series([self.basis(action)], dtype=pl.String).new_from_index(0, p.size),
                "saved_share": pl.Series([self.share(action)]).new_from_index(0, p.size),
            }
        )

    def draw_gammas(self, candidates: pl.DataFrame, action: str, count: int, seed: int = 1) -> Floats:
        """Return γ in `count` draws of the coefficients, draws × candidates, which keeps common uncertainty.

        Intervals of a whole list need them, because errors of similar customers do not cancel.
        """
        p = _check_probabilities(candidates)
        rng = np.random.default_rng(seed)
        if self.mean is None:
            belief = self.prior.get_belief(action)
            gamma = np.maximum(1 - np.exp(rng.normal(belief.log_ratio, belief.spread, count)), LEAST_GAMMA)
            return np.repeat(gamma[:, None], p.size, axis=1)
        drawn = rng.multivariate_normal(np.array(self.mean), np.array(self.covariance), count, method="eigh")
        own = self._find_offset(action) + rng.normal(0.0, 1.0, count)[:, None] * self._find_untried_spread(action)
        return _compute_gamma(p, drawn @ self._build_design(candidates, action).T + own)

    def to_text(self) -> str:
        """Write the effect as JSON."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, indent=1) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Effect:
        """Read what `to_text` wrote.

        Raises
        ------
        ModelError
            If it is another text.

        Examples
        --------
        >>> Effect.from_text(Effect(Prior()).to_text()) == Effect(Prior())
        True
        """
        try:
            content = json.loads(text)
            if content.pop("format") == _FORMAT:
                return cls._from_json(content)
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # said below
        raise ModelError(
            model="effect of contacts",
            expected="what Effect.to_text wrote",
            found="other text",
            fix="Run lealtad train: it fits the effect again.",
        )

    @classmethod
    def _from_json(cls, stored: dict[str, Any]) -> Effect:
        prior, about = stored.pop("prior"), stored.pop("description")
        return cls(
            Prior(
                {name: Belief(**belief) for name, belief in prior["by_action"].items()},
                Belief(**prior["otherwise"]),
            ),
            description=CustomerDescription(**{name: _to_tuples(value) for name, value in about.items()}),
            **{name: _to_tuples(value) for name, value in stored.items()},
        )

    def _build_design(self, candidates: pl.DataFrame, action: str) -> Floats:
        columns = self.description.compute_columns(candidates)
        tried = np.array([float(action == name) for name in self.actions])
        return np.column_stack([np.ones(len(columns)), np.tile(tried, (len(columns), 1)), columns])

    def build_mean_design(self, action: str) -> Floats:
        """Return the design row of an action for an average customer, in the order of the coefficients."""
        tried = [float(action == name) for name in self.actions]
        rest = len(self.mean or ()) - 1 - len(tried)
        return np.array([1.0, *tried, *[0.0] * rest])

    def _find_untried_spread(self, action: str) -> float:
        """Return the prior spread of the specific effect of an untried action."""
        return 0.0 if action in self.actions else self.prior.own_spread(action, self.actions)

    def _find_offset(self, action: str) -> float:
        """Return the prior difference of an untried action from the tried ones."""
        if action in self.actions:
            return 0.0
        return self.prior.get_belief(action).log_ratio - self.prior.level(self.actions)[0]


def _compute_gamma(p: Floats, shift: Floats) -> Floats:
    """Return `1 − P(leave | contacted) / P(leave)` for a change of the log odds."""
    return np.asarray(np.maximum(1 - expit(logit(p) + shift) / p, LEAST_GAMMA))


def _check_probabilities(candidates: pl.DataFrame) -> Floats:
    lost = [name for name in ("customer_id", "probability") if name not in candidates.columns]
    p = np.empty(0) if lost else candidates["probability"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    if lost or not ((p >= 0) & (p <= 1)).all():
        raise DataError(
            table="candidates",
            column=lost[0] if lost else "probability",
            expected="a probability between 0 and 1 for every customer",
            found="no such column" if lost else "null or a value outside",
            fix="Pass only customers who have a score.",
        )
    return np.clip(p, _CERTAIN, 1 - _CERTAIN)


def _to_tuples(value: Any) -> Any:
    return tuple(_to_tuples(item) for item in value) if isinstance(value, list) else value
