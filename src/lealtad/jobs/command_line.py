"""`lealtad`: one command for everything; a command's module is imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.job import run_command

# name of the command: its module, which holds a function of the module's name, and what it does in a line
COMMANDS = {
    "demo": ("demo", "Run every step on a public company, from its data to the list, the report and the map."),
    "init": ("init", "Look at exports or a database, and write a starter lealtad.toml."),
    "check": ("check", "Say whether a company's data are usable, and enough."),
    "ingest": ("ingest", "Load a source into the lake."),
    "features": ("features", "Compute the features of customers as of past dates, or of one night."),
    "leakcheck": ("leakcheck", "Say whether any feature knows its future."),
    "train": ("train", "Train the models, judge them beside baselines, and register them."),
    "promote": ("promote", "Let the gate decide which version is champion, or decide yourself."),
    "score": ("score", "Score active customers with the champion."),
    "worklist": ("worklist", "Make tonight's list, and what it promises."),
    "nightly": ("nightly", "Run a night: load, score, make the list, draw the pages."),
    "monitor": ("monitor", "Hold promises against what was delivered."),
    "feeds": ("feeds", "Say which tables came late or thin."),
    "kpis": ("kpis", "Compute the KPIs, and draw the journey map."),
    "sensitivity": ("sensitivity", "Compare definitions of churn."),
}
_WIDTH = 12


def main() -> None:
    """Run a command; an error that the person can fix ends in one message on stderr and its exit code."""
    name = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if name in {"--help", "-h"}:
        print(describe_commands())  # noqa: T201 - what a command is for
    elif name == "--version":
        print(f"lealtad {version('lealtad')}")  # noqa: T201
    elif name in COMMANDS:
        module = COMMANDS[name][0]
        sys.argv = [f"lealtad {name}", *sys.argv[2:]]
        run_command(getattr(import_module(f"lealtad.jobs.{module}"), module))
    else:
        error = SettingsError(
            place="lealtad", expected="a command", found=f"'{name}'", fix=suggest_name(name, list(COMMANDS))
        )
        print(f"{error}\n\n{describe_commands()}", file=sys.stderr)  # noqa: T201
        raise SystemExit(error.exit_code)


def describe_commands() -> str:
    """Return the commands, a line each."""
    lines = [f"  {name:<{_WIDTH}} {summary}" for name, (_, summary) in COMMANDS.items()]
    head = "Usage: lealtad COMMAND [OPTIONS]\n\nWho is about to leave, and who would recommend.\n\nCommands:"
    tail = "`lealtad COMMAND --help` says what a command takes; `lealtad --version` says which lealtad this is."
    return "\n".join([head, *lines, "", tail])


if __name__ == "__main__":
    main()
