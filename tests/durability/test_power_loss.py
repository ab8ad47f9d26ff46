"""Before a commit counts, all that it rests on is on the disk: a power loss takes nothing of it."""

import pytest

from tests.durability.preload import Call, read_calls, record

pytestmark = pytest.mark.slow
FREE = (".staging", ".lock", ".new", "_last_checkpoint")


def find_unsynced(calls: list[Call], root: str) -> list[tuple[str, str]]:
    """Commits and what of the lake they rest on that was not on the disk when they came to count."""
    dirty: set[str] = set()  # files written, and folders in which names changed, since they were last synced
    lost = []
    for call in calls:
        if call.name in {"write", "truncate"}:
            dirty.add(call.path)
        elif call.name == "sync":
            dirty.discard(call.path)
        elif call.name in {"rename", "link"}:
            if call.path in dirty:
                dirty.discard(call.path)
                dirty.add(call.second)
            if call.second == f"{root}/lake.json":
                rest = [path for path in dirty if path.startswith(f"{root}/") and not any(n in path for n in FREE)]
                lost += [(call.second, path) for path in rest]
            dirty.add(call.second.rpartition("/")[0])
        elif call.name == "mkdir":
            dirty.add(call.path.rpartition("/")[0])
    return lost


def test_the_law_sees_what_is_not_synced():
    steps = [("open", "/l/t/a", ""), ("write", "/l/t/a#1", ""), ("rename", "/l/t/a#1", "/l/t/a")]
    commit = [("rename", "/l/lake.json.new", "/l/lake.json")]
    synced = [("sync", "/l/t/a", ""), ("sync", "/l/t", "")]
    for between, lost in (([], {"/l/t/a", "/l/t"}), (synced[:1], {"/l/t"}), (synced, set())):
        calls = [Call(number, *step) for number, step in enumerate([*steps, *between, *commit])]
        assert {path for _, path in find_unsynced(calls, "/l")} == lost


def test_a_commit_counts_after_its_files_and_folders_are_on_the_disk(failing, tiny, tmp_path):
    out, log = tmp_path / "run", tmp_path / "log"
    ended = tiny.run("ingest", out, "first", **record(out, log))
    assert ended.code == 0, ended.err
    calls = read_calls(log)
    assert sum(call.second == f"{out}/lake/lake.json" for call in calls) > 1
    assert find_unsynced(calls, f"{out}/lake") == []
