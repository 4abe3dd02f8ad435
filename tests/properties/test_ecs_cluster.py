# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_cluster: any cluster converges in one run, and what the module has no option for stays."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import cluster_apply
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_ecs import MemoryEcs
from tests.properties.strategies import FOUND_TAGS, maybe, tagging

NAME = "shop-prod"
PROVIDERS = ["FARGATE", "FARGATE_SPOT"]
STORAGE = {"managedStorageConfiguration": {"kmsKeyId": "k"}}
STRATEGIES: st.SearchStrategy[Any] = st.sampled_from(
    [
        [],
        [{"capacity_provider": "FARGATE", "base": 1, "weight": 1}],
        [{"capacity_provider": "FARGATE_SPOT", "weight": 3}, {"capacity_provider": "FARGATE", "weight": 1}],
        [{"capacity_provider": "FARGATE", "weight": 1}, {"capacity_provider": "FARGATE_SPOT", "weight": 3}],
    ]
)
OPTIONS = maybe(
    capacity_providers=st.lists(st.sampled_from(PROVIDERS), max_size=3),
    default_capacity_provider_strategy=STRATEGIES,
    container_insights=st.sampled_from(["disabled", "enabled", "enhanced"]),
    execute_command=st.sampled_from(
        [
            {},
            {"logging": "NONE"},
            {"kms_key_id": "k1"},
            {"logging": "OVERRIDE", "cloud_watch_log_group": "/exec", "cloud_watch_encryption": True},
            {"logging": "OVERRIDE", "s3_bucket": "logs", "s3_key_prefix": "exec", "s3_encryption": True},
            {"logging": "OVERRIDE", "s3_bucket": "logs", "s3_encryption": False},
        ]
    ),
    **tagging(),
).map(lambda options: {"name": NAME, **options})


@st.composite
def found_clusters(draw: st.DrawFn) -> dict[str, Any]:
    """Return a cluster that somebody else has made."""
    strategy = [{"capacityProvider": "FARGATE", "weight": 1, **draw(maybe(base=st.just(0)))}]
    command = {"executeCommandConfiguration": {"logging": "DEFAULT", "kmsKeyId": "k2"}}
    return {
        "clusterName": NAME,
        "status": draw(st.sampled_from(["ACTIVE", "ACTIVE", "INACTIVE"])),
        "tags": [{"key": key, "value": value} for key, value in draw(FOUND_TAGS).items()],
        "capacityProviders": draw(st.permutations(PROVIDERS)),
        "defaultCapacityProviderStrategy": draw(st.sampled_from([[], strategy])),
        **draw(maybe(configuration=st.sampled_from([STORAGE, command, {**STORAGE, **command}]))),
    }


@given(st.none() | found_clusters(), st.lists(OPTIONS, min_size=1, max_size=4))
def test_any_cluster_converges(found: dict[str, Any] | None, following: list[dict[str, Any]]) -> None:
    clients = Clients(ecs=MemoryEcs())
    if found:
        clients("ecs").add(found)
    kept = (found or {}).get("configuration", {}).get("managedStorageConfiguration")
    for options in following:
        converges(cluster_apply.ensure_present, "ecs_cluster", options, clients)
    if found and found["status"] == "ACTIVE":
        assert clients("ecs").state[NAME].get("configuration", {}).get("managedStorageConfiguration") == kept
    converges(cluster_apply.ensure_absent, "ecs_cluster", {"name": NAME, "state": "absent"}, clients)
    assert NAME not in clients("ecs").state or clients("ecs").state[NAME]["status"] == "INACTIVE"
