# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ECS calls for clusters, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_list

_MISSING = "ClusterNotFoundException"
_EVERYTHING = ["TAGS", "SETTINGS", "CONFIGURATIONS", "ATTACHMENTS"]


@described("describe ECS cluster {name}")
@missing_is_none(_MISSING)
def cluster(client: Client, name: str) -> dict[str, Any] | None:
    """Return the cluster, INACTIVE ones included, or None when AWS knows none of this name."""
    found = client.describe_clusters(clusters=[name], include=_EVERYTHING)["clusters"]
    return found[0] if found else None


@described("create ECS cluster {name}")
def create_cluster(client: Client, name: str, request: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    """request: the optional parts of CreateCluster, as AWS spells them."""
    tagged = {"tags": tag_list(tags, "key", "value")} if tags else {}
    created: dict[str, Any] = client.create_cluster(clusterName=name, **request, **tagged)["cluster"]
    return created


@described("update ECS cluster {name}")
def update_cluster(client: Client, name: str, request: dict[str, Any]) -> None:
    """request: settings and configuration, as AWS spells them."""
    client.update_cluster(cluster=name, **request)


@described("set the capacity providers of ECS cluster {name}")
def put_capacity_providers(client: Client, name: str, providers: list[str], strategy: list[dict[str, Any]]) -> None:
    """Replace all providers and the default strategy; both are always required."""
    client.put_cluster_capacity_providers(
        cluster=name, capacityProviders=providers, defaultCapacityProviderStrategy=strategy
    )


@described("delete ECS cluster {name}")
@missing_is_none(_MISSING)
def delete_cluster(client: Client, name: str) -> None:
    client.delete_cluster(cluster=name)


@described("tag {arn}")
def tag(client: Client, arn: str, tags: dict[str, str]) -> None:
    client.tag_resource(resourceArn=arn, tags=tag_list(tags, "key", "value"))


@described("remove tags from {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    client.untag_resource(resourceArn=arn, tagKeys=keys)
