"""Everything that a run stores about a customer, as a page and as JSON, for an access request."""

from __future__ import annotations

from typing import Annotated

import typer

from lealtad.base import job
from lealtad.base.language import Language
from lealtad.jobs.options import OUT, Out, Speech
from lealtad.lake import Lake

Id = Annotated[str, typer.Argument(metavar="ID", help="The customer, by any of their ids.")]
Administrator = Annotated[
    bool, typer.Option("--administrator", help="Show arms of experiments, and accounts at the desk.")
]
FOLDER = "access"


def customer(
    customer_id: Id, out: Out = OUT, language: Speech = "en", administrator: Administrator = False
) -> None:
    """Write what is stored, scored, suggested and done about a customer, and who viewed it, to OUT/access.

    Arms of experiments are shown only to administrators. Delete the files once they are handed over; an erasure
    shortens them too.
    """
    from lealtad.privacy.customer import gather_dossier, write_dossier

    with job.step("customer", out) as step:
        dossier = gather_dossier(out, Lake.open(out / "lake"), customer_id, is_administrator=administrator)
        page, plain = write_dossier(dossier, out / FOLDER, Language.from_code(language))
        step.report(f"the page: {page}; as JSON: {plain}")
