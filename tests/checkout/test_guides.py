# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""README and guides name only what exists: playbooks, targets of make, inventories, variables, files and tests."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
each_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
# Where a variable can come from; a guide may name no other.
SOURCES = ("roles/*/*/*.yml", "playbooks/*.yml", "inventories/*/*/*.yml", "plugins/module_utils/_site/*.py")
# Prefixes of the variables that users set: each role has its own.
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
VARIABLE = re.compile(rf"\b(?:orchestra|{'|'.join(ROLES)})_[a-z_]*[a-z]\b")
# A section of ansible.cfg.
OTHER_NAMES = {"orchestra_aws"}
# It is about the options of modules.
NO_VARIABLES = {"arguments.md"}


@cache
def known_words() -> set[str]:
    files = [file for pattern in SOURCES for file in ROOT.glob(pattern)]
    return {word for file in files for word in re.findall(r"\w+", file.read_text())}


@cache
def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def commands(guide: Path, program: str) -> list[list[str]]:
    """Return the words of each command, be it in a block or in a line; comments go."""
    text = guide.read_text().replace("\\\n", " ")
    found = re.findall(rf"(?:^\s*|`|&& ){program} ([^`\n]*)", text, re.MULTILINE)
    return [shlex.split(words, comments=True) for words in found if "..." not in words]


def variables_of(words: list[str]) -> list[str]:
    """Return the names that -e gives, written as name=value or as JSON."""
    given = [value for option, value in zip(words, words[1:], strict=False) if option == "-e"]
    given = [value for value in given if not value.startswith("@")]
    return [name for value in given for name in (re.findall(r'^\{"(\w+)"', value) or [value.split("=")[0]])]


@each_guide
def test_targets_of_make_exist(guide: Path) -> None:
    named = {word for words in commands(guide, "make") for word in words[:1] if "=" not in word}
    assert named <= targets()


@each_guide
def test_playbooks_inventories_and_variables_of_commands_exist(guide: Path) -> None:
    for words in commands(guide, "ansible-playbook"):
        for word in words:
            if word.startswith(("playbooks/", "inventories/")):
                assert (ROOT / word).exists(), words
        assert set(variables_of(words)) <= known_words(), words


@each_guide
def test_variables_exist(guide: Path) -> None:
    without_tests = re.sub(r"tests/\S+", "", guide.read_text())
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    found = set() if guide.name in NO_VARIABLES else set(VARIABLE.findall(without_tests))
    assert found - modules - OTHER_NAMES <= known_words()


@each_guide
def test_links_lead_somewhere(guide: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", guide.read_text())
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (guide.parent / link).exists()] == []


@each_guide
def test_named_tests_exist(guide: Path) -> None:
    for path, name in re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?", guide.read_text()):
        assert (ROOT / path).exists(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text(), (path, name)


def test_every_row_of_the_comparison_names_a_test() -> None:
    text = (ROOT / "docs" / "from_terraform.md").read_text()
    rows = [row for row in text.split("## Section by section")[1].splitlines() if row.startswith("|")][2:]
    assert len(rows) > 30
    # That they exist is what the test before says.
    assert [row for row in rows if not re.search(r"`tests/[\w/]+\.py::test_\w+`", row.rsplit("|", 2)[1])] == []


def test_every_guide_is_linked() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [guide.name for guide in GUIDES[1:] if f"(docs/{guide.name})" not in readme] == []
