"""A settings file may have come with the data: its size and its depth are bounded, with one message."""

import time

import pytest

from lealtad.base.errors import SettingsError
from lealtad.base.toml_file import read_toml
from lealtad.company.settings import Settings

DEEP = {
    "lists": "levels = " + "[" * 400_000 + "]" * 400_000,
    "inline tables": "x = " + "{a = " * 5_000 + "1" + "}" * 5_000,
    "dotted keys": ".".join(["a"] * 100_000) + " = 1",
    "a dotted header": "[" + ".".join(["a"] * 1_000) + "]\nb = 1",
    "just too deep": "x = " + "[" * 33 + "]" * 33,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_a_file_that_is_too_deep_is_one_message_in_no_time(tmp_path, text):
    path = tmp_path / "lealtad.toml"
    path.write_text(text)
    started = time.perf_counter()
    with pytest.raises(SettingsError, match="at most 32 tables and lists within one another, found more"):
        Settings.read(path)
    assert time.perf_counter() - started < 5


def test_a_file_that_is_too_large_is_one_message(tmp_path):
    path = tmp_path / "lealtad.toml"
    path.write_text("# " + "x" * 2**20 + "\n")
    with pytest.raises(SettingsError, match=r"lealtad.toml: expected at most 1,048,576 bytes, found more"):
        Settings.read(path)


def test_line_ends_of_windows_and_a_mark_are_read(tmp_path):
    path = tmp_path / "lealtad.toml"
    path.write_bytes(b"\xef\xbb\xbf[targets]\r\nnps = 30\r\n")
    assert read_toml(path, Settings, expected="", fix="").targets.nps == 30
