# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Tasks: what the API says of them; local_aws.plane runs them and sets their states."""

from __future__ import annotations

import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs import models, responses
from moto.ecs.exceptions import EcsClientException, InvalidParameterException, TaskDefinitionNotFoundException

from local_aws.control.ecs.clusters import check_providers
from local_aws.plane.capacity import MANAGED

Backend = models.EC2ContainerServiceBackend
Response = responses.EC2ContainerServiceResponse


def apply() -> None:
    """Install the corrections of this file."""
    tasks_begin_in_provisioning()
    run_task_checks_its_parameters()
    network_interfaces_may_lack_a_dns_name()
    describe_tasks_reports_missing_ones()
    list_tasks_filters()
    stop_task_is_a_request()


def tasks_begin_in_provisioning() -> None:
    """A Fargate task starts in PROVISIONING with an address of its subnet, and only what runs it changes its state.

    moto starts it in RUNNING, moves it on at every look, and gives it any private address.
    """
    original = models.Task.__init__

    def initialize(self: Any, *args: Any, **kwargs: Any) -> None:
        network = kwargs.get("networking_configuration")
        if network and not network["awsvpcConfiguration"].get("securityGroups"):
            inner = network["awsvpcConfiguration"]
            groups = _default_groups(kwargs["backend"], inner["subnets"])
            kwargs["networking_configuration"] = {"awsvpcConfiguration": {**inner, "securityGroups": groups}}
        original(self, *args, **kwargs)
        self._transitions = []
        self.status = "PROVISIONING"
        self.created_at, self.version = utcnow(), 1
        self.stopped_reason = self.stop_code = None
        if self.capacity_provider_name in MANAGED:
            self.launch_type = "FARGATE"
        definition = kwargs["task_definition"]
        self.cpu, self.memory = _total(self, definition, "cpu"), _total(self, definition, "memory")
        self.platform_version, self.platform_family = "1.4.0", "Linux"
        address = _give_subnet_address(self) if self.attachments else None
        self.containers = [_container(self, item, address) for item in definition.container_definitions]

    models.Task.__init__ = initialize


def network_interfaces_may_lack_a_dns_name() -> None:
    """A VPC without DNS host names gives none to a task; moto reads an attribute that is not there and fails."""
    if not hasattr(NetworkInterface, "private_dns_name"):
        NetworkInterface.private_dns_name = None


def run_task_checks_its_parameters() -> None:
    """AWS refuses a RunTask that it cannot place; moto fails with an exception of its own or starts it anyway."""
    original = Response.run_task

    def run_task(self: Any) -> ActionResult:
        backend = self.ecs_backend
        strategy = self._get_param("capacityProviderStrategy") or []
        cluster = backend._get_cluster(self._get_param("cluster", "default"))
        check_providers(backend, [item["capacityProvider"] for item in strategy])
        definition = find_definition(backend, self._get_param("taskDefinition"))
        count = self._get_int_param("count", 1)
        if not 1 <= count <= 10:
            raise InvalidParameterException("Count must be between 1 and 10")
        if definition.network_mode == "awsvpc":
            check_network(backend, self._get_param("networkConfiguration"))
        if not strategy and self._get_param("launchType", "EC2") == "EC2":
            default = [item["capacityProvider"] for item in cluster.default_capacity_provider_strategy]
            if self._get_param("launchType") == "EC2" or not set(default) & set(MANAGED):
                raise InvalidParameterException("No Container Instances were found in your cluster.")
        result = original(self)
        for task in result.result["tasks"]:
            task.enable_execute_command = bool(self._get_param("enableExecuteCommand"))
            if self._get_param("propagateTags") == "TASK_DEFINITION":
                given = {tag["key"] for tag in task.tags}
                task.tags = task.tags + [dict(tag) for tag in definition.tags if tag["key"] not in given]
        return result

    Response.run_task = run_task


def describe_tasks_reports_missing_ones() -> None:
    """Tasks that the cluster does not have come back as failures; moto leaves them out and looks in all clusters."""

    def describe_tasks(self: Any) -> ActionResult:
        backend = self.ecs_backend
        cluster = backend._get_cluster(self._get_param("cluster", "default"))
        wanted = self._get_param("tasks", [])
        if not wanted:
            raise InvalidParameterException("Tasks cannot be empty.")
        by_id = {task.id: task for task in backend.tasks.get(cluster.name, {}).values()}
        tasks, failures = [], []
        for reference in wanted:
            task = by_id.get(reference.rpartition("/")[2])
            if task is not None:
                tasks.append(task)
            else:
                arn = reference if reference.startswith("arn:") else _arn(backend, cluster, reference)
                failures.append({"arn": arn, "reason": "MISSING"})
        if "TAGS" in self._get_param("include", []):
            self._include_in_response(responses.DESCRIBE_TASKS_TAGS)
        else:
            self._exclude_from_response(responses.DESCRIBE_TASKS_TAGS)
        return ActionResult({"tasks": tasks, "failures": failures})

    Response.describe_tasks = describe_tasks


def list_tasks_filters() -> None:
    """ListTasks shows tasks whose desired status is RUNNING unless asked otherwise, and filters by service.

    moto ignores the service, compares clusters by part of their names and lists stopped tasks too.
    """

    def list_tasks(
        self: Any,
        cluster_str: str | None = None,
        container_instance: str | None = None,
        family: str | None = None,
        started_by: str | None = None,
        service_name: str | None = None,
        desiredStatus: str | None = None,  # noqa: N803 - moto's own name
    ) -> list[Any]:
        if cluster_str is None:  # moto's own look-up of tags
            return [task for tasks in self.tasks.values() for task in tasks.values()]
        cluster, status = self._get_cluster(cluster_str), desiredStatus or "RUNNING"
        short = service_name.rpartition("/")[2] if service_name else None
        return [
            task
            for task in self.tasks.get(cluster.name, {}).values()
            if task.desired_status == status
            and (not started_by or task.started_by == started_by)
            and (not short or task.group == f"service:{short}")
            and (not family or task.task_definition_arn.rpartition("/")[2].rpartition(":")[0] == family)
            and (not container_instance or container_instance in str(task.container_instance_arn))
        ]

    Backend.list_tasks = list_tasks


def stop_task_is_a_request() -> None:
    """StopTask asks for the end of a task, which then stops in its time; in moto it is over at once."""

    def stop_task(self: Any, cluster_str: str, task_str: str, reason: str | None) -> Any:
        cluster = self._get_cluster(cluster_str)
        wanted = task_str.rpartition("/")[2]
        for task in self.tasks.get(cluster.name, {}).values():
            if task.id == wanted:
                if task.desired_status != "STOPPED":
                    task.desired_status, task.stop_code = "STOPPED", "UserInitiated"
                    task.stopped_reason = reason or "Task stopped by user"
                return task
        raise InvalidParameterException("The referenced task was not found.")

    Backend.stop_task = stop_task


def find_definition(backend: Any, reference: str | None) -> Any:
    """The active task definition that a service or a task is started with; ClientException."""
    try:
        definition = backend.describe_task_definition(reference or "")
    except TaskDefinitionNotFoundException:
        raise EcsClientException("TaskDefinition not found.") from None
    if definition.status != "ACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    return definition


def check_network(backend: Any, configuration: dict[str, Any] | None) -> None:
    """InvalidParameterException for subnets or security groups that awsvpc tasks cannot use."""
    inner = (configuration or {}).get("awsvpcConfiguration")
    if not inner:
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    if not inner.get("subnets"):
        raise InvalidParameterException("subnets can not be empty.")
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    known = {subnet_id for zone in ec2.subnets.values() for subnet_id in zone}
    for subnet in inner["subnets"]:
        if subnet not in known:
            raise InvalidParameterException(
                f"Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' does not exist "
                "(ErrorCode: InvalidSubnetID.NotFound)"
            )
    for group in inner.get("securityGroups") or []:
        if ec2.get_security_group_from_id(group) is None:
            raise InvalidParameterException(
                f"Error retrieving security group information for [{group}]: The security group '{group}' does not "
                "exist (ErrorCode: InvalidGroup.NotFound)"
            )


def _give_subnet_address(task: Any) -> str:
    """An address of the task's subnet, on its network interface and in its attachment."""
    details = {item["name"]: item for item in task.attachments[0]["details"]}
    ec2 = ec2_backends[task._account_id][task.region_name]
    interface = ec2.get_network_interface(details["networkInterfaceId"]["value"])
    address = str(interface.subnet.get_available_subnet_ip(None))
    interface.private_ip_address = address
    interface.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]
    interface.description = f"arn:aws:ecs:{task.region_name}:{task._account_id}:attachment/{task.attachments[0]['id']}"
    details["privateIPv4Address"]["value"] = address
    if details["privateDnsName"]["value"]:
        interface.private_dns_name = f"ip-{address.replace('.', '-')}.ec2.internal"
        details["privateDnsName"]["value"] = interface.private_dns_name
    else:
        task.attachments[0]["details"].remove(details["privateDnsName"])
    task.availability_zone = interface.subnet.availability_zone
    return address


def _container(task: Any, definition: dict[str, Any], address: str | None) -> dict[str, Any]:
    """A container as DescribeTasks shows it."""
    identifier = str(uuid.uuid4())
    interfaces = [{"attachmentId": task.attachments[0]["id"], "privateIpv4Address": address}] if address else []
    return {
        "containerArn": task.task_arn.replace(":task/", ":container/") + f"/{identifier}",
        "taskArn": task.task_arn,
        "name": definition["name"],
        "image": definition["image"],
        "runtimeId": f"{task.id.replace('-', '')}-{identifier[:10]}",
        "lastStatus": "PENDING",
        "networkBindings": [],
        "networkInterfaces": interfaces,
        "healthStatus": "UNKNOWN",
        "cpu": str(definition.get("cpu") or 0),
        "memory": str(definition["memory"]) if definition.get("memory") else None,
    }


def _total(task: Any, definition: Any, name: str) -> str | None:
    value = task.overrides.get(name) or getattr(definition, name)
    return str(value) if value else None


def _default_groups(backend: Any, subnets: list[str]) -> list[str]:
    """The default security group of the VPC, which a task gets when none is given."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    vpc = ec2.get_subnet(subnets[0]).vpc_id
    return [group.id for group in ec2.groups[vpc].values() if group.name == "default"][:1]


def _arn(backend: Any, cluster: Any, task_id: str) -> str:
    return f"arn:aws:ecs:{backend.region_name}:{backend.account_id}:task/{cluster.name}/{task_id}"
