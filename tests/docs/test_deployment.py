"""The pages about deployment hold files that their programs can at least parse, and commands that exist."""

import ast
import configparser
import re
from pathlib import Path

import pytest
import yaml

from lealtad.jobs.command_line import COMMANDS

PAGES = sorted((Path(__file__).parents[2] / "docs" / "deploy").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INSTRUCTIONS = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "VOLUME", "ENTRYPOINT", "CMD"}


def parse_dockerfile(text):
    lines = text.replace("\\\n", " ").splitlines()
    instructions = [line.split()[0] for line in lines if line.strip()]
    assert instructions[0] == "FROM"
    assert set(instructions) <= INSTRUCTIONS
    assert all(
        isinstance(ast.literal_eval(line.split(" ", 1)[1]), list) for line in lines if line.startswith("CMD")
    )


def parse_unit(text):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    assert "Unit" in parser


PARSERS = {
    "dockerfile": parse_dockerfile,
    "yaml": lambda text: [each["kind"] for each in yaml.safe_load_all(text)],
    "ini": parse_unit,
    "py": ast.parse,
    "toml": lambda _: None,
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_blocks_parse(page):
    for kind, text in BLOCK.findall(page.read_text()):
        assert PARSERS[kind](text) is not False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_exist(page):
    used = re.findall(r"(?:bin/)?lealtad ([a-z]+) (?:/|--|exports)", page.read_text())
    assert set(used) <= set(COMMANDS)
