# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""No argument of the Terraform resources is missing in docs/arguments.md without a reason, and every option exists.

The arguments come from tests/data, see tests/tools/terraform_arguments.py.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from ansible.parsing.dataloader import DataLoader

from tests.tools.terraform_arguments import INTERFACE, arguments
from tests.unit.documentation import MODULES, definition, flat

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "arguments.md"
DATA = json.loads((ROOT / "tests" / "data" / "terraform_arguments.json").read_text(encoding="utf-8"))
# In the place of options where there are none.
NONE = "–"

ROW = re.compile(r"\| `(?P<argument>[\w.]+)` \| (?P<options>[^|]*) \|(?P<remark>[^|]*)\|")
OPTION = re.compile(r"`(?P<role>role )?(?P<owner>\w+): (?P<path>[\w.]+)`")


class Row(NamedTuple):
    """One argument of the table."""

    argument: str
    options: str
    remark: str


def sections(text: str) -> dict[str, list[Row]]:
    """Return the rows below each heading. Raises ValueError for a line of a table that is no row."""
    found: dict[str, list[Row]] = {}
    for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE):
        lines = [line for line in body.splitlines() if line.startswith("| ") and not line.startswith("| Argument |")]
        rows = [ROW.fullmatch(line) for line in lines]
        if None in rows:
            raise ValueError(f"{title}: {lines[rows.index(None)]}")
        found[title] = [Row(*(part.strip() for part in row.groups())) for row in rows if row]
    return found


def faults(rows: list[Row], arguments: list[str]) -> list[str]:
    """Return what a section lacks or has too much: arguments, options and reasons."""
    listed = [row.argument for row in rows]
    told = [f"{argument} is not in the table" for argument in arguments if argument not in listed]
    superfluous = Counter(listed) - Counter(arguments)
    told += [f"{argument} is no argument, or there twice" for argument in superfluous.elements()]
    for row in rows:
        if row.options == NONE and not re.fullmatch(r"[A-Z`].*\.", row.remark):
            told.append(f"{row.argument} has neither an option nor a reason")
        if row.options != NONE:
            told += [f"{row.argument}: {option} is not there" for option in _missing_options(row.options)]
    return told


def _missing_options(cell: str) -> list[str]:
    missing = []
    for option in cell.split(", "):
        named = OPTION.fullmatch(option)
        known = (role_variables if named["role"] else module_options)(named["owner"]) if named else frozenset()
        if not named or named["path"] not in known:
            missing.append(option)
    return missing


@cache
def module_options(name: str) -> frozenset[str]:
    return frozenset(flat(definition(name)["argument_spec"], "options")) if name in MODULES else frozenset()


@cache
def role_variables(name: str) -> frozenset[str]:
    specs = DataLoader().load_from_file(str(ROOT / "roles" / name / "meta" / "argument_specs.yml"))
    return frozenset(name for entry in specs["argument_specs"].values() for name in entry.get("options", {}))


TABLE = sections(DOCUMENT.read_text(encoding="utf-8"))


def test_every_compared_resource_has_its_section() -> None:
    assert TABLE.keys() == DATA["arguments"].keys()


@pytest.mark.parametrize("resource", sorted(DATA["arguments"]))
def test_every_argument_has_an_option_or_a_reason(resource: str) -> None:
    assert faults(TABLE.get(resource, []), DATA["arguments"][resource]) == []


def test_the_document_tells_the_versions_it_compares_with() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    versions = [re.findall(r"\d+\.\d+\.\d+", source)[-1] for source in DATA["sources"].values()]
    assert [version for version in versions if version not in text] == []


HEAD = "## aws_thing\n\n| Argument | Option | Remark |\n|---|---|---|\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| `name` | `sfn_alias: name` | |", []),
        ("| `name` | `sfn_alias: routing.weight`, `sfn_alias: name` | By percent. |", []),
        ("| `name` | `role common: common_name` | |", []),
        ("| `name` | – | It has none. |", []),
        ("| `name` | – | |", ["name has neither an option nor a reason"]),
        ("| `name` | – | soon |", ["name has neither an option nor a reason"]),
        ("| `name` | `sfn_alias: nom` | Really. |", ["name: `sfn_alias: nom` is not there"]),
        ("| `name` | `sfn_ali: name` | |", ["name: `sfn_ali: name` is not there"]),
        ("| `name` | sfn_alias: name | |", ["name: sfn_alias: name is not there"]),
        ("| `nom` | – | It has none. |", ["name is not in the table", "nom is no argument, or there twice"]),
        (
            "| `name` | `sfn_alias: name` | |\n| `name` | `sfn_alias: name` | |",
            ["name is no argument, or there twice"],
        ),
        ("", ["name is not in the table"]),
    ],
)
def test_faults_of_a_table_are_told(row: str, expected: list[str]) -> None:
    assert faults(sections(f"{HEAD}{row}\n")["aws_thing"], ["name"]) == expected


def test_a_line_that_is_no_row_is_refused() -> None:
    with pytest.raises(ValueError, match=r"aws_thing: \| name"):
        sections(f"{HEAD}| name | – | It has none. |\n")


# In the form of the package that tests/tools/terraform_arguments.py reads.
BINDINGS = """
export interface ThingConfig extends cdktn.TerraformMetaArguments {
    /**
    * Docs at Terraform Registry: {@link https://example.com/1.2.3/docs/resources/thing#id Thing#id}
    *
    * Of every resource.
    */
    readonly id?: string;
    /**
    * Docs at Terraform Registry: {@link https://example.com/1.2.3/docs/resources/thing#tags Thing#tags}
    */
    readonly tags?: {
        [key: string]: string;
    };
    /**
    * rule block
    *
    * Docs at Terraform Registry: {@link https://example.com/1.2.3/docs/resources/thing#rule Thing#rule}
    */
    readonly rule: ThingRule[] | cdktn.IResolvable;
}
export interface ThingRule {
    /**
    * Docs at Terraform Registry: {@link https://example.com/1.2.3/docs/resources/thing#id Thing#id}
    */
    readonly id: string;
    /**
    * Docs at Terraform Registry: {@link https://example.com/1.2.3/docs/resources/thing#dns_names Thing#dns_names}
    */
    readonly dnsNames?: string[];
}
export declare class ThingRuleList {
}
"""


def test_arguments_are_taken_out_of_bindings() -> None:
    interfaces = dict(INTERFACE.findall(BINDINGS))
    assert list(arguments(interfaces, "ThingConfig")) == ["tags", "rule.id", "rule.dns_names"]
