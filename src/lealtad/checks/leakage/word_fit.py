"""Whether the word axes were fitted only on comments from before the test dates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lealtad.base.sentence import Sentence
from lealtad.base.sentence import mark_for_translation as _
from lealtad.checks.leakage.findings import LeakCheck, LeakFinding
from lealtad.examples.features.building import find_stream
from lealtad.examples.features.streams.stream import WORD_AXES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.examples.features import Feature

NAME = _("words fitted")
FITTED_BEFORE = "fitted_before"
_SAYS = _("The axes of words were fitted on comments known before the first date on which the model is judged.")


def check_words(
    notes: Mapping[str, str] | None, first_test: datetime, catalog: Sequence[Feature]
) -> tuple[LeakCheck, list[LeakFinding]]:
    """Compare the cut-off date of the comments, in the notes of the axes, with the first test date.

    Parameters
    ----------
    notes
        The notes of the table of axes; None if there is none.
    first_test
        The first date on which the model is judged.
    """
    if notes is None:
        return LeakCheck(NAME, _SAYS, 0, 0), []
    fitted_before = notes.get(FITTED_BEFORE, "")
    fitted = datetime.fromisoformat(fitted_before) if fitted_before else None
    columns = [
        column for feature in catalog if WORD_AXES in find_stream(feature).tables for column in feature.columns
    ]
    check = LeakCheck(NAME, _SAYS, len(columns), len(columns))
    if fitted is not None and fitted <= first_test:
        return check, []
    when = Sentence(_("known before {day:%Y-%m-%d}"), day=fitted) if fitted else _("of unknown dates")
    sentence = Sentence(
        _("Its axes were fitted on comments {when}; the model is judged from {day:%Y-%m-%d} on."),
        when=when,
        day=first_test,
    )
    fix = _("Fit the axes again: lealtad features.")
    return check, [LeakFinding("error", NAME, column, sentence, fix) for column in columns]
