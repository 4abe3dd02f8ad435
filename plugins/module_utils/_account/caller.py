# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Whose credentials are in use, and where.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients

Caller = dict[str, str]


def caller(clients: Clients) -> Caller:
    """Return account, ARN, partition and region."""
    sts = clients("sts")
    identity = sts.get_caller_identity()
    return {
        "account_id": identity["Account"],
        "arn": identity["Arn"],
        "partition": identity["Arn"].split(":")[1],
        "region": sts.meta.region_name,
    }
