"""The sentences of the pages: both languages, the same values, and each of them used."""

import re
import string
import tomllib

import pytest

from lealtad.base.language import LANGUAGES, Language
from lealtad.experiments.pages.wording import Words, describe_verdict
from lealtad.experiments.plan import Arm, ExperimentPlan, Guardrail, Outcome
from lealtad.experiments.reading.verdict import Verdict
from tests.conftest import ROOT

FOLDER = ROOT / "src" / "lealtad" / "experiments" / "pages"
SENTENCES = tomllib.loads((FOLDER / "sentences.toml").read_text(encoding="utf-8"))
METRICS = ("conversion", "purchases", "margin", "time_spent", "retained", "nps", "csat")
KINDS = ("sample_ratio", "waiting", "guardrail", "choose", "keep", "no_difference", "continue", "undecided")


def names(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_holds_the_same_values_in_both_languages(key):
    assert set(SENTENCES[key]) == set(LANGUAGES)
    assert names(SENTENCES[key]["en"]) == names(SENTENCES[key]["es"])


def test_every_sentence_is_used_and_every_used_one_is_there():
    code = "\n".join(path.read_text(encoding="utf-8") for path in [*FOLDER.glob("*.py"), *FOLDER.glob("*.jinja")])
    code += (ROOT / "src" / "lealtad" / "jobs" / "experiment.py").read_text(encoding="utf-8")
    asked = set(re.findall(r"""express\(["']([a-z_0-9]+)["']""", code))
    assert {key for key in asked if not key.endswith("_")} <= set(SENTENCES)
    built = ("change_", "verdict_", "survival_", "guarded_", "role_", "metric_", "cuped_", "blur_", "looks_")
    built = (*built, "ranking_", "choice_")
    alone = [key for key in SENTENCES if key not in asked and not key.startswith(built)]
    assert [key for key in alone if f'"{key}"' not in code] == []


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("metric", METRICS)
def test_every_verdict_can_be_said_of_every_outcome(code, metric):
    place = "form" if metric == "time_spent" else None
    outcome = Outcome(metric=metric, touchpoint=place)
    guard = Guardrail(metric=metric, touchpoint=place, horizon_days=7)
    plan = ExperimentPlan(arms=(Arm(name="A", control=True), Arm(name="B")), primary=outcome, guardrails=(guard,))
    language = Language.from_code(code)
    for kind in KINDS:
        for effect in (0.02, -0.02):
            name = guard.name if kind == "guardrail" else outcome.name
            verdict = Verdict(kind, "B", name, effect, effect - 0.01, effect + 0.01, 0.0, 3)
            sentence = describe_verdict(verdict, plan, language)
            assert "{" not in sentence
            assert sentence.endswith((".", "!"))
            assert "−−" not in sentence
    assert Words(language).name_outcome(outcome)
