"""The definition of the list as a page: `python -m lealtad.worklist.document > docs/worklist.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lealtad.base.language import LANGUAGES, Language
from lealtad.worklist.columns import ABSTENTIONS, REFERRALS, RESOLVED, define_columns, define_other_columns
from lealtad.worklist.reasons import COMPARABLE
from lealtad.worklist.wording import list_code_words, list_note_words

if TYPE_CHECKING:
    from collections.abc import Iterable

_INTRODUCTION = """# The list

This page is generated (`python -m lealtad.worklist.document > docs/worklist.md`), and a test keeps it current. The
list has one row per customer worth contacting. The second sheet of `worklist.xlsx` holds the same definitions.
Column names are English; their contents are in the language of the list. The holdout is in none of the files.

| File | For whom |
|---|---|
| `worklist.csv`, `worklist.xlsx` | people: everything in words; text that looks like a formula stays text |
| `worklist.parquet`, the table of `[worklist.sink]` | programs: codes, the same in every language |
| `worklist.html` | the people who make the calls: one printable sheet per owner |
| `referrals.csv` | safe promoters who agreed to be contacted; survey answers come before predictions |
| `resolved.csv` | customers no longer on the list: resolved, not selected, skipped or gone, and why |
| `abstentions.csv` | customers without a score, and what is missing for one |
| `capacity.csv` | what more contacts a day of each owner would bring |

## Reasons

The contributions of the features to the log-odds of a customer's score are summed by topic (`about` in
[features.md](features.md)). A topic that raises the score is a reason if one of its features can be stated: the
customer's value, as people read it, is on the side of customers who churned. The list shows up to three
reasons, the largest first. A reason that somebody can act on comes before one that weighs up to
{comparable:g} times as much. The topic that lowers the score most is shown as speaking against churn, by the same
rule.
"""


def render_document() -> str:
    """Return the document."""
    return "\n".join([_INTRODUCTION.format(comparable=COMPARABLE), *(_render_section(code) for code in LANGUAGES)])


def _render_section(code: str) -> str:
    language = Language.from_code(code)
    _ = language.translate
    defined = define_columns(language, days="`horizon_days`", currency=_("the company's currency"))
    others = define_other_columns(language)
    heading, codes = _("What the columns mean"), _("Codes and words")
    return "\n".join(
        [
            f"## {heading} ({code})\n",
            *_render_table(defined),
            f"\n`referrals.csv`: {_render_names(REFERRALS)}.\n",
            f"`resolved.csv`: {_render_names(RESOLVED)}.\n",
            f"`abstentions.csv`: {_render_names(ABSTENTIONS)}.\n",
            *_render_table(others),
            f"\n### {codes} ({code})\n",
            "|  | | |\n|---|---|---|",
            *_render_codes(language),
            "",
        ]
    )


def _render_table(defined: dict[str, str]) -> list[str]:
    return ["|  |  |\n|---|---|", *(f"| `{name}` | {sentence} |" for name, sentence in defined.items())]


def _render_codes(language: Language) -> list[str]:
    by_column = {**list_code_words(language), "data_notes": list_note_words(language)}
    shown = {name: words for name, words in by_column.items() if not name.startswith(("reason_2", "reason_3"))}
    return [
        f"| `{name}` | `{code}` | {sentence} |"
        for name, words in shown.items()
        for code, sentence in words.items()
    ]


def _render_names(columns: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


if __name__ == "__main__":
    sys.stdout.write(render_document())
