"""The files of a night's list in a folder: for people, for programs, and for each owner alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lealtad.base import job
from lealtad.base.language import LANGUAGES, Language

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.settings import Settings
    from lealtad.lake import Lake
    from lealtad.worklist import Worklist, WorklistTables

_MOST_REFERRALS = 50


@dataclass(frozen=True)
class ListFiles:
    """Writes the files of a list into a folder, in one language."""

    folder: Path
    made: Worklist
    lake: Lake
    definition: ModelDefinition
    company: Settings
    speech: Language

    def write(self, rows: dict[str, Any]) -> None:
        """Write every file of the list, all or none; `rows` holds the row counts of the last load."""
        from lealtad import worklist as room
        from lealtad.worklist.capacity_scenarios import FILE

        made, speech, definition = self.made, self.speech, self.definition
        more = (self.folder / "report.html", self.folder / FILE)
        places = (*room.WorklistFiles.into(self.folder).paths, *more)
        lists = self._gather()
        with job.move_into_place(*places) as [*paths, page, capacity]:
            made.scenarios.write_csv(capacity)
            room.write_files(
                lists,
                room.WorklistFiles(*paths),
                speech,
                days=definition.label.horizon_days,
                actions=self._name_actions(),
                link=self.company.worklist.customer_link,
            )
            room.write_page(
                page,
                listed=made.team,
                tiles=room.build_tiles(self.lake, definition, made.night, made.decision, speech),
                metrics=made.model.evidence("metrics"),
                judged=made.model.evidence("judged"),
                rows=rows,
                definition=definition,
                language=speech,
            )

    def write_for_owners(self) -> None:
        """Write each owner's list and, if the lake has them, the contact details of its customers."""
        from lealtad import worklist as room

        room.write_owner_lists(
            self.made.team,
            self.folder,
            self.speech,
            as_of=self.made.night.as_of,
            days=self.definition.label.horizon_days,
            actions=self._name_actions(),
        )
        if self.lake.has(room.CONTACTS):
            link = self.company.worklist.customer_link
            room.write_by_owner(self.folder, room.build_contacts(self.made.team, self.lake, link))

    def _gather(self) -> WorklistTables:
        from lealtad import worklist as room

        made, names = self.made, self.company.names.by_language
        languages = [Language.from_code(code, self.speech.currency, names) for code in LANGUAGES]
        return room.WorklistTables(
            made.night.as_of,
            made.team,
            made.list_referrals(self.lake, _MOST_REFERRALS),
            made.list_departures(),
            made.list_abstentions(),
            made.list_absences(),
            made.translate_reasons(languages),
        )

    def _name_actions(self) -> dict[str, str]:
        from lealtad import worklist as room

        return room.name_actions(self.made.team, self.company.worklist, self.speech.code)
