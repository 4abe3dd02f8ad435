# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Who calls AWS: partition and account, from which the ARNs of named things follow before they exist.

Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described


@dataclass(frozen=True)
class Caller:
    """The partition (aws, aws-cn, aws-us-gov, ...) and the twelve-digit account of the credentials in use."""

    partition: str
    account: str


@described("tell the account of the credentials")
def caller(sts: Client) -> Caller:
    """Ask STS, which answers without any permission."""
    answer = sts.get_caller_identity()
    return Caller(answer["Arn"].split(":")[1], answer["Account"])
