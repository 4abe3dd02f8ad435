# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Service-linked roles that AWS's services need for a site. Changes nothing.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described

# Service -> name of its role. A service makes its role at first use, when the caller may create it.
ROLES = {
    "ecs.amazonaws.com": "AWSServiceRoleForECS",
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
    "ops.apigateway.amazonaws.com": "AWSServiceRoleForAPIGateway",
    "ecs.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_ECSService",
}


@described("list service-linked roles")
def linked_roles(iam: Client) -> list[dict[str, Any]]:
    """Return each of the roles above and whether it exists."""
    pages = iam.get_paginator("list_roles").paginate(PathPrefix="/aws-service-role/")
    found = {role["Path"] for page in pages for role in page["Roles"]}
    return [
        {"service": service, "name": name, "exists": f"/aws-service-role/{service}/" in found}
        for service, name in ROLES.items()
    ]
