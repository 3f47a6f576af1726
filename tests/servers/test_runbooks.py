"""What the guides tell an operator to type can be typed: commands, options, targets, files."""

import argparse
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).parents[2]
GUIDES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "deploy" / "aws.md"])
RUNBOOKS = {"add-a-feed", "late-feed", "rebuild-an-index", "restore", "upgrade"}
TYPED = re.compile(r"manage\.py ([a-z_]+)((?: +[^`|\n#;&)]+)?)")


def test_every_runbook_is_there() -> None:
    assert {path.stem for path in (ROOT / "docs" / "guides").glob("*.md")} >= RUNBOOKS


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_commands_and_options_of_a_guide_exist(guide: Path) -> None:
    known = get_commands()
    wrong = []
    for name, rest in TYPED.findall(guide.read_text(encoding="utf-8")):
        if name not in known:
            wrong.append(name)
            continue
        app = known[name]
        command = load_command_class(app, name) if isinstance(app, str) else app
        options = options_of(command.create_parser("manage.py", name))
        wrong += [f"{name} {o}" for o in typed_options(rest) if o not in options]
    assert wrong == []


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """Those of the command and of its own commands."""
    found = set(parser._option_string_actions)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= {o for inner in action.choices.values() for o in options_of(inner)}
    return found


def typed_options(rest: str) -> list[str]:
    try:
        words = shlex.split(rest)
    except ValueError:  # prose with an apostrophe
        words = rest.split()
    return [word.partition("=")[0].rstrip(".,:") for word in words if word.startswith("--")]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_make_targets_and_links_of_a_guide_exist(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [link for link in links if link and "://" not in link]
    assert [link for link in local if not (guide.parent / link).exists()] == []
