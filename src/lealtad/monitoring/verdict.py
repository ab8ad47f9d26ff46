"""Whether to train again, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from lealtad.monitoring.promises import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RECENT = 3  # dates, or lists, that are looked at
_OFTEN = 2  # of them, that must say the same
_LEVEL_OFF = 0.1  # of the observed rate
_FLAT = 0.7  # a slope below it makes a list out of noise
_LIST_CHANGED = 0.1  # of the list, by one feature
_CUT_MOVED = 1.5  # times as many customers over the cut, or fewer by as much


def _(sentence: str) -> str:
    """Mark a sentence for the catalog; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True)
class Reason:
    """One thing that was found.

    Attributes
    ----------
    weight
        `retrain`: a reason to train again; `watch`: to look at, training would not mend it.
    sentence
        English, with the names of `values` in braces.
    values
        Shares between 0 and 1, counts, or words.
    """

    weight: Literal["retrain", "watch"]
    sentence: str
    values: Mapping[str, float | int | str]


@dataclass(frozen=True)
class Verdict:
    """What was found, the weightiest first.

    Examples
    --------
    >>> Verdict(()).retrain
    False
    """

    reasons: tuple[Reason, ...]

    @property
    def retrain(self) -> bool:
        """Whether any reason is one to train again."""
        return any(reason.weight == "retrain" for reason in self.reasons)


def judged(  # noqa: PLR0913 - everything that was measured
    *,
    calibration: pl.DataFrame,
    settled: pl.DataFrame,
    features: pl.DataFrame,
    scores: pl.DataFrame,
    responses: pl.DataFrame,
    share: float,
) -> Verdict:
    """Judge by what `calibration_by_date`, `settled`, `feature_drift`, `score_drift`, `response_drift` returned.

    Parameters
    ----------
    share
        The share of the customers that is listed.

    Notes
    -----
    Train again if of the last three dates two or more are off in the same direction, surely and by more than 10
    %; if their slope is below 0.7; if of the last three settled lists two or more missed the bounds of their
    churners; or if the drift of a feature changes more than 10 % of the list, or of what the list meets. Saves
    that are missed are a matter of the effect of contacts, not of the model.
    """
    found = [
        *_levels(calibration),
        *_slopes(calibration),
        *_promises(settled),
        *_features(features),
        *_scores(scores, share),
        *_responses(responses),
    ]
    return Verdict(tuple(sorted(found, key=lambda reason: reason.weight != "retrain")))


def _levels(calibration: pl.DataFrame) -> Iterator[Reason]:
    recent = calibration.sort("as_of").tail(_RECENT)
    off = (pl.col("predicted") - pl.col("observed")) / pl.col("observed")
    for sign, sentence in (
        (1, _("More were to leave than did, on {dates} of the last {of} dates: {predicted} against {observed}.")),
        (
            -1,
            _("Fewer were to leave than did, on {dates} of the last {of} dates: {predicted} against {observed}."),
        ),
    ):
        wrong = recent.filter(~pl.col("calibrated") & (sign * off > _LEVEL_OFF))
        if wrong.height >= _OFTEN:
            values = {
                "dates": wrong.height,
                "of": recent.height,
                "predicted": _weighted(wrong, "predicted"),
                "observed": _weighted(wrong, "observed"),
            }
            yield Reason("retrain", sentence, values)


def _weighted(rows: pl.DataFrame, name: str) -> float:
    n = rows["n"].to_numpy()
    return float((rows[name].to_numpy() * n).sum() / n.sum())


def _slopes(calibration: pl.DataFrame) -> Iterator[Reason]:
    known = calibration.sort("as_of").drop_nulls("slope").tail(_RECENT)["slope"].to_list()
    flat = [one for one in known if one < _FLAT]
    if len(flat) >= _OFTEN:
        yield Reason(
            "retrain",
            _("High and low probabilities are less apart than predicted, on {dates} of the last {of} dates."),
            {"dates": len(flat), "of": len(known)},
        )


def _promises(settled: pl.DataFrame) -> Iterator[Reason]:
    final = settled.filter(pl.col("group") == WHOLE, pl.col("shown") == 1.0).sort("as_of")
    for measure, weight, sentence in (
        (
            "churners",
            "retrain",
            _("{lists} of the last {of} settled lists had more or fewer churners than their bounds."),
        ),
        ("saves", "watch", _("{lists} of the last {of} settled lists saved surely more or fewer than promised.")),
    ):
        recent = final.filter(pl.col("measure") == measure).drop_nulls("kept").tail(_RECENT)
        missed = recent.filter(~pl.col("kept")).height
        if missed >= _OFTEN:
            yield Reason(
                "retrain" if weight == "retrain" else "watch", sentence, {"lists": missed, "of": recent.height}
            )


def _features(features: pl.DataFrame) -> Iterator[Reason]:
    weighty = features.filter((pl.col("changed") > _LIST_CHANGED) | (pl.col("gain_change").abs() > _LIST_CHANGED))
    for row in weighty.iter_rows(named=True):
        yield Reason(
            "retrain",
            _("{feature} is distributed otherwise: it changes {changed} of the list."),
            {"feature": row["feature"], "changed": row["changed"]},
        )


def _scores(scores: pl.DataFrame, share: float) -> Iterator[Reason]:
    for row in scores.iter_rows(named=True):
        times = row["over_cut"] / share
        if not 1 / _CUT_MOVED <= times <= _CUT_MOVED:
            yield Reason(
                "watch",
                _("{now} of the customers are above the cut that {share} were above when the model learned."),
                {"now": row["over_cut"], "share": share},
            )


def _responses(responses: pl.DataFrame) -> Iterator[Reason]:
    for row in responses.filter(pl.col("drifted").fill_null(value=False)).iter_rows(named=True):
        yield Reason(
            "watch",
            _("Surveys {survey} are answered by {now}, before by {before}."),
            {"survey": f"{row['metric']} {row['kind'] or ''}".strip(), "now": row["now"], "before": row["before"]},
        )
