# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What no quick test server does: provisioning, updates in progress, services that still run."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import cluster_apply

ARN = "arn:aws:ecs:us-east-1:123456789012:cluster/shop"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_wait, "_FIRST_PAUSE", 0.01)


@pytest.fixture
def client() -> Any:
    return boto3.client("ecs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def options(**given: Any) -> dict[str, Any]:
    defaults = {
        "name": "shop",
        "capacity_providers": None,
        "default_capacity_provider_strategy": None,
        "container_insights": None,
        "execute_command": None,
        "tags": None,
        "purge_tags": True,
        "wait": True,
        "wait_timeout": 1,
    }
    return {**defaults, **given}


def describes(stub: Stubber, status: str | None, **more: Any) -> None:
    found = [{"clusterArn": ARN, "clusterName": "shop", "status": status, **more}] if status else []
    stub.add_response("describe_clusters", {"clusters": found})


def present(client: Any, check_mode: bool = False, **given: Any) -> Any:
    return cluster_apply.ensure_present(options(**given), lambda service: client, check_mode)


def absent(client: Any, check_mode: bool = False, **given: Any) -> Any:
    return cluster_apply.ensure_absent(options(**given), lambda service: client, check_mode)


def test_creation_waits_for_the_cluster_and_its_providers(client: Any, stub: Stubber) -> None:
    describes(stub, None)
    stub.add_response("create_cluster", {"cluster": {}})
    describes(stub, "PROVISIONING")
    describes(stub, "ACTIVE", attachmentsStatus="UPDATE_IN_PROGRESS")
    describes(stub, "ACTIVE", attachmentsStatus="UPDATE_COMPLETE")
    made = present(client)
    assert made.result["cluster"]["status"] == "ACTIVE"
    assert made.result["cluster"]["cluster_arn"] == ARN


def test_the_service_linked_role_of_a_new_account_is_waited_for(client: Any, stub: Stubber) -> None:
    describes(stub, None)
    message = "Unable to assume the service linked role. Please verify that the ECS service linked role exists."
    stub.add_client_error("create_cluster", "InvalidParameterException", message)
    stub.add_response("create_cluster", {"cluster": {}})
    describes(stub, "ACTIVE")
    assert present(client).changed


def test_a_cluster_that_fails_is_an_error(client: Any, stub: Stubber) -> None:
    describes(stub, None)
    stub.add_response("create_cluster", {"cluster": {}})
    describes(stub, "FAILED")
    with pytest.raises(AnsibleAWSError, match="ECS cluster shop cannot be used: its state is FAILED"):
        present(client)


@pytest.mark.parametrize("code", ["UpdateInProgressException", "ResourceInUseException"])
def test_a_change_is_repeated_while_another_is_in_progress(client: Any, stub: Stubber, code: str) -> None:
    describes(stub, "ACTIVE")
    stub.add_client_error("put_cluster_capacity_providers", code)
    stub.add_response("put_cluster_capacity_providers", {})
    describes(stub, "ACTIVE", capacityProviders=["FARGATE"])
    assert present(client, capacity_providers=["FARGATE"]).changed


def test_an_inactive_cluster_is_made_anew(client: Any, stub: Stubber) -> None:
    describes(stub, "INACTIVE")
    stub.add_response("create_cluster", {"cluster": {}})
    describes(stub, "ACTIVE")
    assert present(client).actions == ["create ECS cluster shop"]


def test_a_cluster_on_its_way_out_is_awaited_and_made_anew(client: Any, stub: Stubber) -> None:
    describes(stub, "DEPROVISIONING")
    describes(stub, "DEPROVISIONING")
    describes(stub, "INACTIVE")
    stub.add_response("create_cluster", {"cluster": {}})
    describes(stub, "ACTIVE")
    assert present(client).actions == ["create ECS cluster shop"]


def test_nothing_to_do_costs_one_call(client: Any, stub: Stubber) -> None:
    describes(stub, "ACTIVE")
    assert not present(client).changed


def test_deletion_waits_for_services_and_tasks(client: Any, stub: Stubber) -> None:
    describes(stub, "ACTIVE")
    stub.add_client_error("delete_cluster", "ClusterContainsServicesException")
    stub.add_client_error("delete_cluster", "ClusterContainsTasksException")
    stub.add_client_error("delete_cluster", "UpdateInProgressException")
    stub.add_response("delete_cluster", {"cluster": {}})
    describes(stub, "DEPROVISIONING")
    describes(stub, "INACTIVE")
    assert absent(client).actions == ["delete ECS cluster shop"]


def test_a_deletion_that_is_refused_to_the_end_says_why(client: Any, stub: Stubber) -> None:
    describes(stub, "ACTIVE")
    why = "The Cluster cannot be deleted while Services are active."
    stub.add_client_error("delete_cluster", "ClusterContainsServicesException", why)
    expected = (
        "Waited 0.001 seconds for ECS cluster shop to be free of services and tasks, so that it can be deleted in"
        " vain; the last state is ClusterContainsServicesException: The Cluster cannot be deleted while Services are"
        " active."
    )
    with pytest.raises(_wait.WaitTimeout) as caught:
        absent(client, wait_timeout=0.001)
    assert str(caught.value) == expected


def test_container_instances_are_nothing_to_wait_for(client: Any, stub: Stubber) -> None:
    describes(stub, "ACTIVE")
    stub.add_client_error("delete_cluster", "ClusterContainsContainerInstancesException")
    with pytest.raises(AnsibleAWSError, match="ContainerInstances"):
        absent(client)


@pytest.mark.parametrize("status", [None, "INACTIVE"])
def test_a_cluster_that_is_gone_is_not_deleted_again(client: Any, stub: Stubber, status: str | None) -> None:
    describes(stub, status)
    assert not absent(client).changed


def test_a_deletion_under_way_is_awaited_without_a_change(client: Any, stub: Stubber) -> None:
    describes(stub, "DEPROVISIONING")
    describes(stub, None)
    assert not absent(client).changed
