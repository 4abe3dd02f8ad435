# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The variables of an inventory, held against the argument specs of the roles: types and choices.

Private to the collection. Ansible itself checks them when a role begins, when others have changed things already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

# What a value may have to be, besides what is checked here: a variable that is left out is not missing.
_NOT_OF_ONE_VALUE = ("required", "default")


def plain(value: Any) -> Any:
    """Return a value in plain containers: the validator copies them, and Ansible's take their whole templar along."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def type_findings(
    specs: Mapping[str, Mapping[str, Any]], hosts: Mapping[str, Mapping[str, Any]], others: Iterable[str]
) -> list[str]:
    """Return a sentence for each variable that has another type, or a value that is no choice.

    specs: variable -> its spec. hosts: host name -> its variables. others: variables that something else checks.
    """
    checked = {name: spec for name, spec in specs.items() if name not in set(others)}
    found: dict[str, list[str]] = {}
    for host, given in hosts.items():
        for name in checked.keys() & given.keys():
            if given[name] is not None:
                for message in _messages(name, checked[name], given[name]):
                    found.setdefault(message, []).append(host)
    return [f"{', '.join(found[message])}: {message.rstrip('.')}." for message in sorted(found)]


def _messages(name: str, spec: Mapping[str, Any], value: Any) -> list[str]:
    alone = {key: part for key, part in spec.items() if key not in _NOT_OF_ONE_VALUE}
    return list(ArgumentSpecValidator({name: alone}).validate({name: plain(value)}).error_messages)
