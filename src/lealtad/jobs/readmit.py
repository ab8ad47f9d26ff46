"""Let an erased person be a customer again, from now on."""

from __future__ import annotations

from datetime import UTC, datetime

from lealtad.base import job
from lealtad.base.errors import SettingsError
from lealtad.base.language import format_count
from lealtad.jobs.options import OUT, Because, Ids, LoadedAt, Out
from lealtad.lake import Lake, start_draft
from lealtad.lake.erasing.suppression import hash_id, make_key
from lealtad.lake.erasing.suppression import readmit as lift
from lealtad.lake.loading import parse_load_time

_FILES = "files"  # the note of a table on files that need not be read again


def readmit(ids: Ids = None, because: Because = "", since: LoadedAt = "", out: Out = OUT) -> None:
    """Load erased customers again, with what happens from now on; earlier facts stay out.

    State the consent or contract behind the new relation with --because.
    """
    if not ids or not because.strip():
        raise SettingsError(
            place="lealtad readmit",
            expected="ids, and the basis of the new relation",
            found="no ids" if not ids else "no --because",
            fix='For example: lealtad readmit C17 --because "new contract of 31 January".',
        )
    with job.step("readmit", out) as step:
        moment, key = parse_load_time(since) if since else datetime.now(UTC), make_key(out)
        with start_draft(Lake.open(out / "lake")) as draft:
            count = lift(draft, [hash_id(key, each) for each in ids], moment)
            for name in ("customers", "contacts", "identities"):
                notes = draft.lake.notes(name)
                if count and draft.lake.has(name) and _FILES in notes:
                    draft.note(name, {key: text for key, text in notes.items() if key != _FILES})
        step.note(readmitted={"ids": count, "because": because, "since": moment.isoformat()})
        step.report(
            f"{format_count(count, 'id')} of {len(ids):,} readmitted, with facts since {moment:%Y-%m-%d %H:%M}"
        )
