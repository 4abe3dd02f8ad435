# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What an account and a region allow, in one threaded look. Changes nothing.

Private to the collection. What may not be read is told, and does not hide the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils._account import linked_roles, parameters, quotas, zones
from ansible_collections.orchestra.aws.plugins.module_utils._account.caller import Caller, caller
from ansible_collections.orchestra.aws.plugins.module_utils._account.permissions import permissions
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently

Look = Callable[[], Any]


def operate(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Look up what O(gather) names. A part that may not be read is null, and RV(unreadable) says why."""
    del check_mode  # Looking is the same in check mode.
    who, wanted = caller(clients), params["gather"]
    looks = [partial(_attempt, _look(part, params, who, clients)) for part in wanted]
    answers = concurrently(*looks)
    unreadable = {part: why for part, (_found, why) in zip(wanted, answers, strict=True) if why}
    found = {part: answer for part, (answer, _why) in zip(wanted, answers, strict=True)}
    return Outcome({}, {}, [], {"caller": who, "unreadable": unreadable, **found})


def _look(part: str, params: dict[str, Any], who: Caller, clients: Clients) -> Look:
    """Make the clients of a part now, for clients are not made in threads, and return what looks it up."""
    match part:
        case "zones":
            return partial(zones.zones, clients("ec2"), who["region"])
        case "quotas":
            return quotas.reader(clients)
        case "service_linked_roles":
            return partial(linked_roles.linked_roles, clients("iam"))
        case "permissions":
            return partial(permissions, clients("iam"), who, params["simulate"])
        case _:
            return partial(parameters.parameters, clients("ssm"), params["parameters"])


def _attempt(look: Look) -> tuple[Any, str | None]:
    try:
        return look(), None
    except AnsibleAWSError as error:
        return None, str(error)
