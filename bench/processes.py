"""Run a program in its own process, and measure its time and the memory of it and its children."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


def measure_program(program: str, *arguments: str) -> tuple[float, float]:
    """Run a Python program; return its seconds, and the peak memory in GB of it and its children."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", program, *arguments])  # noqa: S603 - our own
    peak = 0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"bench: expected the measured program to succeed, found exit code {process.returncode}")
    return time.perf_counter() - started, peak / 2**30


def _resident(pid: int) -> int:
    """Return the bytes of memory that a process and its children hold."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):  # it has just ended
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_resident(int(child)) for child in children)
