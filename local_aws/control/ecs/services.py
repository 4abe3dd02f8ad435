# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Services: parameters, refusals and the start of deployments; local_aws.plane carries the deployments out."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs import models, responses
from moto.ecs.exceptions import ECSException, InvalidParameterException, ServiceNotFoundException
from moto.elbv2.models import elbv2_backends

from local_aws.control.ecs import deployments
from local_aws.control.ecs.clusters import check_providers
from local_aws.control.ecs.tasks import check_network, find_definition
from local_aws.plane import balancing, rollout
from local_aws.plane.capacity import MANAGED

Backend = models.EC2ContainerServiceBackend
Response = responses.EC2ContainerServiceResponse
Parameters = dict[str, Any]

# Parameters of CreateService and UpdateService that moto does not keep, and their values when not given.
KEPT: dict[str, tuple[str, Any]] = {
    "availabilityZoneRebalancing": ("availability_zone_rebalancing", "ENABLED"),
    "enableECSManagedTags": ("enable_ecs_managed_tags", False),
    "enableExecuteCommand": ("enable_execute_command", False),
    "healthCheckGracePeriodSeconds": ("health_check_grace_period_seconds", None),
    "placementConstraints": ("placement_constraints", []),
    "placementStrategy": ("placement_strategy", []),
    "serviceConnectConfiguration": ("service_connect_configuration", None),
    "volumeConfigurations": ("volume_configurations", []),
    "vpcLatticeConfigurations": ("vpc_lattice_configurations", []),
}
# Further parameters of UpdateService; those in REDEPLOYING start a new deployment when they change.
UPDATED = {
    "desiredCount": "desired_count",
    "loadBalancers": "load_balancers",
    "networkConfiguration": "network_configuration",
    "platformVersion": "platform_version",
    "propagateTags": "propagate_tags",
    "serviceRegistries": "service_registries",
}
REDEPLOYING = (
    "taskDefinition",
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)
SERVICE_LINKED_ROLE = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"


def apply() -> None:
    """Install the corrections of this file."""
    security_groups_are_optional()
    create_service_keeps_its_parameters()
    update_service_starts_deployments()
    delete_service_drains()
    list_services_shows_active_ones()


def security_groups_are_optional() -> None:
    """Tasks without security groups get the default one of the VPC; moto fails at the missing key."""
    original = models.Service._validate_network

    def validate_network(self: Any, configuration: Parameters) -> Parameters:
        inner = {"securityGroups": [], **configuration["awsvpcConfiguration"]}
        return dict(original(self, {**configuration, "awsvpcConfiguration": inner}))

    models.Service._validate_network = validate_network


def create_service_keeps_its_parameters() -> None:
    """AWS checks and keeps all parameters and starts a deployment; moto drops half of them and starts nothing."""
    original = Response.create_service

    def create_service(self: Any) -> ActionResult:
        backend, parameters = self.ecs_backend, dict(self._get_params())
        cluster = backend._get_cluster(parameters.get("cluster", "default"))
        check_new(backend, cluster, parameters)
        result = original(self)
        service = result.result["service"]
        for name, (attribute, default) in KEPT.items():
            setattr(service, attribute, parameters.get(name, default))
        if service.load_balancers and service.health_check_grace_period_seconds is None:
            service.health_check_grace_period_seconds = 0
        given = parameters.get("deploymentConfiguration")
        service.deployment_configuration = deployments.merged(deployments.DEFAULTS, given)
        _set_capacity(service, cluster, parameters)
        service.platform_version = parameters.get("platformVersion") or "LATEST"
        service.platform_family = "Linux"
        service.created_at, service.created_by = utcnow(), f"arn:aws:iam::{backend.account_id}:root"
        if service.load_balancers and not service.role_arn:
            service.role_arn = f"arn:aws:iam::{backend.account_id}:role/{SERVICE_LINKED_ROLE}"
        service.running_count = service.pending_count = 0
        service.deployments = []
        rollout.begin(service)
        return result

    Response.create_service = create_service


def update_service_starts_deployments() -> None:
    """UpdateService starts a deployment when what runs changes; moto stores the caller's words and pretends it runs."""

    def update_service(self: Any) -> ActionResult:
        backend, parameters = self.ecs_backend, dict(self._get_params())
        cluster = backend._get_cluster(parameters.get("cluster", "default"))
        service = backend.services.get(f"{cluster.name}:{parameters['service'].rpartition('/')[2]}")
        if service is None or service.status == "INACTIVE":
            raise ServiceNotFoundException
        if service.status != "ACTIVE":
            raise ECSException("ServiceNotActiveException", "Service was not ACTIVE.")
        check_update(backend, service, parameters)
        before = {name: _current(service, name) for name in (*REDEPLOYING, "capacityProviderStrategy")}
        _store(backend, cluster, service, parameters)
        changed = any(_current(service, name) != value for name, value in before.items())
        if changed or parameters.get("forceNewDeployment"):
            rollout.begin(service)
        return ActionResult({"service": service})

    Response.update_service = update_service


def delete_service_drains() -> None:
    """A deleted service is DRAINING until its tasks have stopped, then INACTIVE; moto goes to INACTIVE at once."""

    def delete_service(self: Any, cluster_name: str, service_name: str, force: bool) -> Any:
        cluster = self._get_cluster(cluster_name)
        service = self.services.get(f"{cluster.name}:{service_name.rpartition('/')[2]}")
        if service is None or service.status == "INACTIVE":
            raise ServiceNotFoundException
        if service.desired_count > 0 and not force:
            raise InvalidParameterException("The service cannot be stopped while it is scaled above 0.")
        service.status, service.desired_count = "DRAINING", 0
        for deployment in service.deployments:
            deployment.update(desiredCount=0, updatedAt=utcnow())
        return service

    Backend.delete_service = delete_service


def list_services_shows_active_ones() -> None:
    """ListServices leaves out services that are being deleted; moto lists all, also of similarly named clusters."""

    def list_services(
        self: Any, cluster_str: str, scheduling_strategy: str | None = None, launch_type: str | None = None
    ) -> list[str]:
        cluster = self._get_cluster(cluster_str)
        return sorted(
            service.arn
            for service in self.services.values()
            if service.cluster_name == cluster.name
            and service.status == "ACTIVE"
            and scheduling_strategy in {None, service.scheduling_strategy}
            and launch_type in {None, service.launch_type}
        )

    Backend.list_services = list_services


def check_new(backend: Any, cluster: Any, parameters: Parameters) -> None:
    """Refuse a CreateService as AWS does."""
    known = backend.services.get(f"{cluster.name}:{parameters['serviceName']}")
    if known is not None and known.status == "DRAINING":
        raise InvalidParameterException("Unable to Start a service that is still Draining.")
    if known is not None and known.status == "ACTIVE":
        raise InvalidParameterException("Creation of service was not idempotent.")
    if parameters.get("launchType") and parameters.get("capacityProviderStrategy"):
        raise InvalidParameterException("Specify either a launch type or a capacity provider strategy, not both.")
    definition = find_definition(backend, parameters.get("taskDefinition"))
    _check_common(backend, definition, deployments.DEFAULTS, parameters)
    if definition.network_mode == "awsvpc":
        check_network(backend, parameters.get("networkConfiguration"))
    if "healthCheckGracePeriodSeconds" in parameters and not parameters.get("loadBalancers"):
        raise InvalidParameterException(
            "Health check grace period is only valid for services configured to use load balancers"
        )


def check_update(backend: Any, service: Any, parameters: Parameters) -> None:
    """Refuse an UpdateService as AWS does."""
    definition = find_definition(backend, parameters.get("taskDefinition") or service.task_definition)
    asked = {"loadBalancers": service.load_balancers, **parameters}
    _check_common(backend, definition, service.deployment_configuration, asked)
    if parameters.get("networkConfiguration"):
        check_network(backend, parameters["networkConfiguration"])


def _check_common(backend: Any, definition: Any, current: Parameters, parameters: Parameters) -> None:
    check_providers(backend, [item["capacityProvider"] for item in parameters.get("capacityProviderStrategy") or []])
    for entry in parameters.get("loadBalancers") or []:
        _check_load_balancer(backend, definition, entry)
    deployments.check(backend, current, parameters)


def _check_load_balancer(backend: Any, definition: Any, entry: Parameters) -> None:
    arn, name, port = entry.get("targetGroupArn"), entry.get("containerName"), entry.get("containerPort")
    group = elbv2_backends[backend.account_id][backend.region_name].target_groups.get(arn)
    if group is None:
        raise InvalidParameterException(
            "Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role "
            "being passed has the proper permissions."
        )
    if arn not in balancing.in_use(backend.account_id, backend.region_name):
        raise InvalidParameterException(
            f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        )
    if definition.network_mode == "awsvpc" and group.target_type != "ip":
        raise InvalidParameterException(
            f"The provided target group {arn} has target type {group.target_type}, which is incompatible with the "
            "awsvpc network mode specified in the task definition."
        )
    container = next((item for item in definition.container_definitions if item["name"] == name), None)
    if container is None:
        raise InvalidParameterException(f"The container {name} does not exist in the task definition.")
    if port not in [mapping["containerPort"] for mapping in container["portMappings"]]:
        raise InvalidParameterException(f"The container {name} did not have a container port {port} defined.")


def _set_capacity(service: Any, cluster: Any, parameters: Parameters) -> None:
    """Launch type or capacity provider strategy: the given one, else the cluster's default strategy, else EC2."""
    strategy = parameters.get("capacityProviderStrategy") or []
    if not strategy and not parameters.get("launchType"):
        strategy = cluster.default_capacity_provider_strategy
    service.capacity_provider_strategy = [{"weight": 0, "base": 0, **item} for item in strategy] or None
    service.launch_type = None if strategy else parameters.get("launchType") or "EC2"


def _return_to_launch_type(service: Any) -> None:
    """An empty strategy in an update gives up the strategy for the launch type (API reference, UpdateService)."""
    providers = {item["capacityProvider"] for item in service.capacity_provider_strategy or []}
    if providers:
        service.capacity_provider_strategy = None
        service.launch_type = "FARGATE" if providers <= set(MANAGED) else "EC2"


def _store(backend: Any, cluster: Any, service: Any, parameters: Parameters) -> None:
    for name, attribute in {**UPDATED, **{name: attribute for name, (attribute, _) in KEPT.items()}}.items():
        if parameters.get(name) is not None:
            setattr(service, attribute, parameters[name])
    if parameters.get("deploymentConfiguration"):
        current = service.deployment_configuration
        service.deployment_configuration = deployments.merged(current, parameters["deploymentConfiguration"])
    if parameters.get("capacityProviderStrategy") == []:
        _return_to_launch_type(service)
    elif parameters.get("capacityProviderStrategy"):
        _set_capacity(service, cluster, parameters)
    if parameters.get("taskDefinition"):
        service.task_definition = backend.describe_task_definition(parameters["taskDefinition"]).arn


def _current(service: Any, name: str) -> Any:
    if name == "taskDefinition":
        return service.task_definition
    if name == "capacityProviderStrategy":
        return service.capacity_provider_strategy
    return getattr(service, UPDATED[name] if name in UPDATED else KEPT[name][0])
