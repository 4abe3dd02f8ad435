# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of a service that are structures of AWS one to one: Service Connect, Cloud Map, VPC Lattice, EBS volumes.

Pure functions. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import log_driver, shapes

SERVICE_CONNECT = "service_connect_configuration"
# Option -> AWS parameter. DescribeServices shows the first three in the deployments only.
_NAMES = {
    SERVICE_CONNECT: "serviceConnectConfiguration",
    "vpc_lattice_configurations": "vpcLatticeConfigurations",
    "volume_configurations": "volumeConfigurations",
    "service_registries": "serviceRegistries",
}


def settings(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared of these structures; what the service does not have is left out."""
    primary: Mapping[str, Any] = next(
        (item for item in service.get("deployments") or [] if item.get("status") == "PRIMARY"), {}
    )
    found = {option: service.get(name) or primary.get(name) for option, name in _NAMES.items()}
    return {option: _settings(option, value) for option, value in found.items() if value and not _is_off(option, value)}


def _settings(option: str, value: Any) -> Any:
    if option != SERVICE_CONNECT:
        return shapes.to_options(value)
    rest = shapes.to_options({key: item for key, item in value.items() if key != "logConfiguration"})
    logs = log_driver.settings(value.get("logConfiguration"))
    return {**rest, "log_configuration": logs} if logs else rest


def _is_off(option: str, value: Any) -> bool:
    return option == SERVICE_CONNECT and not value.get("enabled")


def desired(after: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with the structures that are given; what AWS adds to one is no difference."""
    wanted = dict(after)
    for option in _NAMES:
        if params.get(option) is None:
            continue
        asked = _spelled(option, shapes.given(params[option]))
        if not asked or _is_off(option, asked):
            wanted.pop(option, None)
        elif option not in after or not _same(option, asked, after[option]):
            wanted[option] = asked
    return wanted


def _spelled(option: str, asked: Any) -> Any:
    """Return a log configuration as AWS will have it: values as texts, nothing that is empty."""
    if option == SERVICE_CONNECT and "log_configuration" in asked:
        return {**asked, "log_configuration": log_driver.settings(log_driver.request(asked["log_configuration"]))}
    return asked


def _same(option: str, asked: Any, current: Any) -> bool:
    if option == SERVICE_CONNECT:
        namespaces = (asked.get("namespace") or "", current.get("namespace") or "")
        # A name cannot be told from an ARN, which has an id instead of the name.
        if all(namespaces) and len({item.startswith("arn:") for item in namespaces}) == 2:
            asked = {**asked, "namespace": current["namespace"]}
    return shapes.covered(asked, current)


def request(after: Mapping[str, Any], changed: set[str]) -> dict[str, Any]:
    """Return the arguments of CreateService or UpdateService for the options in C(changed)."""
    made: dict[str, Any] = {}
    for option in sorted(changed & set(_NAMES)):
        if option in after:
            made[_NAMES[option]] = _request(option, after[option])
        else:
            made[_NAMES[option]] = {"enabled": False} if option == SERVICE_CONNECT else []
    return made


def _request(option: str, value: Any) -> Any:
    if option != SERVICE_CONNECT:
        return shapes.to_aws(value)
    rest = shapes.to_aws({key: item for key, item in value.items() if key != "log_configuration"})
    logs = log_driver.request(value.get("log_configuration"))
    return {**rest, "logConfiguration": logs} if logs else rest
