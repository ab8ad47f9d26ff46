"""Survey answers in words, each with its score: `10 - Extremely likely`, `Muy satisfecho (5)`, `★★★★`, `good`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.vocabulary import load_vocabulary, remove_accents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LEADING = re.compile(r"^(-?\d{1,3})(?:[.,]0)?\s*(?:[-–—:.)=(/|]|\s)\s*\D")
_TRAILING = re.compile(r"\D[(\[:=–-]\s*(\d{1,3})\s*[)\]]?$")
_OUT_OF = re.compile(r"^(\d{1,3})(?:[.,]0)?\s*(?:/|de|of|out of|sobre)\s*(\d{1,3})$", re.I)
_FACE = re.compile(r"^[^\w\s-]+\s+(?=[a-z])|(?<=[a-z])\s+[^\w\s)\]]+$")  # beside words: "🙂 Good"
_NUMBER = re.compile(r"^-?\d{1,3}(?:[.,]\d+)?$")
_VERY = r"(?:muy|very|extremely|totally|totalmente|completamente|la|el|the)"
_BAD = (
    r"insatisf\w*|dissatisf\w*|unsatisf\w*|nada satisf\w*|not (?:at all )?satisf\w*|peor|worst|pesim\w*|"
    r"mal[oa]?\b|bad\b|poor\b"
)
_GOOD = r"satisf\w*|mejor|best|excelen\w*|buen[oa]?\b|good\b|great\b"
_BAD_END, _GOOD_END = (
    re.compile(rf"\b(\d{{1,2}})\s*(?:[=:\-–.)]|es|is)?\s*(?:{_VERY}\s+)*(?:{words})") for words in (_BAD, _GOOD)
)
_HIGHEST_BESIDE_CODES = 10
_MIDDLE_OF_SEVEN = {3.0, 4.0, 5.0}
_WEAK = ("somewhat ", "slightly ", "moderately ", "algo ", "ligeramente ", "parcialmente ")


@dataclass(frozen=True)
class AnswerLabels:
    """The scores of answers in words.

    Attributes
    ----------
    scores
        The score of each answer; None where a label means no answer. Plain numbers are left out.
    ends
        The lowest and highest score, if the labels name both ends of the scale; else None.
    asked, not_asked
        The labels of invitations that were sent and not answered, and of those that were never sent.
    turned
        Whether the labels call the lowest number the best: the scores are turned round.
    """

    scores: Mapping[str, float | None] = field(default_factory=dict)
    ends: tuple[float, float] | None = None
    asked: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    turned: bool = False


def read_labels(values: Sequence[str]) -> AnswerLabels | None:
    """Read the different answers to one question as scores; None if some of them are not scores.

    Examples
    --------
    >>> read_labels(["0 - Not at all likely", "7", "10 - Extremely likely"]).scores
    {'0 - Not at all likely': 0.0, '10 - Extremely likely': 10.0}
    >>> read_labels(["good", "bad", "offered"]).scores
    {'good': 1.0, 'bad': 0.0, 'offered': None}
    >>> read_labels(["1 - Very satisfied", "2", "5 - Very dissatisfied"]).scores
    {'1 - Very satisfied': 5.0, '2': 4.0, '5 - Very dissatisfied': 1.0}
    >>> read_labels(["red", "blue"]) is None
    True
    """
    if not values:
        return None
    words, plain = load_vocabulary("answer_labels"), {value: _simplify(value) for value in values}
    nothing = [value for value in values if plain[value] in {*words["no_answer"], *_find_codes(plain.values())}]
    asked = [value for value in values if plain[value] in words["asked"]]
    not_asked = [value for value in values if plain[value] in words["not_asked"]]
    answers = [value for value in values if value not in {*nothing, *asked, *not_asked}]
    read = (
        _read_numbers(answers)
        or _read_stars(answers)
        or _read_good_or_bad(answers, plain)
        or _read_steps(answers, plain, "five")
        or _read_steps(answers, plain, "seven")
    )
    if read is None:
        return None
    scores, ends = read
    if _are_turned(scores):
        turned = _turn_scores(scores)
        return turned and AnswerLabels({**turned[0], **dict.fromkeys(nothing)}, turned[1], turned=True)
    unanswered = dict.fromkeys([*nothing, *asked, *not_asked])
    labels = {value: score for value, score in scores.items() if not _NUMBER.match(value.strip())}
    return AnswerLabels({**labels, **unanswered}, ends, tuple(asked), tuple(not_asked))


_Read = tuple[dict[str, float], tuple[float, float] | None]


def _read_numbers(answers: Sequence[str]) -> _Read | None:
    scores: dict[str, float] = {}
    most: set[float] = set()
    for value in answers:
        text = value.strip()
        out_of = _OUT_OF.match(text)
        number = _NUMBER.match(text)
        match = out_of or _LEADING.match(text) or _TRAILING.search(text)
        if number:
            scores[value] = float(text.replace(",", "."))
        elif match:
            scores[value] = float(match[1])
            most |= {float(out_of[2])} if out_of else set()
        else:
            return None
    if not scores:
        return None
    return scores, (0.0 if min(scores.values()) < 1 else 1.0, most.pop()) if len(most) == 1 else None


def find_turned_ends(wording: str) -> tuple[int, int] | None:
    """Return the ends of a scale whose header calls its lowest number the best; None for other headers.

    Examples
    --------
    >>> find_turned_ends("Satisfaction (1 = very satisfied; 5 = very dissatisfied)")
    (1, 5)
    >>> find_turned_ends("Satisfacción (1 nada satisfecho - 5 muy satisfecho)") is None
    True
    """
    text = remove_accents(wording.lower())
    bad = {int(number) for number in _BAD_END.findall(text)}
    good = {int(number) for number in _GOOD_END.findall(_BAD_END.sub(" ", text))}
    if not good or not bad or max(good) >= min(bad):
        return None
    return min(good), max(bad)


def _are_turned(scores: Mapping[str, float]) -> bool:
    """Whether answers with a number call lower numbers better: `1 - Very satisfied`."""
    words = load_vocabulary("answer_labels")
    labels = {value: _simplify(re.sub(r"[\d()\[\]=:.|/–—-]+", " ", value)).strip() for value in scores}
    labels = {value: " ".join(label.split()) for value, label in labels.items() if any(map(str.isdigit, value))}
    good, bad = (
        [scores[value] for value, label in labels.items() if label in {*words["five"][low], *words["five"][high]}]
        for low, high in ((3, 4), (0, 1))
    )
    hard = [*words["hard"], *words["easy"]]
    if any(word in label for label in labels.values() for word in hard):
        return False  # of ease, the setting `higher_is_easier` says which way it goes
    return bool(good and bad) and max(good) < min(bad)


def _turn_scores(scores: Mapping[str, float]) -> _Read | None:
    """Turn the numbers of a whole scale round; None if its ends are not certain."""
    least, most = min(scores.values()), max(scores.values())
    top = next((end for end in (5.0, 7.0, 10.0) if most == end), None)
    if top is None or least not in {0.0, 1.0}:
        return None
    ends = (least, top)
    return {value: least + top - score for value, score in scores.items()}, ends


def _read_stars(answers: Sequence[str]) -> _Read | None:
    counts = {value: float(value.count("★") or value.count("⭐")) for value in answers}
    return (counts, (1.0, 5.0)) if counts and all(0 < count <= 5 for count in counts.values()) else None  # noqa: PLR2004


def _read_good_or_bad(answers: Sequence[str], plain: Mapping[str, str]) -> _Read | None:
    words, good = {plain[value] for value in answers}, set(load_vocabulary("answer_labels")["good"])
    if not words & good or not words <= good | set(load_vocabulary("answer_labels")["bad"]):
        return None
    return {value: float(plain[value] in good) for value in answers}, (0.0, 1.0)


def _find_codes(answers: Iterable[str]) -> set[str]:
    """Return numbers such as 98 and 99 that mean no answer: all others are at most 10."""
    numbers = {answer for answer in answers if answer.isdigit()}
    codes = numbers & set(load_vocabulary("answer_labels")["no_answer_codes"])
    rest = [int(number) for number in numbers - codes]
    return codes if rest and max(rest) <= _HIGHEST_BESIDE_CODES else set()


def _read_steps(answers: Sequence[str], plain: Mapping[str, str], scale: str) -> _Read | None:
    """Read the words of a scale of five or seven steps."""
    names = load_vocabulary("answer_labels")[scale]
    steps = {word: float(step) for step, words in enumerate(names, start=1) for word in words}
    if scale == "five":
        steps = _place_somewhat(steps, set(plain.values()))
    if not answers or not all(plain[value] in steps for value in answers):
        return None
    weak = {plain[value] for value in answers if plain[value].startswith(_WEAK)}
    if any(steps[one] == steps[other] for one in weak for other in {plain[value] for value in answers} - weak):
        return None  # "agree" beside "somewhat agree": a scale of seven
    if scale == "seven" and not {steps[plain[value]] for value in answers} >= _MIDDLE_OF_SEVEN:
        return None  # without a middle it may be a scale of six
    return {value: steps[plain[value]] for value in answers}, (1.0, float(len(names)))


def _place_somewhat(steps: dict[str, float], answers: set[str]) -> dict[str, float]:
    """Place "algo satisfecho" by the words beside it; without it if they do not show its step."""
    words = load_vocabulary("answer_labels")
    both, degrees = not answers.isdisjoint(words["beside_both"]), not answers.isdisjoint(words["beside_degrees"])
    rest = {word: step for word, step in steps.items() if word not in words["somewhat"]}
    return {**rest, **dict.fromkeys(words["somewhat"], 4.0 if both else 3.0)} if both != degrees else rest


def _simplify(value: str) -> str:
    plain = remove_accents(value.strip().lower().rstrip(".!")).replace("_", " ")
    return _FACE.sub("", plain) or plain
