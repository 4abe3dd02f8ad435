# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ARNs of Step Functions: each follows from names, account and region, so nothing is ever looked up in a list.

Private to the collection.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import check_name
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

_MACHINE = "stateMachine"


@described("find out the AWS account")
def _caller_arn(client: Client) -> str:
    return str(client.get_caller_identity()["Arn"])


def machine_arn(clients: Clients, machine: str) -> str:
    """Return the ARN of a state machine that is given by name or by (unqualified) ARN."""
    if machine.startswith("arn:"):
        if unqualified(machine) != machine:
            raise InputError(f"{machine} is a version or an alias; give the ARN of the state machine itself.")
        return machine
    for finding in check_name(machine, "The name of the state machine"):
        raise InputError(finding.sentence)
    _arn, partition, _service, _region, account = _caller_arn(clients("sts")).split(":")[:5]
    region = clients("stepfunctions").meta.region_name
    return f"arn:{partition}:states:{region}:{account}:{_MACHINE}:{machine}"


def unqualified(arn: str) -> str:
    """Return the ARN of the state machine that an ARN of it, of a version or of an alias belongs to.

    Raises InputError when it is none of these.
    """
    parts = arn.split(":")
    if len(parts) not in (7, 8) or parts[2] != "states" or parts[5] != _MACHINE:
        raise InputError(f"{arn} is not the ARN of a state machine, a version or an alias.")
    return ":".join(parts[:7])


def machine_name(arn: str) -> str:
    """Return the name in the ARN of a state machine, a version or an alias."""
    return unqualified(arn).rsplit(":", 1)[1]


def execution_arn(machine: str, name: str) -> str:
    """Return the ARN of a Standard execution, which follows from the ARN of its machine, version or alias."""
    return f"{unqualified(machine).replace(f':{_MACHINE}:', ':execution:')}:{name}"


def is_version(arn: str, machine: str) -> bool:
    """Tell whether an ARN is one of a version of the machine; a version that is not known yet is."""
    number = arn.removeprefix(f"{machine}:")
    return is_unknown(arn) or (number != arn and number.isdigit())


def timestamp(moment: datetime | None) -> str | None:
    """Return a moment in UTC as ISO 8601."""
    return moment.astimezone(UTC).isoformat() if moment else None
