"""Figures and verdicts of experiments in words; `sentences.toml` holds them in each language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import TYPE_CHECKING, Any

from lealtad.base.toml_file import Section

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.experiments.plan import ExperimentPlan, Outcome
    from lealtad.experiments.reading.verdict import Verdict

_PER = 1000
_SMALL = 0.001


class Sentence(Section):
    """One sentence in each language."""

    en: str
    es: str


@cache
def _read_sentences() -> dict[str, Sentence]:
    text = (files("lealtad.experiments.pages") / "sentences.toml").read_text(encoding="utf-8")
    return {name: Sentence(**words) for name, words in tomllib.loads(text).items()}


@dataclass(frozen=True)
class Words:
    """The sentences of one language, and how it writes figures."""

    language: Language

    def express(self, key: str, **values: object) -> str:
        """Return a sentence with its values.

        Examples
        --------
        >>> from lealtad.base.language import Language
        >>> Words(Language.from_code("es")).express("verdict")
        'Veredicto'
        """
        sentence: str = getattr(_read_sentences()[key], self.language.code)
        return sentence.format(**values)

    def name_outcome(self, outcome: Outcome) -> str:
        """Name an outcome, such as "retained within 28 days"."""
        metric = self.express(f"metric_{outcome.metric}")
        values = {"metric": metric, "days": outcome.horizon_days}
        if outcome.touchpoint is None:
            return self.express("within", **values)
        named = self.language.name("touchpoints", outcome.touchpoint) or outcome.touchpoint
        return self.express("within_at", touchpoint=named, **values)

    def write_mean(self, outcome: Outcome, value: float) -> str:
        """Write the mean of an outcome."""
        if outcome.is_binary:
            return self.language.percent(value, 1)
        if outcome.metric == "margin":
            return self.language.money(value)
        return self.language.number(value) if outcome.metric == "nps" else self.language.decimal(value, 3)

    def write_difference(self, outcome: Outcome, value: float) -> str:
        """Write a difference: of shares and purchases per 1,000 customers."""
        if not isfinite(value):
            return "–"
        if outcome.metric == "margin":
            return self.language.money(value)
        if outcome.metric == "nps":
            return self.language.decimal(value, 1)
        if outcome.metric == "time_spent":
            return self.language.decimal(value, 2)
        return self.language.decimal(value * _PER, 1)

    def write_amount(self, outcome: Outcome, value: float) -> str:
        """Write a difference with what it is counted by, such as "10.0 of 1,000"."""
        written = self.write_difference(outcome, value)
        return (
            self.express("per_1000", value=written)
            if outcome.is_binary or outcome.metric == "purchases"
            else written
        )

    def write_interval(self, outcome: Outcome, low: float, high: float) -> str:
        """Write an interval; nothing if it is not known."""
        if not (isfinite(low) and isfinite(high)):
            return ""
        return f"[{self.write_difference(outcome, low)}, {self.write_difference(outcome, high)}]"

    def describe_change(self, outcome: Outcome, effect: float) -> str:
        """Describe what an arm changes, such as "keeps 12 more of 1,000"."""
        side = "more" if effect >= 0 else "fewer"
        return self.express(f"change_{outcome.metric}_{side}", value=self.write_difference(outcome, abs(effect)))

    def write_p(self, value: float) -> str:
        """Write a p-value."""
        if value < _SMALL:
            return f"< {self.language.decimal(_SMALL, 3)}"
        return self.language.decimal(value, 3)


def describe_verdict(
    verdict: Verdict, plan: ExperimentPlan, language: Language, *, sample_ratio: float = 1.0
) -> str:
    """Return a verdict in one or two sentences.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> from lealtad.experiments.plan import Arm, Outcome, ExperimentPlan
    >>> from lealtad.experiments.reading.verdict import Verdict
    >>> arms = (Arm(name="A", control=True), Arm(name="B"))
    >>> plan = ExperimentPlan(arms=arms, primary=Outcome(metric="retained"))
    >>> verdict = Verdict("choose", "B", "retained_28d", 0.012, 0.004, 0.02, 0.0, 9)
    >>> describe_verdict(verdict, plan, Language.from_code("en"))
    'B keeps 12.0 more of 1,000 [4.0, 20.0]; the evidence is enough to choose it; 9 days early.'
    """
    words = Words(language)
    if verdict.kind in {"sample_ratio", "waiting"}:
        return words.express(f"verdict_{verdict.kind}", p=words.write_p(sample_ratio))
    outcome = {measured.name: measured for measured in plan.outcomes}[verdict.outcome]
    values: dict[str, Any] = {
        "arm": verdict.arm,
        "outcome": words.name_outcome(outcome),
        "change": words.describe_change(outcome, verdict.effect),
        "interval": words.write_interval(outcome, verdict.low, verdict.high),
        "early": words.express("early", days=verdict.days_early) if verdict.days_early else "",
    }
    return words.express(f"verdict_{verdict.kind}", **values).replace(" ;", ";").replace(" .", ".")
