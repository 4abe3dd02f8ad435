# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import cluster
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

FARGATE = {"capacity_provider": "FARGATE", "base": 1, "weight": 1}
SPOT = {"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 4}
BOTH = ["FARGATE", "FARGATE_SPOT"]


def options(**given: Any) -> dict[str, Any]:
    defaults = {
        "name": "shop",
        "capacity_providers": None,
        "default_capacity_provider_strategy": None,
        "container_insights": None,
        "execute_command": None,
        "tags": None,
        "purge_tags": True,
    }
    return {**defaults, **given}


def described(**changes: Any) -> dict[str, Any]:
    return {
        "clusterName": "shop",
        "capacityProviders": ["FARGATE_SPOT", "FARGATE"],
        "defaultCapacityProviderStrategy": [
            {"capacityProvider": "FARGATE_SPOT", "weight": 4},
            {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        ],
        "settings": [{"name": "containerInsights", "value": "enabled"}],
        "tags": [{"key": "a", "value": "1"}],
        **changes,
    }


def test_settings_have_one_order_and_the_defaults_of_ecs() -> None:
    assert cluster.settings(described()) == {
        "name": "shop",
        "capacity_providers": BOTH,
        "default_capacity_provider_strategy": [FARGATE, SPOT],
        "container_insights": "enabled",
        "execute_command": cluster.COMMAND_DEFAULTS,
        "tags": {"a": "1"},
    }


def test_options_left_out_change_nothing() -> None:
    before = cluster.settings(described())
    assert cluster.desired(options(), before) == before


def test_a_new_cluster_follows_the_insights_setting_of_the_account() -> None:
    after = cluster.desired(options(), {})
    assert "container_insights" not in after
    assert cluster.create_request(after) == {}


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ({"capacity_providers": ["FARGATE_SPOT", "FARGATE"]}, []),
        ({"default_capacity_provider_strategy": [SPOT, FARGATE]}, []),
        ({"default_capacity_provider_strategy": [FARGATE, {**SPOT, "weight": 3}]}, ["capacity"]),
        ({"default_capacity_provider_strategy": []}, ["capacity"]),
        ({"capacity_providers": [*BOTH, "gpu"]}, ["capacity"]),
        ({"container_insights": "enhanced"}, ["settings"]),
        ({"execute_command": {"logging": "DEFAULT", "cloud_watch_encryption": False}}, []),
        ({"execute_command": {"logging": "NONE"}}, ["settings"]),
        ({"tags": {}}, ["tags"]),
        ({"tags": {"a": "1"}}, []),
        ({"container_insights": "disabled", "tags": {}, "capacity_providers": [*BOTH, "gpu"]}, "all"),
    ],
)
def test_plan(given: dict[str, Any], steps: list[str] | str) -> None:
    before = cluster.settings(described())
    after = cluster.desired(options(**given), before)
    expected = ["capacity", "settings", "tags"] if steps == "all" else steps
    assert cluster.plan(before, after) == expected
    assert len(cluster.sentences(before, after)) == len(expected)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"capacity_providers": ["FARGATE"]}, "uses FARGATE_SPOT, but the capacity_providers are"),
        ({"default_capacity_provider_strategy": [{**SPOT, "capacity_provider": "gpu"}]}, "uses gpu, but"),
        ({"default_capacity_provider_strategy": [FARGATE, {**SPOT, "base": 1}]}, "only one capacity provider"),
        ({"default_capacity_provider_strategy": [{**SPOT, "weight": 0}]}, "weight over 0"),
        ({"default_capacity_provider_strategy": [SPOT, SPOT]}, "twice"),
        ({"default_capacity_provider_strategy": [{**SPOT, "weight": 1001}]}, "weight 1001"),
        ({"default_capacity_provider_strategy": [{**SPOT, "base": -1}]}, "base -1"),
        ({"capacity_providers": [f"p{n}" for n in range(21)], "default_capacity_provider_strategy": []}, "at most 20"),
    ],
)
def test_a_strategy_that_ecs_would_refuse(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        cluster.desired(options(**given), cluster.settings(described()))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "a b"}, "1 to 255 letters"),
        ({"name": "a" * 256}, "1 to 255 letters"),
        ({"execute_command": {"logging": "OVERRIDE"}}, "give cloud_watch_log_group or s3_bucket"),
        ({"execute_command": {"logging": "DEFAULT", "s3_bucket": "b"}}, "only used when"),
    ],
)
def test_validate_refuses(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        cluster.validate(options(**given))


def test_requests_spell_everything_as_ecs_does() -> None:
    command = {"logging": "OVERRIDE", "cloud_watch_log_group": "/exec", "kms_key_id": "k"}
    given = options(
        capacity_providers=BOTH,
        default_capacity_provider_strategy=[SPOT],
        container_insights="enhanced",
        execute_command=command,
    )
    assert cluster.create_request(cluster.desired(given, {})) == {
        "capacityProviders": BOTH,
        "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 4}],
        "settings": [{"name": "containerInsights", "value": "enhanced"}],
        "configuration": {
            "executeCommandConfiguration": {
                "kmsKeyId": "k",
                "logging": "OVERRIDE",
                "logConfiguration": {
                    "cloudWatchLogGroupName": "/exec",
                    "cloudWatchEncryptionEnabled": False,
                    "s3EncryptionEnabled": False,
                },
            }
        },
    }


def test_an_update_sends_back_what_it_does_not_manage() -> None:
    current = {"managedStorageConfiguration": {"kmsKeyId": "k"}, "executeCommandConfiguration": {"logging": "NONE"}}
    wanted = {"execute_command": dict(cluster.COMMAND_DEFAULTS)}
    assert cluster.settings_request(wanted, current)["configuration"] == {
        "managedStorageConfiguration": {"kmsKeyId": "k"},
        "executeCommandConfiguration": {"logging": "DEFAULT"},
    }
