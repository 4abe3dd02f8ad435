# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Variables of an inventory that no role knows: most are typing errors, which Ansible passes over in silence.

Private to the collection. What the roles know is what their argument specs say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ansible.module_utils.common.yaml import yaml_load

# Names that are a user's own although they begin like those of a role.
OWN = "orchestra_own_variables"
# Below this likeness a name is no slip of the fingers any more.
_NEAR = 0.65
# Whole names begin alike, which says little.
_RATHER_NEAR = 0.85
# So alike has a name to be that does not even begin like those of a role.
_VERY_NEAR = 0.94
# What the playbooks of a deployment make, whatever the inventory says.
MADE = tuple(f"{role}_state" for role in ("api", "cluster", "ecs_service", "invoker", "network", "workflow"))
# Hosts that a sentence names.
_NAMED = 3


def read_specs(roles: Path) -> dict[str, dict[str, Any]]:
    """Return role -> variable -> its spec, from all entry points of the role."""
    return {
        path.parent.parent.name: {
            name: spec
            for entry in yaml_load(path.read_text(encoding="utf-8"))["argument_specs"].values()
            for name, spec in (entry.get("options") or {}).items()
        }
        for path in roles.glob("*/meta/argument_specs.yml")
    }


def known_variables(specs: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return prefix -> the variables that begin with it; the prefixes are the names of the roles, and orchestra_."""
    names = {name for options in specs.values() for name in options}
    prefixes = [f"{role}_" for role in (*specs, "orchestra")]
    return {prefix: {name for name in names if name.startswith(prefix)} for prefix in prefixes}


def variable_findings(known: Mapping[str, set[str]], hosts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each variable that no role knows but that looks like one of a role's.

    hosts: host name -> its variables, whose values are not looked at.
    """
    every = set().union(*known.values())
    unknown: dict[str, list[str]] = {}
    own: set[str] = set()
    for host, given in hosts.items():
        own |= set(given.get(OWN) or [])
        for variable in given:
            if variable not in every:
                unknown.setdefault(variable, []).append(host)
    return [*_sentences({variable: unknown[variable] for variable in sorted(set(unknown) - own)}, known, every)]


def state_findings(hosts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each role that the inventory wants gone, where everything else of the site is made."""
    return [
        f"{variable} of {host} is absent, and only playbooks that delete say so: "
        f"destroy.yml deletes the site, and site.yml the service of a host that has left the inventory."
        for host, given in hosts.items()
        for variable in MADE
        if given.get(variable) == "absent"
    ]


def _sentences(unknown: Mapping[str, list[str]], known: Mapping[str, set[str]], every: set[str]) -> Iterator[str]:
    prefixes = sorted(known, key=len, reverse=True)
    for variable, hosts in unknown.items():
        # Two underscores mark what a role or a playbook keeps for itself.
        if variable.startswith(("ansible_", "_")) or "__" in variable:
            continue
        prefix = next((prefix for prefix in prefixes if variable.startswith(prefix)), None)
        if prefix is None:
            near = get_close_matches(variable, every, 1, _VERY_NEAR)
            if near:
                yield f"{variable} ({_hosts(hosts)}) is unknown: {near[0]} is meant, or list it in {OWN}."
        else:
            near_name = nearest(variable, prefix, known[prefix], every)
            hint = f"the nearest is {near_name}" if near_name else f"ansible-doc -t role {_role(prefix)} lists all"
            yield (
                f"{variable} ({_hosts(hosts)}) is no variable of the role {_role(prefix)}: {hint}. "
                f"List it in {OWN} if it is your own."
            )


def _role(prefix: str) -> str:
    role = prefix.rstrip("_")
    return f"orchestra.aws.{'common' if role == 'orchestra' else role}"


def _hosts(hosts: list[str]) -> str:
    more = f" and {len(hosts) - _NAMED} more" if len(hosts) > _NAMED else ""
    return f"{', '.join(hosts[:_NAMED])}{more}"


def nearest(variable: str, prefix: str, names: Iterable[str], every: Iterable[str]) -> str | None:
    """Return the known name that is meant: one of the role's, by its initials or its letters, else any."""
    rest = variable.removeprefix(prefix)
    bare = {name.removeprefix(prefix): name for name in names if name.startswith(prefix)}
    for candidate, name in sorted(bare.items()):
        initials = "".join(word[0] for word in re.split("_+", candidate) if word)
        if len(rest) > 1 and "_" in candidate and initials.startswith(rest.rstrip("s")) and len(rest.rstrip("s")) > 1:
            return name
    near = get_close_matches(rest, bare, 1, _NEAR)
    if near:
        return bare[near[0]]
    return next(iter(get_close_matches(variable, list(every), 1, _RATHER_NEAR)), None)
