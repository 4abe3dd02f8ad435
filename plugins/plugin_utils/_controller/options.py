# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the roles' argument specs say about a variable: type, choices, description, default.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.module_utils.common.yaml import yaml_load

from ansible_collections.orchestra.aws.plugins.module_utils._site.variables import read_specs

# C(text), V(text), O(text), P(name#role) and their like.
_MARKUP = re.compile(r"\b[A-Z]\(([^)#]*)[^)]*\)")


@dataclass(frozen=True)
class Option:
    """One variable of a role. default: None when there is none, or when it is made from other variables."""

    name: str
    type: str
    description: str
    choices: tuple[str, ...] = ()
    default: Any = None


def read_options(roles: Path) -> dict[str, Option]:
    """Return variable -> what all entry points of all roles say of it."""
    options: dict[str, Option] = {}
    for role, specs in read_specs(roles).items():
        file = roles / role / "defaults" / "main.yml"
        defaults = yaml_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        options |= {name: _option(name, spec, defaults or {}) for name, spec in specs.items()}
    return options


def _option(name: str, spec: Mapping[str, Any], defaults: Mapping[str, Any]) -> Option:
    default = defaults.get(name, spec.get("default"))
    return Option(
        name,
        spec.get("type", "str"),
        plain(spec["description"]),
        tuple(str(choice) for choice in spec.get("choices") or ()),
        None if isinstance(default, str) and "{{" in default else default,
    )


def plain(description: str | list[str]) -> str:
    """Return a description without Ansible's markup."""
    lines = [description] if isinstance(description, str) else description
    return " ".join(_MARKUP.sub(r"\1", line) for line in lines)
