"""`lealtad`: the commands a person starts a project with."""

from __future__ import annotations

import sys

from lealtad.errors import LealtadError


def main() -> None:
    """Run a command; an error that the person can mend ends in one message on stderr and exit code 2."""
    import typer

    from lealtad.commands.check import check
    from lealtad.commands.init import init
    from lealtad.commands.leakcheck import leakcheck
    from lealtad.commands.sensitivity import sensitivity

    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        help="lealtad: who is about to leave, and who would recommend.",
    )
    for command in (init, check, leakcheck, sensitivity):
        app.command()(command)
    try:
        app()
    except LealtadError as error:
        print(f"lealtad: {error}", file=sys.stderr)  # noqa: T201 - what a command is for
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
