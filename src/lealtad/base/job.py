"""What every job shares: a lock for one run at a time, a summary, complete outputs, clear errors."""

from __future__ import annotations

import os
import re
import resource
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from filelock import FileLock, Timeout

from lealtad.base.errors import BusyError, DamageError, LealtadError, SettingsError
from lealtad.base.failures import explain_failure
from lealtad.base.outputs import check_output, note_outputs
from lealtad.base.private_files import FILE, keep_private, make_private_folder
from lealtad.base.seal import open_seal, seal
from lealtad.base.syncing import sync
from lealtad.base.visible_text import reveal, reveal_all_but_colours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SUMMARY = "summary.json"
_STORES = re.compile(r"(s3|gs|az):/")  # an address after conversion to a path
_SHOWN_AS: dict[str, str] = {}  # by folder, the name that messages use


class Step:
    """A running step of a job."""

    def __init__(self, name: str, out: Path) -> None:
        self.name, self.out = name, out
        self.facts: dict[str, Any] = {}

    def report(self, line: str) -> None:
        """Print a line of progress on stderr; stdout is for results."""
        show(f"{self.name}: {line}", sys.stderr)

    def note(self, **facts: Any) -> None:
        """Add facts to the summary."""
        self.facts |= facts


@contextmanager
def step(name: str, out: Path) -> Iterator[Step]:
    """Run one step in the directory `out` under a lock; on success `out/summary.json` gets its time and facts.

    Everything it writes is private (files 0600, folders 0700), including files of libraries and other processes.

    Raises
    ------
    BusyError
        If another run is using the directory.
    SettingsError
        If the directory cannot be made.
    """
    with keep_private(), _hold_lock(out):
        read_summary(out)  # an unreadable summary fails now, not after hours of work
        this, started = Step(name, out), time.perf_counter()
        yield this
        seconds = round(time.perf_counter() - started, 2)
        _write_summary(out, name, seconds, this.facts)
        this.report(f"done in {seconds:.1f} s")


@contextmanager
def move_into_place(*paths: Path) -> Iterator[list[Path]]:
    """Provide a temporary path for each target; all are moved into place, private, once every one is written."""
    beside = [path.with_name(f".{path.stem}.new{path.suffix}") for path in paths]
    try:
        with keep_private():
            yield beside
            for written in beside:
                sync(written)
            note_outputs(zip(beside, paths, strict=True))
        for written, path in zip(beside, paths, strict=True):
            written.replace(path)
        for folder in {path.parent for path in paths}:
            sync(folder)
    finally:
        for written in beside:
            written.unlink(missing_ok=True)


def run_command(job: Callable[..., object], name: str = "") -> None:
    """Run a job from the command line: its parameters become the options, its docstring the help.

    Errors that the user can fix, and failures of disk, memory or permissions, end in one message on stderr and a
    code of `ExitCode`. Nothing else is caught.
    """
    import typer

    name = name or job.__name__

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})(job)
    with explain_errors(name), keep_private():
        app(prog_name=f"lealtad {name}")


@contextmanager
def explain_errors(name: str) -> Iterator[None]:
    """Turn errors that the user can fix into one message and an exit code."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of a Rust library is not an Exception
        failure = error if isinstance(error, LealtadError) else explain_failure(error)
        if failure is None:
            raise
        show(f"{name}: {failure}", sys.stderr)
        raise SystemExit(failure.exit_code) from None


def show(text: object, stream: TextIO | None = None) -> None:
    """Print a result on stdout, or a line on another stream.

    If the reader closes the pipe, as `head` does, the job goes on. Further output is dropped, and the exit code is
    unaffected. Control and direction characters of data are escaped, so that they cannot clear a screen or hide a
    word.
    """
    stream = stream or sys.stdout
    for folder, name in _SHOWN_AS.items():
        text = str(text).replace(folder, name)
    line = reveal(str(text)) if stream is sys.stderr else reveal_all_but_colours(str(text))
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def show_as(folder: str, name: str) -> Iterator[None]:
    """Use another name for a folder in messages of the block."""
    _SHOWN_AS[folder] = name
    try:
        yield
    finally:
        del _SHOWN_AS[folder]


def find_store(given: str, out: Path) -> str:
    """Return the MLflow store of a run: the one passed, that of the environment, or a file in `out`."""
    return given or os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{out.absolute() / 'mlflow.db'}"


def read_summary(out: Path) -> dict[str, Any]:
    """Return the summary of the steps in `out` so far.

    Raises
    ------
    DamageError
        If the file was altered since a job wrote it.
    """
    path = out / _SUMMARY
    if not path.is_file():
        return {}
    try:
        values = open_seal(path.read_text(encoding="utf-8"), required=False)
    except ValueError as error:
        raise DamageError(
            path=path,
            expected="the summary as the jobs wrote it",
            found=str(error),
            fix="Delete it: the next jobs write it again.",
        ) from None
    check_output(path)
    return values


@contextmanager
def _hold_lock(out: Path) -> Iterator[None]:
    lock = _acquire_lock(out)
    try:
        yield
    finally:
        lock.release()


def _acquire_lock(out: Path) -> FileLock:
    if _STORES.match(str(out)):
        raise SettingsError(
            place="--out",
            expected="a directory: this program takes no address",
            found=str(out),
            fix="Use the command line (lealtad nightly, for example), which takes both.",
        )
    try:
        make_private_folder(out)
        # one lock object per path, so that a job within a job can enter it again
        lock = FileLock(out / ".lock", timeout=0, mode=FILE, is_singleton=True)
        lock.acquire()
    except Timeout:
        raise BusyError(path=out) from None
    except OSError as error:
        raise SettingsError(
            place="--out",
            expected="a directory that can be written to",
            found=f"{error.filename or out} ({error.strerror})",
            fix="Fix that, or name another directory.",
        ) from None
    return lock


def _write_summary(out: Path, name: str, seconds: float, facts: dict[str, Any]) -> None:
    facts_so_far = read_summary(out)
    facts_so_far.setdefault("seconds", {})[name] = seconds
    facts_so_far.setdefault("peak_memory_mb", {})[name] = round(_peak_memory_kb() / 1024)
    facts_so_far |= facts
    with move_into_place(out / _SUMMARY) as [path]:
        path.write_text(seal(facts_so_far), encoding="utf-8")


def _peak_memory_kb() -> int:
    """Return the peak memory of this process, or of a child that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    status = Path("/proc/self/status")
    if not status.exists():
        return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children)
    # getrusage of a process starts from the peak of the process that started it
    own = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return max(int(own.split()[1]), children)
