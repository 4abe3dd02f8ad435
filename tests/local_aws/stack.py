# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Builds small stacks through the AWS APIs for the tests of the data plane."""

from __future__ import annotations

import json
import uuid
from typing import Any

from tests.local_aws.harness import RunningAws
from tests.tools.machine import wait_for

IMAGE = "docker.io/orchestra/example-service:1.0.0"
PORT = 3000


class Stack:
    """A VPC with an internal load balancer, a cluster, an HTTP API with its VPC link, and services in it."""

    def __init__(self, aws: RunningAws) -> None:
        self.aws = aws
        self.name = f"t{uuid.uuid4().hex[:8]}"
        self.ec2, self.elb, self.ecs = aws.client("ec2"), aws.client("elbv2"), aws.client("ecs")
        self.iam, self.logs, self.api = aws.client("iam"), aws.client("logs"), aws.client("apigatewayv2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")[
                "Subnet"
            ]["SubnetId"]
            for n, zone in ((10, "a"), (11, "b"))
        ]
        self.group = self.ec2.create_security_group(GroupName=self.name, Description="tests", VpcId=self.vpc)["GroupId"]
        self.cluster = self.ecs.create_cluster(clusterName=self.name)["cluster"]["clusterName"]
        self.log_group = f"/ecs/{self.name}"
        self.logs.create_log_group(logGroupName=self.log_group)
        self.execution_role = self.role("execution", ["logs:CreateLogStream", "logs:PutLogEvents"])
        self.balancer = self.elb.create_load_balancer(Name=self.name, Subnets=self.subnets, Scheme="internal")[
            "LoadBalancers"
        ][0]["LoadBalancerArn"]
        self._ports = iter(range(8000, 9000))

    def role(self, suffix: str, actions: list[str], resource: str = "*") -> str:
        """A role for tasks that allows some actions."""
        name = f"{self.name}-{suffix}"
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
        arn: str = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        if actions:
            policy = {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}],
            }
            self.iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
        return arn

    def define(self, family: str, *, image: str = IMAGE, fault: str = "", **changes: Any) -> str:
        """Register a task definition of the reference service; its ARN. `container` updates the container."""
        container = {
            "name": "service",
            "image": image,
            "portMappings": [{"containerPort": PORT}],
            "environment": [{"name": "SERVICE_NAME", "value": family}, {"name": "FAULT", "value": fault}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": self.log_group,
                    "awslogs-region": "us-east-1",
                    "awslogs-stream-prefix": family,
                },
            },
            **changes.pop("container", {}),
        }
        arn: str = self.ecs.register_task_definition(
            **{
                "family": f"{self.name}-{family}",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "cpu": "256",
                "memory": "512",
                "executionRoleArn": self.execution_role,
                "containerDefinitions": [container],
                **changes,
            }
        )["taskDefinition"]["taskDefinitionArn"]
        return arn

    def target_group(self, name: str, **changes: Any) -> str:
        """A target group as the collection makes it."""
        settings = {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2, "HealthyThresholdCount": 2}
        arn: str = self.elb.create_target_group(
            Name=f"{self.name}-{name}",
            Protocol="HTTP",
            Port=PORT,
            VpcId=self.vpc,
            TargetType="ip",
            HealthCheckPath="/health",
            **{**settings, **changes},
        )["TargetGroups"][0]["TargetGroupArn"]
        return arn

    def listener(self, group: str) -> str:
        """A listener on a port of its own that forwards to a target group."""
        arn: str = self.elb.create_listener(
            LoadBalancerArn=self.balancer,
            Protocol="HTTP",
            Port=next(self._ports),
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )["Listeners"][0]["ListenerArn"]
        return arn

    def network(self) -> dict[str, Any]:
        """The network configuration of the tasks."""
        return {"awsvpcConfiguration": {"subnets": self.subnets, "securityGroups": [self.group]}}

    def service(self, name: str, definition: str, *, group: str | None = None, **changes: Any) -> dict[str, Any]:
        """Create a service on Fargate."""
        balancers = [{"targetGroupArn": group, "containerName": "service", "containerPort": PORT}] if group else []
        created: dict[str, Any] = self.ecs.create_service(
            **{
                "cluster": self.cluster,
                "serviceName": name,
                "taskDefinition": definition,
                "desiredCount": 1,
                "launchType": "FARGATE",
                "networkConfiguration": self.network(),
                "loadBalancers": balancers,
                **changes,
            }
        )["service"]
        return created

    def describe(self, name: str) -> dict[str, Any]:
        """One service."""
        found: dict[str, Any] = self.ecs.describe_services(cluster=self.cluster, services=[name])["services"][0]
        return found

    def primary(self, name: str) -> dict[str, Any]:
        """The PRIMARY deployment of a service."""
        return next(item for item in self.describe(name)["deployments"] if item["status"] == "PRIMARY")

    def wait_completed(self, name: str, timeout: float = 30) -> dict[str, Any]:
        """Wait until the rollout has completed; the service."""
        wait_for(lambda: self.primary(name)["rolloutState"] == "COMPLETED", timeout=timeout)
        return self.describe(name)

    def tasks(self, name: str, status: str = "RUNNING") -> list[dict[str, Any]]:
        """The tasks of a service with a desired status."""
        arns = self.ecs.list_tasks(cluster=self.cluster, serviceName=name, desiredStatus=status)["taskArns"]
        if not arns:
            return []
        found: list[dict[str, Any]] = self.ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"]
        return found

    def run_task(self, definition: str, **changes: Any) -> str:
        """Run one task on Fargate; its ARN."""
        arn: str = self.ecs.run_task(
            **{
                "cluster": self.cluster,
                "taskDefinition": definition,
                "launchType": "FARGATE",
                "networkConfiguration": self.network(),
                **changes,
            }
        )["tasks"][0]["taskArn"]
        return arn

    def task(self, arn: str) -> dict[str, Any]:
        """One task."""
        found: dict[str, Any] = self.ecs.describe_tasks(cluster=self.cluster, tasks=[arn])["tasks"][0]
        return found

    def stopped(self, arn: str) -> dict[str, Any]:
        """Wait until a task has stopped; the task."""
        wait_for(lambda: self.task(arn)["lastStatus"] == "STOPPED")
        return self.task(arn)

    def log_lines(self, prefix: str) -> list[str]:
        """All lines in the streams of a prefix."""
        streams = self.logs.describe_log_streams(logGroupName=self.log_group, logStreamNamePrefix=prefix)["logStreams"]
        return [
            event["message"]
            for stream in streams
            for event in self.logs.get_log_events(
                logGroupName=self.log_group, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    def http_api(self, **changes: Any) -> str:
        """An HTTP API with a $default stage; its id."""
        api: str = self.api.create_api(Name=self.name, ProtocolType="HTTP", **changes)["ApiId"]
        self.api.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        return api

    def vpc_link(self) -> str:
        """An available VPC link."""
        link: str = self.api.create_vpc_link(Name=self.name, SubnetIds=self.subnets, SecurityGroupIds=[self.group])[
            "VpcLinkId"
        ]
        wait_for(lambda: self.api.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"] == "AVAILABLE")
        return link

    def private_route(self, api: str, key: str, link: str, listener: str, **changes: Any) -> str:
        """A route over a VPC link to a listener; the integration's id. `route` updates the route."""
        route = changes.pop("route", {})
        integration: str = self.api.create_integration(
            **{
                "ApiId": api,
                "IntegrationType": "HTTP_PROXY",
                "IntegrationMethod": "ANY",
                "ConnectionType": "VPC_LINK",
                "ConnectionId": link,
                "IntegrationUri": listener,
                "PayloadFormatVersion": "1.0",
                **changes,
            }
        )["IntegrationId"]
        self.api.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}", **route)
        return integration

    def call(
        self, api: str, path: str, *, method: str = "POST", body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], Any]:
        """A request to an API: status, headers, body (parsed when it is JSON)."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Host": f"{api}.execute-api.us-east-1.amazonaws.com", "Content-Type": "application/json"}
        status, answer, content = self.aws.request(path, method=method, body=data, headers={**sent, **(headers or {})})
        is_json = answer.get("content-type", "").startswith("application/json")
        return status, answer, json.loads(content) if is_json and content else content
