"""`lealtad`: one command for everything; a command's module is imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.job import run_command, show

if TYPE_CHECKING:
    from collections.abc import Callable

# Each command is a function in a module of the same name, here with a one-line description. For commands of two
# words, the first is the module and the second the function.
COMMANDS = {
    "demo": "Run every step, from a source to the list, the report and the journey map.",
    "init": "Look at exports or a database, and write a starter lealtad.toml.",
    "check": "Say whether a company's data are usable, and enough.",
    "permit": "Let a company's settings run their code and call their addresses.",
    "ingest": "Load a source into the lake.",
    "features": "Compute the features of customers as of past dates, or of one night.",
    "leakcheck": "Check that no feature uses data from after its date.",
    "train": "Train the models, judge them beside baselines, and register them.",
    "compare": "Compare learners on the same later dates.",
    "promote": "Let the gate decide which version is champion, or decide yourself.",
    "score": "Score active customers with the champion.",
    "worklist": "Build tonight's list, and say what it promises.",
    "nightly": "Run a night: load, score, build the list, draw the pages.",
    "monitor": "Compare what lists promised with what they delivered.",
    "experiment": "Plan an experiment, assign its arms, or read what it changed.",
    "feeds": "Say which tables came late or incomplete.",
    "kpis": "Compute the KPIs, and draw the journey map.",
    "drivers": "Find which touchpoints and moments decide loyalty.",
    "listen": "Read comments: sentiment, themes, and what each theme costs.",
    "alerts": "Report what changed beyond chance: on a page, by mail, to a webhook.",
    "recommend": "Choose what to offer each customer: to buy again, and what goes with it.",
    "overview": "Write the first page and what the lists earned, and link all pages.",
    "outcomes": "Load what became of the contacts of a list, from its spreadsheet.",
    "sensitivity": "Compare definitions of churn.",
    "erase": "Erase customers from everything that a run keeps.",
    "customer": "Write all that is held of a customer, for an access request.",
    "object": "Note that customers object to profiling: they are not scored.",
    "readmit": "Let an erased person be a customer again, from now on.",
    "lake verify": "Check every file of the lake against its checksums.",
    "lake withdraw": "Take a row that was loaded wrongly out of a table.",
    "lake compact": "Write small files of the lake as one each.",
    "lake vacuum": "Thin tables by [keep], and remove past commits.",
    "desk": "Serve the desk, where the team claims, contacts and overrides.",
    "serve": "Answer over HTTP as the champion, on this machine alone.",
}
_HELP = ("help", "--help", "-h")
_VERSION = ("--version", "-V")
_PAGE = """Usage: lealtad COMMAND [OPTIONS]

Predict who will churn and who would recommend, and list whom to contact first.

Commands:
{commands}

`lealtad COMMAND --help` explains a command and its options; `lealtad --version` says which lealtad this is.
Exit codes: 0 done, 1 the answer is no, 2 something to fix, 3 and 4 the list is made but not delivered or
not drawn, 75 another run is at work."""


def main() -> None:
    """Run a command; errors that the user can fix end in one message on stderr and an exit code."""
    name, options = split_command(sys.argv[1:] or ["help"])
    if name in _HELP and split_command(options or [""])[0] in COMMANDS:
        name, options = split_command(options)[0], ["--help"]
    if name in _HELP:
        show(describe_commands())
    elif name in _VERSION:
        show(f"lealtad {version('lealtad')}")
    elif name in COMMANDS:
        sys.argv = [f"lealtad {name}", *options]
        _run(name, find_address(options))
    else:
        error = SettingsError(
            place="lealtad", expected="a command", found=f"'{name}'", fix=suggest_name(name, COMMANDS)
        )
        show(f"{error}\n\n{describe_commands()}", sys.stderr)
        raise SystemExit(error.exit_code)


def find_address(words: list[str]) -> str:
    """Return the value of --out if it is an address, else an empty text.

    Examples
    --------
    >>> find_address(["exports", "--out", "s3://acme/run"]), find_address(["--out=reports/demo"])
    ('s3://acme/run', '')
    """
    values = [word.removeprefix("--out=") for word in words if word.startswith("--out=")]
    values += [word for before, word in pairwise(words) if before == "--out"]
    return next((value for value in values if "://" in value), "")


def _run(name: str, address: str) -> None:
    if not address:
        run_command(import_command(name), name)
        return
    from lealtad.jobs.at_address import run_at_address

    run_at_address(lambda: run_command(import_command(name), name), name, address)


def split_command(words: list[str]) -> tuple[str, list[str]]:
    """Split arguments into the name of a command, which may be two words, and the rest.

    Examples
    --------
    >>> split_command(["lake", "verify", "--out", "reports"])
    ('lake verify', ['--out', 'reports'])
    """
    length = 2 if " ".join(words[:2]) in COMMANDS else 1
    return " ".join(words[:length]), words[length:]


def import_command(name: str) -> Callable[..., object]:
    """Import the function of a command."""
    module, *_ = words = name.split()
    function: Callable[..., object] = getattr(import_module(f"lealtad.jobs.{module}"), words[-1])
    return function


def describe_commands() -> str:
    """Return the commands, one per line.

    Examples
    --------
    >>> print(describe_commands().splitlines()[0])
    Usage: lealtad COMMAND [OPTIONS]
    """
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {summary}" for name, summary in COMMANDS.items()]
    return _PAGE.format(commands="\n".join(lines))


if __name__ == "__main__":
    main()
