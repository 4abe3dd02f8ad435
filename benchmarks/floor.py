# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Describe a stack with boto3, one call after another: python -m benchmarks.floor ENDPOINT NAME SERVICE...

What no tool can be faster than that asks AWS about each part in turn.
"""

from __future__ import annotations

import sys
from typing import Any

import boto3

from benchmarks.cloud import REGION, SECRET_KEY


def main(endpoint: str, name: str, *services: str) -> None:
    session = boto3.Session("test", SECRET_KEY, region_name=REGION)

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=endpoint)

    ec2, balancing, ecs, iam = client("ec2"), client("elbv2"), client("ecs"), client("iam")
    gateway, states, functions, logs = client("apigatewayv2"), client("stepfunctions"), client("lambda"), client("logs")
    client("sts").get_caller_identity()
    _network(ec2, name)
    [balancer] = balancing.describe_load_balancers(Names=[name])["LoadBalancers"]
    balancing.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])
    listeners = balancing.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    groups = balancing.describe_target_groups(LoadBalancerArn=balancer["LoadBalancerArn"])["TargetGroups"]
    arns = [balancer["LoadBalancerArn"], *(one["ListenerArn"] for one in listeners)]
    arns += [one["TargetGroupArn"] for one in groups]
    for first in range(0, len(arns), 20):
        balancing.describe_tags(ResourceArns=arns[first : first + 20])
    for group in groups:
        balancing.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])
    ecs.describe_clusters(clusters=[name], include=["SETTINGS", "TAGS"])
    for first in range(0, len(services), 10):
        found = ecs.describe_services(cluster=name, services=services[first : first + 10], include=["TAGS"])["services"]
        for service in found:
            ecs.describe_task_definition(taskDefinition=service["taskDefinition"], include=["TAGS"])
    policies = {f"{name}-{service}-execution": "execution" for service in services}
    for role, policy in {**policies, f"{name}-workflow": "workflow", f"{name}-invoker": "invoker"}.items():
        iam.get_role(RoleName=role)
        iam.get_role_policy(RoleName=role, PolicyName=policy)
    logs.describe_log_groups()
    client("ssm").get_parameters(Names=[f"/{name}/registry/{key}" for key in ("username", "password")])
    client("secretsmanager").describe_secret(SecretId=f"{name}/registry")
    [api] = [one for one in gateway.get_apis()["Items"] if one["Name"] == name]
    for get in (gateway.get_routes, gateway.get_integrations, gateway.get_stages):
        get(ApiId=api["ApiId"])
    gateway.get_vpc_links()
    [machine] = [one for one in states.list_state_machines()["stateMachines"] if one["name"] == f"{name}-workflow"]
    states.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
    states.list_state_machine_versions(stateMachineArn=machine["stateMachineArn"])
    states.describe_state_machine_alias(stateMachineAliasArn=f"{machine['stateMachineArn']}:live")
    functions.get_function(FunctionName=f"{name}-workflow-invoker")


def _network(ec2: Any, name: str) -> None:
    named = [{"Name": "tag:Name", "Values": [name]}]
    [vpc] = ec2.describe_vpcs(Filters=named)["Vpcs"]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    for describe in (ec2.describe_subnets, ec2.describe_route_tables, ec2.describe_security_groups):
        describe(Filters=inside)
    ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}])
    ec2.describe_nat_gateways(Filter=inside)
    ec2.describe_addresses()
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)


if __name__ == "__main__":
    main(*sys.argv[1:])
