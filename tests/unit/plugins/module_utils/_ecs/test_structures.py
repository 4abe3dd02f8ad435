# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import shapes, structures, volumes

CONNECT: dict[str, Any] = {
    "enabled": True,
    "namespace": "shop",
    "services": [{"port_name": "http", "client_aliases": [{"port": 80, "dns_name": None}]}],
    "log_configuration": {"log_driver": "awslogs", "options": {"a-b": 1}, "secret_options": {"token": "arn:s"}},
}
DESCRIBED: dict[str, Any] = {
    "enabled": True,
    "namespace": "shop",
    "services": [
        {"portName": "http", "discoveryName": "http", "clientAliases": [{"port": 80, "dnsName": "http.shop"}]},
    ],
    "logConfiguration": {
        "logDriver": "awslogs",
        "options": {"a-b": "1"},
        "secretOptions": [{"name": "token", "valueFrom": "arn:s"}],
    },
}


@pytest.mark.parametrize(
    ("options", "aws"),
    [
        ({"size_in_gib": 1, "kms_key_id": "k", "iops": None}, {"sizeInGiB": 1, "kmsKeyId": "k"}),
        ({"managed_ebs_volume": {"role_arn": "r"}}, {"managedEBSVolume": {"roleArn": "r"}}),
        ([{"hook_details": {"my_Key": {"a_b": 1}}}], [{"hookDetails": {"my_Key": {"a_b": 1}}}]),
        ({"a": {"aws_pca_authority_arn": "x"}}, {"a": {"awsPcaAuthorityArn": "x"}}),
    ],
)
def test_spelling_there_and_back(options: Any, aws: Any) -> None:
    assert shapes.to_aws(options) == aws
    assert shapes.to_options(aws) == shapes.given(options)


@pytest.mark.parametrize(
    ("wanted", "current", "expected"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, True),
        ([1, 2], [1], False),
        ([], [1], False),
        ({"a": {}}, {"a": 1}, False),
    ],
)
def test_what_is_covered(wanted: Any, current: Any, expected: bool) -> None:
    assert shapes.covered(wanted, current) is expected


def service(**structure: Any) -> dict[str, Any]:
    """A described service: most of its structures are those of its deployment."""
    return {"deployments": [{"status": "ACTIVE"}, {"status": "PRIMARY", **structure}]}


def test_what_aws_adds_is_no_difference_and_the_rest_is() -> None:
    before = structures.settings(service(serviceConnectConfiguration=DESCRIBED))
    assert structures.desired(before, {structures.SERVICE_CONNECT: CONNECT}) == before
    other = {**CONNECT, "services": [{"port_name": "grpc"}]}
    changed = structures.desired(before, {structures.SERVICE_CONNECT: other})
    assert structures.request(changed, {structures.SERVICE_CONNECT})["serviceConnectConfiguration"]["services"] == [
        {"portName": "grpc"}
    ]
    assert structures.desired(before, {}) == before


def test_a_request_for_service_connect() -> None:
    wanted = structures.desired({}, {structures.SERVICE_CONNECT: CONNECT})
    assert structures.request(wanted, set(wanted)) == {
        "serviceConnectConfiguration": {
            "enabled": True,
            "namespace": "shop",
            "services": [{"portName": "http", "clientAliases": [{"port": 80}]}],
            "logConfiguration": DESCRIBED["logConfiguration"],
        }
    }


def test_a_name_and_an_arn_of_a_namespace_are_not_compared() -> None:
    arn = "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-1"
    before = structures.settings(service(serviceConnectConfiguration={**DESCRIBED, "namespace": arn}))
    assert structures.desired(before, {structures.SERVICE_CONNECT: CONNECT}) == before
    other = {**CONNECT, "namespace": f"{arn}2"}
    assert structures.desired(before, {structures.SERVICE_CONNECT: other}) != before


@pytest.mark.parametrize(
    ("option", "name", "off", "request_"),
    [
        (structures.SERVICE_CONNECT, "serviceConnectConfiguration", {"enabled": False}, {"enabled": False}),
        ("service_registries", "serviceRegistries", [], []),
        ("vpc_lattice_configurations", "vpcLatticeConfigurations", [], []),
        ("volume_configurations", "volumeConfigurations", [], []),
    ],
)
def test_taken_away(option: str, name: str, off: Any, request_: Any) -> None:
    current = DESCRIBED if option == structures.SERVICE_CONNECT else [{"roleArn": "r"}]
    before = structures.settings(service(**{name: current}))
    assert option in before
    after = structures.desired(before, {option: off})
    assert after == {}
    assert structures.request(after, {option}) == {name: request_}
    assert structures.desired({}, {option: off}) == {}


def test_service_connect_that_is_off_is_none() -> None:
    assert structures.settings(service(serviceConnectConfiguration={"enabled": False})) == {}


@pytest.mark.parametrize(
    ("volume", "aws"),
    [
        ({"name": "v", "efs_volume_configuration": None, "configured_at_launch": None}, {"name": "v"}),
        ({"name": "v", "configured_at_launch": True}, {"name": "v", "configuredAtLaunch": True}),
        (
            {
                "name": "v",
                "efs_volume_configuration": {"file_system_id": "fs-1", "root_directory": None, "iam": "ENABLED"},
            },
            {
                "name": "v",
                "efsVolumeConfiguration": {"fileSystemId": "fs-1", "authorizationConfig": {"iam": "ENABLED"}},
            },
        ),
        (
            {"name": "v", "s3files_volume_configuration": {"file_system_arn": "fs", "transit_encryption_port": 2999}},
            {"name": "v", "s3filesVolumeConfiguration": {"fileSystemArn": "fs", "transitEncryptionPort": 2999}},
        ),
    ],
)
def test_volumes(volume: dict[str, Any], aws: dict[str, Any]) -> None:
    assert volumes.definition(volume) == aws
    filled = {**aws, "host": {}}
    if "efsVolumeConfiguration" in aws:
        filled["efsVolumeConfiguration"] = {
            **aws["efsVolumeConfiguration"],
            "rootDirectory": "/",
            "transitEncryption": "DISABLED",
        }
    if "s3filesVolumeConfiguration" in aws:
        filled["s3filesVolumeConfiguration"] = {**aws["s3filesVolumeConfiguration"], "rootDirectory": "/"}
    assert volumes.settings(filled) == volumes.settings(aws)
