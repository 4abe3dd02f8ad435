# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""ECS: moto's faults that are mended in control/ecs/, and what the embedded AWS does instead."""

from __future__ import annotations

import concurrent.futures
import ipaddress
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.local_aws.stack import PORT, Stack
from tests.local_aws.unpatched import needed, observe

Client = Callable[[str], Any]
CONTAINER = {"name": "c", "image": "i", "portMappings": [{"containerPort": 80}]}
STRATEGY = [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]
KEPT = {
    "availabilityZoneRebalancing": "DISABLED",
    "deploymentConfiguration": {"maximumPercent": 150, "minimumHealthyPercent": 50},
    "enableECSManagedTags": True,
    "enableExecuteCommand": True,
}


class Plain:
    """A cluster, a subnet and a task definition in moto as it is."""

    def __init__(self, client: Client) -> None:
        self.ecs, ec2 = client("ecs"), client("ec2")
        self.ecs.create_cluster(clusterName="c")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=False)["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        self.vpc, self.ec2 = vpc, ec2
        self.subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        self.group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
        self.definition = self.define()

    def define(self, **changes: Any) -> str:
        """Register a task definition."""
        made = self.ecs.register_task_definition(
            **{
                "family": "f",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "cpu": "256",
                "memory": "512",
                "containerDefinitions": [{**CONTAINER, "memory": 512}],
                **changes,
            }
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def network(self) -> dict[str, Any]:
        """The network configuration."""
        return {"awsvpcConfiguration": {"subnets": [self.subnet], "securityGroups": [self.group]}}

    def run(self, **changes: Any) -> Any:
        """Run one task."""
        return self.ecs.run_task(
            **{
                "cluster": "c",
                "taskDefinition": self.definition,
                "launchType": "FARGATE",
                "networkConfiguration": self.network(),
                **changes,
            }
        )["tasks"][0]

    def service(self, **changes: Any) -> Any:
        """Create a service."""
        arguments = {"launchType": "FARGATE"} if "capacityProviderStrategy" not in changes else {}
        return self.ecs.create_service(
            **{
                "cluster": "c",
                "serviceName": "s",
                "taskDefinition": self.definition,
                "desiredCount": 1,
                "networkConfiguration": self.network(),
                **arguments,
                **changes,
            }
        )["service"]

    def describe(self) -> Any:
        """The service."""
        return self.ecs.describe_services(cluster="c", services=["s"])["services"][0]


def moto_no_capacity_providers(client: Client) -> Any:
    Plain(client)
    return "capacityProviders" in client("ecs").describe_clusters(clusters=["c"])["clusters"][0]


def moto_include_disturbs_others(client: Client) -> Any:
    from moto.ecs.responses import DESCRIBE_TASKS_TAGS, EC2ContainerServiceResponse

    first, second = EC2ContainerServiceResponse(), EC2ContainerServiceResponse()
    first._include_in_response(DESCRIBE_TASKS_TAGS)
    return DESCRIBE_TASKS_TAGS in second.RESPONSE_KEY_PATH_TO_TRANSFORMER


def moto_inactive_cluster(client: Client) -> Any:
    ecs = Plain(client).ecs
    ecs.delete_cluster(cluster="c")
    return [len(ecs.list_clusters()["clusterArns"]), ecs.list_services(cluster="c")["serviceArns"]]


def moto_cluster_twice(client: Client) -> Any:
    ecs = client("ecs")
    ecs.create_cluster(clusterName="c", tags=[{"key": "a", "value": "b"}])
    ecs.create_cluster(clusterName="c")
    return ecs.describe_clusters(clusters=["c"], include=["TAGS"])["clusters"][0].get("tags", [])


def moto_delete_full_cluster(client: Client) -> Any:
    plain = Plain(client)
    plain.service()
    return plain.ecs.delete_cluster(cluster="c")["cluster"]["status"]


def moto_counts(client: Client) -> Any:
    plain = Plain(client)
    plain.service()
    plain.run()
    cluster = plain.ecs.describe_clusters(clusters=["c"])["clusters"][0]
    return [cluster[name] for name in ("activeServicesCount", "runningTasksCount")]


def moto_managed_providers(client: Client) -> Any:
    found = client("ecs").describe_capacity_providers(capacityProviders=["FARGATE"])
    return [len(found["capacityProviders"]), len(found["failures"])]


def moto_unknown_provider(client: Client) -> Any:
    ecs = Plain(client).ecs
    ecs.put_cluster_capacity_providers(cluster="c", capacityProviders=["X"], defaultCapacityProviderStrategy=[])
    return "stored"


def moto_update_cluster_settings(client: Client) -> Any:
    settings = [{"name": "containerInsights", "value": "enabled"}]
    return Plain(client).ecs.update_cluster_settings(cluster="c", settings=settings)["cluster"]["settings"]


def moto_memory_of_the_task(client: Client) -> Any:
    plain = Plain(client)
    plain.run(taskDefinition=plain.define(family="m", containerDefinitions=[CONTAINER]))
    return "runs"


def moto_fargate_size(client: Client) -> Any:
    plain = Plain(client)
    plain.define(family="odd", memory="513")
    return "registered"


def moto_task_starts_running(client: Client) -> Any:
    return Plain(client).run()["lastStatus"]


def moto_task_address(client: Client) -> Any:
    task = Plain(client).run()
    return _address(task) in ipaddress.ip_network("10.0.1.0/24")


def moto_interface_without_dns_name(client: Client) -> Any:
    plain = Plain(client)
    plain.ec2.modify_vpc_attribute(VpcId=plain.vpc, EnableDnsHostnames={"Value": False})
    plain.run()
    return "runs"


def moto_run_on_nothing(client: Client) -> Any:
    Plain(client).run(launchType="EC2")
    return "runs"


def moto_missing_task(client: Client) -> Any:
    plain = Plain(client)
    return plain.ecs.describe_tasks(cluster="c", tasks=[str(uuid.uuid4())])["failures"]


def moto_list_tasks_of_a_service(client: Client) -> Any:
    plain = Plain(client)
    plain.run()
    return len(plain.ecs.list_tasks(cluster="c", serviceName="s")["taskArns"])


def moto_stop_is_immediate(client: Client) -> Any:
    plain = Plain(client)
    stopped = plain.ecs.stop_task(cluster="c", task=plain.run()["taskArn"], reason="r")["task"]
    return [stopped["lastStatus"], "stopCode" in stopped]


def moto_service_parameters(client: Client) -> Any:
    service = Plain(client).service(capacityProviderStrategy=STRATEGY, **KEPT)
    return [name for name in ("capacityProviderStrategy", *KEPT) if name in service]


def moto_update_starts_nothing(client: Client) -> Any:
    plain = Plain(client)
    plain.service()
    plain.ecs.update_service(cluster="c", service="s", taskDefinition=plain.define().rpartition("/")[2])
    service = plain.describe()
    return [service["taskDefinition"], len(service["deployments"])]


def moto_delete_service(client: Client) -> Any:
    plain = Plain(client)
    plain.service()
    plain.ecs.delete_service(cluster="c", service="s", force=True)
    return [plain.describe()["status"], len(plain.ecs.list_services(cluster="c")["serviceArns"])]


def moto_service_with_a_stray_target_group(client: Client) -> Any:
    plain = Plain(client)
    group = client("elbv2").create_target_group(Name="g", Protocol="HTTP", Port=80, VpcId=plain.vpc, TargetType="ip")[
        "TargetGroups"
    ][0]["TargetGroupArn"]
    plain.service(loadBalancers=[{"targetGroupArn": group, "containerName": "c", "containerPort": 80}])
    return "created"


def moto_service_without_security_groups(client: Client) -> Any:
    plain = Plain(client)
    plain.service(networkConfiguration={"awsvpcConfiguration": {"subnets": [plain.subnet]}})
    return "created"


def moto_fault_injection(client: Client) -> Any:
    arn = Plain(client).define(enableFaultInjection=True)
    return "enableFaultInjection" in client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]


FAULTS: dict[str, tuple[Any, str]] = {
    "moto_service_without_security_groups": ({"error": "500", "status": 500}, "services.security_groups_are_optional"),
    "moto_fault_injection": ({"value": False}, "task_definitions.fault_injection_is_kept"),
    "moto_no_capacity_providers": ({"value": False}, "clusters.lists_instead_of_none"),
    "moto_include_disturbs_others": ({"value": True}, "clusters.transformers_per_request"),
    "moto_inactive_cluster": ({"value": [1, []]}, "clusters.inactive_clusters_are_not_found"),
    "moto_cluster_twice": ({"value": []}, "clusters.create_cluster_is_idempotent"),
    "moto_delete_full_cluster": ({"value": "INACTIVE"}, "clusters.delete_cluster_checks_its_content"),
    "moto_counts": ({"value": [0, 0]}, "clusters.counts_are_real"),
    "moto_managed_providers": ({"value": [0, 1]}, "clusters.managed_capacity_providers_exist"),
    "moto_unknown_provider": ({"value": "stored"}, "clusters.unknown_capacity_providers_are_refused"),
    "moto_update_cluster_settings": ({"error": "500", "status": 500}, "clusters.cluster_settings_can_be_updated"),
    "moto_memory_of_the_task": ({"error": "500", "status": 500}, "task_definitions.memory_is_optional_on_fargate"),
    "moto_fargate_size": ({"value": "registered"}, "task_definitions.register_task_definition_checks_fargate"),
    "moto_task_starts_running": ({"value": "RUNNING"}, "tasks.tasks_begin_in_provisioning"),
    "moto_task_address": ({"value": False}, "tasks.tasks_begin_in_provisioning"),
    "moto_interface_without_dns_name": (
        {"error": "500", "status": 500},
        "tasks.network_interfaces_may_lack_a_dns_name",
    ),
    "moto_run_on_nothing": ({"error": "500", "status": 500}, "tasks.run_task_checks_its_parameters"),
    "moto_missing_task": ({"value": []}, "tasks.describe_tasks_reports_missing_ones"),
    "moto_list_tasks_of_a_service": ({"value": 1}, "tasks.list_tasks_filters"),
    "moto_stop_is_immediate": ({"value": ["STOPPED", False]}, "tasks.stop_task_is_a_request"),
    "moto_service_parameters": ({"value": []}, "services.create_service_keeps_its_parameters"),
    "moto_service_with_a_stray_target_group": ({"value": "created"}, "services.create_service_keeps_its_parameters"),
    "moto_update_starts_nothing": ({"value": ["f:2", 1]}, "services.update_service_starts_deployments"),
    "moto_delete_service": ({"value": ["INACTIVE", 1]}, "services.delete_service_drains"),
}


@pytest.fixture(scope="module")
def observed() -> dict[str, Any]:
    return observe("tests.local_aws.test_contract_ecs")


@pytest.mark.parametrize("name", FAULTS)
def test_moto_still_needs_the_patch(observed: dict[str, Any], name: str) -> None:
    fault, patch = FAULTS[name]
    needed(observed[name], fault, f"ecs/{patch}()")


def test_moto_still_lists_deleted_services(observed: dict[str, Any]) -> None:
    needed(observed["moto_delete_service"]["value"][1], 1, "ecs/services.list_services_shows_active_ones()")


def _address(task: dict[str, Any]) -> ipaddress.IPv4Address:
    details = {item["name"]: item["value"] for item in task["attachments"][0]["details"]}
    return ipaddress.IPv4Address(details["privateIPv4Address"])


@pytest.fixture(scope="module")
def stack(aws: RunningAws) -> Stack:
    return Stack(aws)


def arguments(stack: Stack, **changes: Any) -> dict[str, Any]:
    """What CreateService is called with; no task is started."""
    base = {
        "cluster": stack.cluster,
        "serviceName": f"s{uuid.uuid4().hex[:8]}",
        "taskDefinition": stack.define("plain"),
        "desiredCount": 0,
        "networkConfiguration": stack.network(),
        **changes,
    }
    return {name: value for name, value in base.items() if value is not None}


def test_cluster_round_trip(stack: Stack) -> None:
    name = f"c{uuid.uuid4().hex[:8]}"
    setting = [{"name": "containerInsights", "value": "enabled"}]
    created = stack.ecs.create_cluster(clusterName=name, settings=setting, tags=[{"key": "a", "value": "b"}])["cluster"]
    assert (created["capacityProviders"], created["defaultCapacityProviderStrategy"]) == ([], [])
    assert created["settings"] == setting
    off = [{"name": "containerInsights", "value": "disabled"}]
    assert stack.ecs.update_cluster_settings(cluster=name, settings=off)["cluster"]["settings"] == off
    again = stack.ecs.create_cluster(clusterName=name)["cluster"]
    assert again["clusterArn"] == created["clusterArn"]
    strategy = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 4},
    ]
    stack.ecs.put_cluster_capacity_providers(
        cluster=name, capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=strategy
    )
    described = stack.ecs.describe_clusters(clusters=[name], include=["TAGS", "SETTINGS"])["clusters"][0]
    assert described["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert described["defaultCapacityProviderStrategy"] == strategy
    assert described["tags"] == [{"key": "a", "value": "b"}]
    assert "tags" not in stack.ecs.describe_clusters(clusters=[name])["clusters"][0]
    with pytest.raises(ClientError, match="'X' was not found"):
        stack.ecs.put_cluster_capacity_providers(
            cluster=name, capacityProviders=["X"], defaultCapacityProviderStrategy=[]
        )
    assert stack.ecs.delete_cluster(cluster=name)["cluster"]["status"] == "INACTIVE"
    assert created["clusterArn"] not in stack.ecs.list_clusters()["clusterArns"]
    with pytest.raises(ClientError, match="ClusterNotFoundException"):
        stack.ecs.delete_cluster(cluster=name)


def test_capacity_providers(stack: Stack) -> None:
    found = stack.ecs.describe_capacity_providers(capacityProviders=["FARGATE_SPOT", "none"])
    assert [(item["name"], item["status"]) for item in found["capacityProviders"]] == [("FARGATE_SPOT", "ACTIVE")]
    assert [item["reason"] for item in found["failures"]] == ["MISSING"]
    names = [item["name"] for item in stack.ecs.describe_capacity_providers()["capacityProviders"]]
    assert names == ["FARGATE", "FARGATE_SPOT"]


def test_counts_of_a_cluster(stack: Stack) -> None:
    other = Stack(stack.aws)
    other.service("one", other.define("one"))
    other.wait_completed("one")
    cluster = other.ecs.describe_clusters(clusters=[other.cluster])["clusters"][0]
    assert (cluster["activeServicesCount"], cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (1, 1, 0)
    other.ecs.delete_service(cluster=other.cluster, service="one", force=True)


def test_include_of_parallel_requests_does_not_mix(stack: Stack) -> None:
    created = stack.ecs.create_service(**arguments(stack, launchType="FARGATE", tags=[{"key": "a", "value": "b"}]))
    name = created["service"]["serviceName"]

    def tags(include: list[str]) -> bool:
        found = stack.ecs.describe_services(cluster=stack.cluster, services=[name], include=include)
        return ("tags" in found["services"][0]) == bool(include)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert all(pool.map(tags, [["TAGS"], []] * 30))
    stack.ecs.delete_service(cluster=stack.cluster, service=name)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"memory": "513"}, "No Fargate configuration exists for given values: 256 CPU, 513 memory"),
        ({"cpu": "300"}, "No Fargate configuration exists"),
        ({"networkMode": "bridge"}, "only supports network mode"),
        ({"executionRoleArn": ""}, "execution role ARN to support log driver awslogs"),
    ],
)
def test_fargate_limits_of_task_definitions(stack: Stack, changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match=text):
        stack.define("limits", **changes)


def test_task_definition_fills_in_port_mappings(stack: Stack) -> None:
    arn = stack.define("ports")
    container = stack.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"][0]
    assert container["portMappings"] == [{"containerPort": PORT, "hostPort": PORT, "protocol": "tcp"}]
    assert container["logConfiguration"]["options"]["awslogs-group"] == stack.log_group


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"cluster": "none"}, "ClusterNotFoundException"),
        ({"taskDefinition": "none:1"}, "TaskDefinition not found"),
        ({"count": 11}, "Count must be"),
        ({"launchType": "EC2"}, "No Container Instances were found in your cluster"),
        ({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}, "subnet-1"),
    ],
)
def test_run_task_refusals(stack: Stack, changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match=text):
        stack.run_task(**{"definition": stack.define("plain"), **changes})


def test_missing_tasks(stack: Stack) -> None:
    missing = str(uuid.uuid4())
    failures = stack.ecs.describe_tasks(cluster=stack.cluster, tasks=[missing])["failures"]
    assert failures == [
        {"arn": f"arn:aws:ecs:us-east-1:123456789012:task/{stack.cluster}/{missing}", "reason": "MISSING"}
    ]
    with pytest.raises(ClientError, match="The referenced task was not found"):
        stack.ecs.stop_task(cluster=stack.cluster, task=missing)


def test_service_parameters_round_trip(stack: Stack) -> None:
    group = stack.target_group("params")
    stack.listener(group)
    balancers = [{"targetGroupArn": group, "containerName": "service", "containerPort": PORT}]
    breaker = {"enable": True, "rollback": True}
    configuration = {"maximumPercent": 150, "minimumHealthyPercent": 50, "deploymentCircuitBreaker": breaker}
    given = arguments(
        stack,
        capacityProviderStrategy=STRATEGY,
        loadBalancers=balancers,
        healthCheckGracePeriodSeconds=60,
        platformVersion="1.4.0",
        propagateTags="SERVICE",
        deploymentConfiguration=configuration,
        tags=[{"key": "a", "value": "b"}],
        availabilityZoneRebalancing="DISABLED",
        enableECSManagedTags=True,
        enableExecuteCommand=True,
    )
    name = given["serviceName"]
    created = stack.ecs.create_service(**given)["service"]
    described = stack.ecs.describe_services(cluster=stack.cluster, services=[name], include=["TAGS"])["services"][0]
    for name_of in given.keys() - {"cluster", "deploymentConfiguration"}:
        assert created[name_of] == given[name_of] == described[name_of], name_of
    assert configuration.items() <= described["deploymentConfiguration"].items()
    assert "launchType" not in described
    assert described["deployments"][0]["capacityProviderStrategy"] == STRATEGY

    changes: dict[str, Any] = {
        "healthCheckGracePeriodSeconds": 30,
        "availabilityZoneRebalancing": "ENABLED",
        "enableExecuteCommand": False,
        "propagateTags": "TASK_DEFINITION",
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}],
    }
    updated = stack.ecs.update_service(
        cluster=stack.cluster,
        service=name,
        deploymentConfiguration={"maximumPercent": 200},
        **changes,
    )["service"]
    assert {key: updated[key] for key in changes} == changes
    assert updated["deploymentConfiguration"]["maximumPercent"] == 200
    assert updated["deploymentConfiguration"]["deploymentCircuitBreaker"] == breaker
    assert updated["deployments"][0]["id"] != created["deployments"][0]["id"]
    stack.ecs.tag_resource(resourceArn=created["serviceArn"], tags=[{"key": "c", "value": "d"}])
    tags = stack.ecs.list_tags_for_resource(resourceArn=created["serviceArn"])["tags"]
    assert {tag["key"]: tag["value"] for tag in tags} == {"a": "b", "c": "d"}
    stack.ecs.delete_service(cluster=stack.cluster, service=name)


def test_defaults_of_a_service(stack: Stack) -> None:
    service = stack.ecs.create_service(**arguments(stack, launchType="FARGATE"))["service"]
    expected = {
        "availabilityZoneRebalancing": "ENABLED",
        "enableECSManagedTags": False,
        "enableExecuteCommand": False,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "platformFamily": "Linux",
        "propagateTags": "NONE",
        "schedulingStrategy": "REPLICA",
    }
    assert {name: service[name] for name in expected} == expected
    configuration = service["deploymentConfiguration"]
    assert (configuration["maximumPercent"], configuration["minimumHealthyPercent"]) == (200, 100)
    assert configuration["deploymentCircuitBreaker"] == {"enable": False, "rollback": False}
    assert not {"healthCheckGracePeriodSeconds", "capacityProviderStrategy", "roleArn"} & set(service)
    stack.ecs.delete_service(cluster=stack.cluster, service=service["serviceName"])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"cluster": "none"}, "ClusterNotFoundException"),
        ({"taskDefinition": "none:1"}, "TaskDefinition not found"),
        ({"capacityProviderStrategy": STRATEGY}, "not both"),
        ({"capacityProviderStrategy": [{"capacityProvider": "X"}], "launchType": None}, "'X' was not found"),
        ({"networkConfiguration": None}, "Network Configuration must be provided"),
        ({"healthCheckGracePeriodSeconds": 5}, "only valid for services configured to use load balancers"),
        ({"loadBalancers": "missing"}, "Unable to assume role and validate the specified targetGroupArn"),
        ({"loadBalancers": "stray"}, "does not have an associated load balancer"),
        ({"loadBalancers": "container"}, "The container other does not exist in the task definition"),
        ({"loadBalancers": "port"}, "did not have a container port 1 defined"),
    ],
)
def test_create_service_refusals(stack: Stack, changes: dict[str, Any], text: str) -> None:
    kind = changes.get("loadBalancers")
    if kind:
        group = stack.target_group(f"x{uuid.uuid4().hex[:6]}")
        if kind in {"container", "port"}:
            stack.listener(group)
        entry = {
            "targetGroupArn": group.replace(":targetgroup/", ":targetgroup/no") if kind == "missing" else group,
            "containerName": "other" if kind == "container" else "service",
            "containerPort": 1 if kind == "port" else PORT,
        }
        changes = {"loadBalancers": [entry]}
    with pytest.raises(ClientError, match=text):
        stack.ecs.create_service(**arguments(stack, **{"launchType": "FARGATE", **changes}))


def test_service_names(stack: Stack) -> None:
    given = arguments(stack, launchType="FARGATE")
    stack.ecs.create_service(**given)
    with pytest.raises(ClientError, match="Creation of service was not idempotent"):
        stack.ecs.create_service(**given)
    with pytest.raises(ClientError, match="ServiceNotFoundException"):
        stack.ecs.update_service(cluster=stack.cluster, service="none", desiredCount=1)
    with pytest.raises(ClientError, match="ServiceNotFoundException"):
        stack.ecs.delete_service(cluster=stack.cluster, service="none")
    failures = stack.ecs.describe_services(cluster=stack.cluster, services=["none"])["failures"]
    assert [item["reason"] for item in failures] == ["MISSING"]
    stack.ecs.delete_service(cluster=stack.cluster, service=given["serviceName"])


def test_inactive_task_definition_cannot_be_used(stack: Stack) -> None:
    arn = stack.define("inactive")
    stack.ecs.deregister_task_definition(taskDefinition=arn)
    with pytest.raises(ClientError, match="TaskDefinition is inactive"):
        stack.ecs.create_service(**arguments(stack, launchType="FARGATE", taskDefinition=arn))
    assert stack.ecs.list_task_definitions(familyPrefix=f"{stack.name}-inactive")["taskDefinitionArns"] == []


def test_a_service_needs_no_security_groups(stack: Stack) -> None:
    network = {"awsvpcConfiguration": {"subnets": stack.subnets}}
    given = arguments(stack, launchType="FARGATE", networkConfiguration=network)
    inner = stack.ecs.create_service(**given)["service"]["networkConfiguration"]["awsvpcConfiguration"]
    assert (inner["subnets"], inner["securityGroups"]) == (stack.subnets, [])
    stack.ecs.delete_service(cluster=stack.cluster, service=given["serviceName"])


def test_an_empty_strategy_returns_a_service_to_its_launch_type(stack: Stack) -> None:
    given = arguments(stack, capacityProviderStrategy=STRATEGY)
    update = {"cluster": stack.cluster, "service": given["serviceName"]}
    stack.ecs.create_service(**given)
    updated = stack.ecs.update_service(**update, capacityProviderStrategy=[], forceNewDeployment=True)["service"]
    assert "capacityProviderStrategy" not in updated
    assert updated["launchType"] == "FARGATE"
    stack.ecs.delete_service(cluster=stack.cluster, service=given["serviceName"])


def test_what_deployments_alone_show(stack: Stack) -> None:
    connect = {"enabled": True, "namespace": "n", "services": [{"portName": "http", "clientAliases": [{"port": 80}]}]}
    given = arguments(stack, launchType="FARGATE", serviceConnectConfiguration=connect)
    created = stack.ecs.create_service(**given)["service"]
    assert created["deployments"][0]["serviceConnectConfiguration"] == connect
    update = {"cluster": stack.cluster, "service": given["serviceName"]}
    changed = stack.ecs.update_service(**update, serviceConnectConfiguration={"enabled": False})["service"]
    assert changed["deployments"][0]["serviceConnectConfiguration"] == {"enabled": False}
    assert changed["deployments"][0]["id"] != created["deployments"][0]["id"]
    stack.ecs.delete_service(cluster=stack.cluster, service=given["serviceName"])


def test_fault_injection_and_pid_mode_of_a_task_definition(stack: Stack) -> None:
    arn = stack.define("faults", enableFaultInjection=True, pidMode="task")
    described = stack.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    assert (described["enableFaultInjection"], described["pidMode"]) == (True, "task")
    with pytest.raises(ClientError, match="does not support pidMode 'host'"):
        stack.define("faults", pidMode="host")
