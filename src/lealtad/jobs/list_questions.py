"""Questions about an existing list: why a customer is not on it, and what to write to those who are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base import job
from lealtad.base.errors import SettingsError
from lealtad.base.language import Language
from lealtad.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.company.settings import Settings

_LISTED, _GONE = "listed", "gone"


def explain_customer(out: Path, customer: str, language: str = "en", as_of: str = "") -> dict[str, Any]:
    """Return why a customer is or is not on the list, without distinguishing the holdout from the cut.

    Returns
    -------
    `customer_id, as_of, why` (a code), and `rank` of a customer who is listed.

    Raises
    ------
    SettingsError
        If there is no list, or the lake does not know the id.
    """
    from lealtad import worklist as room

    speech, files = Language.from_code(language), _find_files(out, as_of)
    team = pl.read_parquet(files.parquet, columns=["customer_id", "rank", "as_of"])
    listed = team.filter(pl.col("customer_id") == customer)
    why = _LISTED if listed.height else room.read_absence(files.absences, customer)
    if why is None:
        _check_known(out, customer)
        why = _GONE
    answer: dict[str, Any] = {"customer_id": customer, "why": why}
    sentence = room.list_code_words(speech)["why"][why]
    if listed.height:
        answer["rank"] = int(listed["rank"][0])
        sentence += " " + speech.translate("Place {rank}.", rank=answer["rank"])
    job.show(f"{customer}: {sentence}")
    return answer


def write_mailmerge(out: Path, company: Settings, language: str = "en", as_of: str = "") -> dict[str, Any]:
    """Write openings and mails for the customers of a list, one file per owner, and return how many rows each has.

    Raises
    ------
    SettingsError
        If there is no list, or a message of the playbook is for an unknown action or cause.
    """
    from lealtad import worklist as room

    files, lake = _find_files(out, as_of), Lake.open(out / "lake")
    room.check_messages(company.worklist)
    team = pl.read_parquet(files.parquet)
    if team.is_empty():
        job.show("worklist: nobody is on the list, so that there is nothing to write")
        return {}
    rows = room.build_mailmerge(team, lake, company.worklist, language)
    written = room.write_by_owner(files.parquet.parent, rows, "-mail")
    for path in written:
        job.show(f"worklist: openings and mails, with personal data: {path}")
    return dict(rows.group_by("owner").len().iter_rows())


def _find_files(out: Path, as_of: str) -> Any:
    from lealtad import worklist as room

    past = out / "lists" / as_of
    files = room.WorklistFiles.into(past if as_of and past.is_dir() else out)
    is_other = as_of and not past.is_dir() and not _is_of_night(files.parquet, as_of)
    if is_other or not files.parquet.is_file() or not files.absences.is_file():
        raise SettingsError(
            place=str(files.parquet.parent),
            expected=f"the list of {as_of}" if as_of else "a list",
            found="none",
            fix="Run lealtad worklist" + (f" --as-of {as_of}" if as_of else "") + ", then ask again.",
        )
    return files


def _is_of_night(path: Path, as_of: str) -> bool:
    if not path.is_file():
        return False
    nights = pl.read_parquet(path, columns=["as_of"])["as_of"]
    return nights.is_empty() or f"{nights[0]:%Y-%m-%d}" == as_of


def _check_known(out: Path, customer: str) -> None:
    lake = Lake.open(out / "lake")
    if lake.read("customers", columns=["customer_id"], where=pl.col("customer_id") == customer).is_empty():
        raise SettingsError(
            place="--why",
            expected="the id of a customer in the lake",
            found=f"'{customer}'",
            fix="Look the id up in the company's systems, or in worklist.csv.",
        )
