"""What every job does around its one call: one run at a time, a summary, whole outputs, clear errors."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from filelock import FileLock, Timeout

from lealtad.base.errors import BusyError, LealtadError, SettingsError
from lealtad.base.private_files import FILE, keep_private, make_private_folder
from lealtad.base.visible_text import reveal, reveal_all_but_colours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SUMMARY = "summary.json"


class Step:
    """One step that is going on."""

    def __init__(self, name: str, out: Path) -> None:
        self.name, self.out = name, out
        self.facts: dict[str, Any] = {}

    def report(self, line: str) -> None:
        """Show progress, on stderr: stdout is for results."""
        show(f"{self.name}: {line}", sys.stderr)

    def note(self, **facts: Any) -> None:
        """Put facts into the summary."""
        self.facts |= facts


@contextmanager
def step(name: str, out: Path) -> Iterator[Step]:
    """Do one step in the directory `out`, alone; its time and facts go to `out/summary.json` when it succeeds.

    What it writes is private: files 0600, folders 0700, those of libraries and other processes included.

    Raises
    ------
    BusyError
        If another run is at work in the directory.
    SettingsError
        If the directory cannot be made.
    """
    with keep_private(), _hold_lock(out):
        this, started = Step(name, out), time.perf_counter()
        yield this
        seconds = round(time.perf_counter() - started, 2)
        _write_summary(out, name, seconds, this.facts)
        this.report(f"done in {seconds:.1f} s")


@contextmanager
def move_into_place(*paths: Path) -> Iterator[list[Path]]:
    """Give a temporary path for each target; all are moved into place, private, if every one is written."""
    beside = [path.with_name(f".{path.stem}.new{path.suffix}") for path in paths]
    try:
        with keep_private():
            yield beside
        for written, path in zip(beside, paths, strict=True):
            written.replace(path)
    finally:
        for written in beside:
            written.unlink(missing_ok=True)


def run_command(job: Callable[..., object]) -> None:
    """Run a job from the command line: its parameters are the options, its docstring is the help.

    An error that the person can fix ends in one message on stderr and an exit code of `ExitCode`. Nothing else
    is caught.
    """
    import typer

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})(job)
    try:
        with keep_private():
            app(prog_name=f"lealtad {job.__name__}")
    except LealtadError as error:
        show(f"{job.__name__}: {error}", sys.stderr)
        raise SystemExit(error.exit_code) from None


def show(text: object, stream: TextIO | None = None) -> None:
    """Print a result on stdout, or a line on another stream.

    A reader that has gone, such as `head`, ends no job: what follows goes nowhere, and the exit code stays true.
    Control and direction characters of data are written out: they can neither clear a screen nor hide a word.
    """
    stream = stream or sys.stdout
    line = reveal(str(text)) if stream is sys.stderr else reveal_all_but_colours(str(text))
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def find_store(given: str, out: Path) -> str:
    """Return the MLflow store of a run: the one given, that of the environment, or a file in `out`."""
    return given or os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{out.absolute() / 'mlflow.db'}"


def read_summary(out: Path) -> dict[str, Any]:
    """Return what the steps in `out` noted so far."""
    path = out / _SUMMARY
    return json.loads(path.read_text()) if path.is_file() else {}


@contextmanager
def _hold_lock(out: Path) -> Iterator[None]:
    lock = _acquire_lock(out)
    try:
        yield
    finally:
        lock.release()


def _acquire_lock(out: Path) -> FileLock:
    try:
        make_private_folder(out)
        # one lock object per path, so that a job within a job enters it again
        lock = FileLock(out / ".lock", timeout=0, mode=FILE, is_singleton=True)
        lock.acquire()
    except Timeout:
        raise BusyError(path=out) from None
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise SettingsError(
            place="--out",
            expected="a directory that can be written to",
            found=f"{out} ({error.strerror})",
            fix="Name another directory.",
        ) from None
    return lock


def _write_summary(out: Path, name: str, seconds: float, facts: dict[str, Any]) -> None:
    facts_so_far = read_summary(out)
    facts_so_far.setdefault("seconds", {})[name] = seconds
    facts_so_far.setdefault("peak_memory_mb", {})[name] = round(_peak_memory_kb() / 1024)
    facts_so_far |= facts
    with move_into_place(out / _SUMMARY) as [path]:
        path.write_text(json.dumps(facts_so_far, indent=1) + "\n")


def _peak_memory_kb() -> int:
    """Return the most memory that this process, or one it waited for, has held."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    status = Path("/proc/self/status")
    if not status.exists():
        return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children)
    # what getrusage says of a process begins with what the one that started it held
    own = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return max(int(own.split()[1]), children)
