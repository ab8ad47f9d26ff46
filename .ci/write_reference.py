"""Write the reference pages from the code: `make reference`; a test compares them with the code.

`jobs.md` comes from the options of each job, `settings.md` from the types of `lealtad.toml` and `model.toml`.
`python.md` and `python/` come from the names that packages export; mkdocstrings fills in their docstrings.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import typing
from importlib import import_module
from pathlib import Path
from types import ModuleType, NoneType, UnionType

import typer
from pydantic import BaseModel

import lealtad
from lealtad.base.errors import LealtadError
from lealtad.company.settings import Settings
from lealtad.jobs.command_line import COMMANDS, import_command

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
NOTE = "\n<!-- Generated from the code by `make reference`; a test compares. -->\n"


def write_pages() -> dict[str, str]:
    """Return every page by its path below docs/reference."""
    packages = find_packages()
    pages = {f"python/{name}.md": write_package(name, modules) for name, modules in packages.items()}
    return {"jobs.md": write_jobs(), "settings.md": write_settings(), "python.md": write_index(packages)} | pages


# jobs


def write_jobs() -> str:
    """Return a section per job: what it does, and each option with its meaning and default."""
    head = f"# Jobs\n{NOTE}\nEvery job is a command: `lealtad JOB`. `--help` shows the same text.\n\n"
    return head + write_exit_codes() + "".join(write_job(name) for name in COMMANDS)


def write_exit_codes() -> str:
    """Return a table of the exit codes of errors."""
    rows = {0: "Done.", 1: "Done, and the answer is no: a leak, a refused model, not enough data."}
    classes = [LealtadError, *LealtadError.__subclasses__()]
    for kind in reversed(classes):
        rows[kind.exit_code] = first_line(kind)
    lines = "".join(f"| {code} | {meaning} |\n" for code, meaning in sorted(rows.items()))
    return f"| Exit code | Meaning |\n|---|---|\n{lines}"


def write_job(name: str) -> str:
    """Return one job's section."""
    function = import_command(name)
    app = typer.Typer(add_completion=False)
    app.command()(function)
    lines = [f"\n## lealtad {name}\n", f"{first_paragraphs(function)}\n"]
    options = [option for option in typer.main.get_command(app).params if option.name != "help"]
    if options:
        lines += ["| Option | Meaning | Default |", "|---|---|---|"]
    for option in options:
        spelled = ", ".join(f"`{spelling}`" for spelling in [*option.opts, *option.secondary_opts])
        if option.param_type_name == "argument":
            spelled = f"`{option.name.upper()}`"
        lines.append(
            f"| {spelled} | {cell(getattr(option, 'help', '') or '')} | {spell_default(option.default)} |"
        )
    return "\n".join(lines) + "\n"


# settings


def write_settings() -> str:
    """Return a table per section of `lealtad.toml` and of `model.toml`."""
    text = f"# Settings\n{NOTE}\nAn unknown key is refused with the nearest known one. "
    text += "A key may be left out unless its default is *required*.\n"
    for title, model in (("lealtad.toml", Settings), ("model.toml", lealtad.ModelDefinition)):
        text += f"\n## {title}\n"
        sections: dict[type[BaseModel], list[str]] = {}
        collect_sections(model, "", sections)
        text += "".join(write_section(kind, paths) for kind, paths in sections.items())
    return text


def collect_sections(model: type[BaseModel], path: str, sections: dict[type[BaseModel], list[str]]) -> None:
    """Add a type and the types of the sections below it, each with its paths."""
    paths = sections.setdefault(model, [])
    if path not in paths:
        paths.append(path)
    for name, field in model.model_fields.items():
        for kind in find_models(field.annotation):
            by_name = typing.get_origin(field.annotation) is dict
            several = typing.get_origin(field.annotation) in {list, tuple}
            below = ".".join(filter(None, [path.strip("[]"), name, "NAME" if by_name else ""]))
            collect_sections(kind, f"[[{below}]]" if several else f"[{below}]", sections)


def write_section(model: type[BaseModel], paths: list[str]) -> str:
    """Return the table of a section's keys; nothing for a section that only holds others."""
    meanings, rows = read_attributes(model), ""
    for name, field in model.model_fields.items():
        if find_models(field.annotation):
            continue
        required, default = field.is_required(), field.get_default(call_default_factory=True)
        spelled_default = "*required*" if required else spell_default(default)
        kind = cell(spell_type(field.annotation))
        rows += f"| `{field.alias or name}` | {cell(meanings.get(name, ''))} | {kind} | {spelled_default} |\n"
    if not rows:
        return ""
    kind = model.model_fields.get("kind")
    title = f"{paths[0] or 'Top level'}" + (f", kind = {spell_type(kind.annotation)}" if kind and paths[0] else "")
    other_paths = f"\n\nAlso under {', '.join(f'`{path}`' for path in paths[1:])}." if paths[1:] else ""
    head = "| Key | Meaning | Type | Default |\n|---|---|---|---|\n"
    return f"\n### {title}\n\n{first_paragraphs(model)}{other_paths}\n\n{head}{rows}"


def find_models(annotation: object) -> list[type[BaseModel]]:
    """Return the section types inside an annotation."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in typing.get_args(annotation) for model in find_models(inner)]


def read_attributes(model: type) -> dict[str, str]:
    """Return the meaning of each attribute, from the docstrings of a class and its bases."""
    meanings: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        _, _, text = inspect.cleandoc(kind.__doc__ or "").partition("Attributes\n----------\n")
        for names, meaning in re.findall(r"^(\w[\w, ]*)\n((?:[ \t]+.*\n?|\n(?=[ \t]))+)", text, re.MULTILINE):
            meanings |= dict.fromkeys(names.split(", "), " ".join(meaning.split()))
    return meanings


def spell_type(annotation: object) -> str:
    """Return a type as a person writes it in TOML."""
    if typing.get_origin(annotation) is typing.Literal:
        return " or ".join(f"`{value}`" for value in typing.get_args(annotation))
    if typing.get_origin(annotation) in {typing.Union, UnionType}:
        return " or ".join(spell_type(inner) for inner in typing.get_args(annotation) if inner is not NoneType)
    if typing.get_origin(annotation) is typing.Annotated:
        return spell_type(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in {tuple, list}:
        return f"list of {spell_type(typing.get_args(annotation)[0])}"
    if typing.get_origin(annotation) is dict:
        return f"table of {spell_type(typing.get_args(annotation)[1])}"
    names = {"str": "text", "int": "whole number", "float": "number", "bool": "`true` or `false`"}
    name = getattr(annotation, "__name__", str(annotation))
    return names.get(name, name)


# Python


def find_packages() -> dict[str, list[str]]:
    """Return by package the modules that export names, in the order in which data flow."""
    packages: dict[str, list[str]] = {"lealtad": ["lealtad"]}
    for module in pkgutil.walk_packages(lealtad.__path__, "lealtad."):
        if module.ispkg and getattr(import_module(module.name), "__all__", []):
            packages.setdefault(module.name.split(".")[1], []).append(module.name)
    return packages


def find_exports(module: str) -> list[tuple[str, object]]:
    """Return the functions and classes that a module exports, by name."""
    package = import_module(module)
    exports = [(name, getattr(package, name)) for name in package.__all__]
    return [pair for pair in exports if (inspect.isclass(pair[1]) or inspect.isfunction(pair[1]))]


def write_index(packages: dict[str, list[str]]) -> str:
    """Return the page that lists every public name with its summary."""
    text = f"# Python\n{NOTE}\nEvery public name and what it does. A package's page has parameters and examples.\n"
    for package, modules in packages.items():
        text += f"\n## [{package}](python/{package}.md)\n\n{first_paragraphs(import_module(modules[0]), 1)}\n\n"
        text += "| Name | What it does |\n|---|---|\n"
        for module in modules:
            for name, member in find_exports(module):
                text += f"| `{module}.{name}` | {cell(first_line(member))} |\n"
    return text


def write_package(name: str, modules: list[str]) -> str:
    """Return a package's page, with a mkdocstrings block for each name."""
    text = f"# {name}\n{NOTE}\n{first_paragraphs(import_module(modules[0]))}\n"
    for module in modules:
        text += f"\n## {module}\n" if len(modules) > 1 else ""
        for public, member in find_exports(module):
            path = f"{member.__module__}.{member.__qualname__}"
            text += f"\n::: {path}\n    options:\n      heading: {module}.{public}\n"
    return text


# words


def first_line(member: object) -> str:
    """Return the summary of a docstring."""
    return (inspect.getdoc(member) or "").partition("\n\n")[0].replace("\n", " ")


def first_paragraphs(member: object, most: int = 9) -> str:
    """Return a docstring up to its first section."""
    text = inspect.cleandoc(getattr(member, "__doc__", None) or "")
    return "\n\n".join(re.split(r"\n+[A-Z]\w+\n-{3,}\n", text)[0].split("\n\n")[:most]).strip()


def spell_default(value: object) -> str:
    """Return a default as a person writes it."""
    if isinstance(value, ModuleType) or value in (None, "", (), [], {}) or value == Path():
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{', '.join(map(str, value)) if isinstance(value, list | tuple) else value}`".replace("|", "\\|")


def cell(text: str) -> str:
    """Return text for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for path, page in write_pages().items():
        (REFERENCE / path).parent.mkdir(parents=True, exist_ok=True)
        (REFERENCE / path).write_text(page, encoding="utf-8")
