# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Calls that describe what is waited for, where no other part of the collection has them.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described


@described("list load balancers")
def load_balancers(client: Client) -> list[dict[str, Any]]:
    """Return all of the region: by ARN or name AWS answers nothing at all when one of them is missing."""
    pages = client.get_paginator("describe_load_balancers").paginate()
    return [balancer for page in pages for balancer in page["LoadBalancers"]]
