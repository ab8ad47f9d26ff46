"""The bill of materials names every package of the lock, and an advisory about one of them is found."""

import json
import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ROOT

LOCK = (ROOT / "requirements.lock").read_text()
PINS = re.findall(r"^([a-zA-Z0-9._-]+)==([^\s;\\]+)", LOCK, re.MULTILINE)  # of some, one for each kind of machine
PINNED = dict(PINS)


def run(script, *words):
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(ROOT / ".ci" / script), *map(str, words)], capture_output=True, text=True, check=False
    )


def test_the_bill_names_each_package_once_with_its_hashes():
    bill = json.loads(run("write_bill_of_materials.py").stdout)
    assert sorted((part["name"], part["version"]) for part in bill["components"]) == sorted(PINS)
    assert sum(len(part["hashes"]) for part in bill["components"]) == LOCK.count("--hash=sha256:")
    assert all(part["hashes"] for part in bill["components"])


@pytest.mark.parametrize(
    ("events", "versions", "code"),
    [
        ([{"introduced": "0"}, {"fixed": "999"}], [], 1),
        ([{"introduced": "0"}, {"fixed": "0.1"}], [], 0),
        ([{"introduced": "0"}, {"last_affected": "0.1"}], [], 0),
        ([], ["PINNED"], 1),
        ([], ["0.0.1"], 0),
    ],
)
def test_an_advisory_is_held_against_the_lock(tmp_path, events, versions, code):
    versions = [PINNED["polars"] if version == "PINNED" else version for version in versions]
    package = {"ecosystem": "PyPI", "name": "Polars"}
    affected = {"package": package, "versions": versions, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    (tmp_path / "a.json").write_text(json.dumps({"id": "X-1", "summary": "bad", "affected": [affected]}))
    done = run("check_advisories.py", tmp_path)
    assert (done.returncode, "X-1" in done.stdout) == (code, bool(code)), done.stderr


def test_the_security_page_speaks_of_every_direct_dependency():
    page = (ROOT / "SECURITY.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = {re.split(r"[\[<>=]", name)[0] for name in project["dependencies"]}
    assert {name for name in direct if name not in page} == set()


def test_every_test_that_the_threat_model_names_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "threat_model.md").read_text())
    assert len(named) >= 14
    assert [name for name in named if not (ROOT / name).is_file()] == []
