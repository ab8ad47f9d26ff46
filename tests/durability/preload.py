"""Failing disks for the jobs that tests start: a library preloaded into them makes one of their calls fail."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")
_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|\d+")


@dataclass(frozen=True)
class Call:
    """A call that touches a file of a run."""

    number: int
    name: str
    path: str
    second: str = ""

    def kind(self, out: Path) -> tuple[str, str]:
        """What it does to which kind of file; bucket, version and random names do not count."""
        return self.name, _NUMBERS.sub("#", (self.second or self.path).removeprefix(str(out)))


def build_library(folder: Path) -> Path | None:
    """Compile the library; None where there is no compiler."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    library = folder / "faults.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own source
    return library


def record(out: Path, log: Path) -> dict[str, str]:
    """The environment of a job whose calls below `out` are written to `log`."""
    return {"FAULT_UNDER": str(out), "FAULT_LOG": str(log)}


def fail(out: Path, call: int, number: int = 0, *, match: str = "", stays: bool = False) -> dict[str, str]:
    """The environment of a job whose nth call, of those whose path contains `match`, fails with an error number.

    0 kills the job there.
    """
    more = ({"FAULT_STAYS": "1"} if stays else {}) | ({"FAULT_MATCH": match} if match else {})
    return {"FAULT_UNDER": str(out), "FAULT_AT": str(call), "FAULT_ERRNO": str(number)} | more


def read_calls(log: Path) -> list[Call]:
    lines = [line.split("\t") for line in log.read_text().splitlines()]
    return [Call(int(number), *rest) for number, *rest in lines]


def choose(calls: list[Call], out: Path, count: int) -> list[Call]:
    """Choose calls of as many kinds as possible: of each kind the first, then the last, then one between.

    With a count of at least the kinds, no kind is left out.
    """
    kinds: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        kinds.setdefault(call.kind(out), []).append(call)
    places = (lambda each: each[0], lambda each: each[-1], lambda each: each[len(each) // 2])
    spread = list(dict.fromkeys(place(each) for place in places for each in kinds.values()))
    step = 1 if count >= len(kinds) else max(1, len(spread) // count)
    return spread[::step][:count]
