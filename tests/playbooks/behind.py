# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Changes that somebody makes behind Ansible's back, one for each kind of resource, and how drift has to tell them.

An alias that is moved or divided is in test_release.py: next to a changed definition it would not be told by itself.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Run

ACCOUNT = "us-east-1:123456789012"


@dataclass(frozen=True)
class Change:
    """do: makes the change. It shall be told as this action on this resource, with these fields among the different."""

    do: Callable[[EmbeddedAws, str], Any]
    action: str
    kind: str
    name: str
    fields: tuple[str, ...] = ()


def check_fields(drift: Run, made: list[Change]) -> None:
    """Check that each change is told with its fields."""
    told = {(one["kind"], one["name"]): one for one in drift.told["resources"]}
    for change in made:
        paths = [one["path"] for one in told[(change.kind, change.name)].get("fields", [])]
        for field in change.fields:
            assert any(path == field or path.startswith(f"{field}.") for path in paths), (change.name, field, paths)


def group_id(aws: EmbeddedAws, name: str) -> str:
    only = [{"Name": "group-name", "Values": [name]}]
    return aws.client("ec2").describe_security_groups(Filters=only)["SecurityGroups"][0]["GroupId"]


def widen_group(aws: EmbeddedAws, name: str) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws.client("ec2").authorize_security_group_ingress(GroupId=group_id(aws, f"{name}-tasks"), IpPermissions=[rule])


def narrow_group(aws: EmbeddedAws, name: str) -> None:
    ec2 = aws.client("ec2")
    group = group_id(aws, f"{name}-alb")
    found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=found["IpPermissionsEgress"])


def vpc_id(aws: EmbeddedAws, name: str) -> str:
    only = [{"Name": "tag:Name", "Values": [name]}]
    return aws.client("ec2").describe_vpcs(Filters=only)["Vpcs"][0]["VpcId"]


def close_way_out(aws: EmbeddedAws, name: str) -> None:
    ec2 = aws.client("ec2")
    only = [{"Name": "tag:Name", "Values": [f"{name}-private"]}]
    table = ec2.describe_route_tables(Filters=only)["RouteTables"][0]["RouteTableId"]
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


def close_subnet(aws: EmbeddedAws, name: str) -> None:
    ec2 = aws.client("ec2")
    only = [{"Name": "tag:Name", "Values": [f"{name}-public-1"]}]
    subnet = ec2.describe_subnets(Filters=only)["Subnets"][0]
    ec2.modify_subnet_attribute(
        SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": not subnet["MapPublicIpOnLaunch"]}
    )


def delete_nat_gateway(aws: EmbeddedAws, name: str) -> None:
    ec2 = aws.client("ec2")
    # AWS shows one that was deleted for an hour.
    only = [{"Name": "tag:Name", "Values": [name]}, {"Name": "state", "Values": ["available"]}]
    gateway = ec2.describe_nat_gateways(Filter=only)["NatGateways"][0]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    # Until then it has its address.
    ec2.get_waiter("nat_gateway_deleted").wait(NatGatewayIds=[gateway], WaiterConfig={"Delay": 1})


def release_address(aws: EmbeddedAws, name: str) -> None:
    ec2 = aws.client("ec2")
    only = [{"Name": "tag:Name", "Values": [name]}]
    address = ec2.describe_addresses(Filters=only)["Addresses"][0]["AllocationId"]
    ec2.release_address(AllocationId=address)


def detach_internet_gateway(aws: EmbeddedAws, name: str) -> None:
    ec2, vpc = aws.client("ec2"), vpc_id(aws, name)
    only = [{"Name": "attachment.vpc-id", "Values": [vpc]}]
    gateway = ec2.describe_internet_gateways(Filters=only)["InternetGateways"][0]["InternetGatewayId"]
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


def balancer_arn(aws: EmbeddedAws, name: str) -> str:
    return aws.client("elbv2").describe_load_balancers(Names=[name])["LoadBalancers"][0]["LoadBalancerArn"]


def divert_listener(aws: EmbeddedAws, name: str) -> None:
    elb = aws.client("elbv2")
    listeners = elb.describe_listeners(LoadBalancerArn=balancer_arn(aws, name))["Listeners"]
    listener = next(one["ListenerArn"] for one in listeners if one["Port"] == 8003)
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    elb.modify_listener(ListenerArn=listener, DefaultActions=[answer])


def check_elsewhere(aws: EmbeddedAws, name: str) -> None:
    elb = aws.client("elbv2")
    group = elb.describe_target_groups(Names=[f"{name}-service2"])["TargetGroups"][0]["TargetGroupArn"]
    elb.modify_target_group(TargetGroupArn=group, HealthCheckPath="/", HealthCheckIntervalSeconds=7)


def untag_balancer(aws: EmbeddedAws, name: str) -> None:
    aws.client("elbv2").remove_tags(ResourceArns=[balancer_arn(aws, name)], TagKeys=["orchestra:component"])


def api_id(aws: EmbeddedAws, name: str) -> str:
    return next(one["ApiId"] for one in aws.client("apigatewayv2").get_apis()["Items"] if one["Name"] == name)


def route(aws: EmbeddedAws, name: str, key: str) -> dict[str, Any]:
    routes = aws.client("apigatewayv2").get_routes(ApiId=api_id(aws, name))["Items"]
    return next(one for one in routes if one["RouteKey"] == key)


def delete_route(aws: EmbeddedAws, name: str) -> None:
    doomed = route(aws, name, "GET /service3/health")
    aws.client("apigatewayv2").delete_route(ApiId=api_id(aws, name), RouteId=doomed["RouteId"])


def add_route(aws: EmbeddedAws, name: str) -> None:
    aws.client("apigatewayv2").create_route(ApiId=api_id(aws, name), RouteKey="GET /backdoor")


def change_integration(aws: EmbeddedAws, name: str) -> None:
    target = route(aws, name, "POST /service1/process")["Target"].removeprefix("integrations/")
    aws.client("apigatewayv2").update_integration(
        ApiId=api_id(aws, name), IntegrationId=target, RequestParameters={"overwrite:path": "/elsewhere"}
    )


def throttle(aws: EmbeddedAws, name: str) -> None:
    aws.client("apigatewayv2").update_stage(
        ApiId=api_id(aws, name), StageName="$default", DefaultRouteSettings={"ThrottlingBurstLimit": 1}
    )


def tag_link(aws: EmbeddedAws, name: str) -> None:
    client = aws.client("apigatewayv2")
    link = next(one for one in client.get_vpc_links()["Items"] if one["Name"] == name)
    arn = f"arn:aws:apigateway:us-east-1::/vpclinks/{link['VpcLinkId']}"
    client.tag_resource(ResourceArn=arn, Tags={"orchestra:component": "mine"})


def other_task_definition(aws: EmbeddedAws, name: str) -> None:
    """Put another revision into the service, without tasks: there is no way out any more to pull an image."""
    ecs = aws.client("ecs")
    used = ecs.describe_task_definition(taskDefinition=f"{name}-service2")["taskDefinition"]
    taken = ("family", "networkMode", "containerDefinitions", "requiresCompatibilities", "cpu", "executionRoleArn")
    made = ecs.register_task_definition(**{key: used[key] for key in taken}, memory="1024")["taskDefinition"]
    ecs.update_service(cluster=name, service="service2", taskDefinition=made["taskDefinitionArn"], desiredCount=0)


def change_definition(aws: EmbeddedAws, name: str) -> None:
    states = aws.client("stepfunctions")
    arn = f"arn:aws:states:{ACCOUNT}:stateMachine:{name}-workflow"
    definition = json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"])
    states.update_state_machine(stateMachineArn=arn, definition=json.dumps({**definition, "Comment": "by hand"}))


def delete_alias(aws: EmbeddedAws, name: str) -> None:
    arn = f"arn:aws:states:{ACCOUNT}:stateMachine:{name}-workflow:live"
    aws.client("stepfunctions").delete_state_machine_alias(stateMachineAliasArn=arn)


def allow_everything(aws: EmbeddedAws, name: str) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    aws.client("iam").put_role_policy(
        RoleName=f"{name}-invoker", PolicyName="invoker", PolicyDocument=json.dumps(policy)
    )


def trust_others(aws: EmbeddedAws, name: str) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("iam").update_assume_role_policy(RoleName=f"{name}-service1-execution", PolicyDocument=document)


def change_code(aws: EmbeddedAws, name: str) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("handler.py", "def handler(event, context):\n    return {}\n")
    function = f"{name}-workflow-invoker"
    aws.client("lambda").update_function_code(FunctionName=function, ZipFile=package.getvalue())
    aws.client("lambda").update_function_configuration(FunctionName=function, Timeout=5)


def replace_secret(aws: EmbeddedAws, name: str) -> None:
    aws.client("secretsmanager").put_secret_value(SecretId=f"{name}/registry", SecretString='{"username": "mallory"}')


def replace_parameter(aws: EmbeddedAws, name: str) -> None:
    aws.client("ssm").put_parameter(
        Name=f"/{name}/registry/username", Value="mallory", Type="SecureString", Overwrite=True
    )


def update_service(**settings: Any) -> Callable[[EmbeddedAws, str], Any]:
    return lambda aws, name: aws.client("ecs").update_service(cluster=name, **settings)


def changes(name: str) -> list[Change]:
    """Return the changes for the site of this name."""
    return [
        Change(widen_group, "change", "security group", f"{name}-tasks", ("ingress",)),
        Change(narrow_group, "change", "security group", f"{name}-alb", ("egress",)),
        Change(close_way_out, "change", "route table", f"{name}-private", ("default_route",)),
        Change(close_subnet, "change", "subnet", f"{name}-public-1", ("map_public_ip",)),
        Change(delete_nat_gateway, "add", "NAT gateway", name),
        Change(release_address, "add", "Elastic IP", name),
        Change(detach_internet_gateway, "change", "internet gateway", name, ("attached",)),
        Change(
            lambda aws, site: aws.client("ec2").modify_vpc_attribute(
                VpcId=vpc_id(aws, site), EnableDnsHostnames={"Value": False}
            ),
            "change",
            "VPC",
            name,
            ("enable_dns_hostnames",),
        ),
        Change(untag_balancer, "change", "load balancer", name, ("tags.orchestra:component",)),
        Change(divert_listener, "change", "listener", "HTTP:8003", ("target_groups",)),
        Change(
            check_elsewhere,
            "change",
            "target group",
            f"{name}-service2",
            ("health_check.interval", "health_check.path"),
        ),
        Change(
            lambda aws, site: aws.client("ecs").update_cluster_settings(
                cluster=site, settings=[{"name": "containerInsights", "value": "enabled"}]
            ),
            "change",
            "ECS cluster",
            name,
            ("container_insights",),
        ),
        Change(
            update_service(service="service1", desiredCount=2, healthCheckGracePeriodSeconds=5),
            "change",
            "ECS service",
            "service1",
            ("desired_count", "health_check_grace_period_seconds"),
        ),
        Change(other_task_definition, "change", "task definition", f"{name}-service2", ("memory", "tags")),
        Change(delete_route, "add", "route", "GET /service3/health"),
        Change(add_route, "remove", "route", "GET /backdoor"),
        Change(change_integration, "change", "route", "POST /service1/process", ("integration.request_parameters",)),
        Change(throttle, "change", "stage", "$default", ("default_route_settings.throttling_burst_limit",)),
        Change(tag_link, "change", "VPC link", name, ("tags.orchestra:component",)),
        Change(change_definition, "change", "state machine", f"{name}-workflow", ("definition.Comment",)),
        Change(delete_alias, "add", "alias", "live"),
        Change(allow_everything, "change", "role", f"{name}-invoker", ("policies.invoker.Statement",)),
        Change(trust_others, "change", "role", f"{name}-service1-execution", ("trust_policy.Statement",)),
        Change(change_code, "change", "Lambda function", f"{name}-workflow-invoker", ("code.sha256", "timeout")),
        Change(replace_secret, "change", "secret", f"{name}/registry", ("value",)),
        Change(replace_parameter, "change", "parameter", f"/{name}/registry/username", ("value",)),
        Change(
            lambda aws, site: aws.client("logs").put_retention_policy(logGroupName=f"/ecs/{site}", retentionInDays=1),
            "change",
            "log group",
            f"/ecs/{name}",
            ("retention_in_days",),
        ),
        Change(
            lambda aws, site: aws.client("logs").delete_log_group(logGroupName=f"/aws/apigateway/{site}"),
            "add",
            "log group",
            f"/aws/apigateway/{name}",
        ),
    ]


def stop_schedule(aws: EmbeddedAws, name: str) -> None:
    scheduler = aws.client("scheduler")
    schedule = scheduler.get_schedule(Name=f"{name}-workflow")
    keys = ("ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target", "Description", "State")
    taken = {key: schedule[key] for key in keys}
    scheduler.update_schedule(Name=f"{name}-workflow", ScheduleExpression="rate(9 days)", **taken)


def open_url(aws: EmbeddedAws, name: str) -> None:
    aws.client("lambda").update_function_url_config(FunctionName=f"{name}-workflow-invoker", AuthType="NONE")


def untag_topic(aws: EmbeddedAws, name: str) -> None:
    topic = f"arn:aws:sns:{ACCOUNT}:{name}-alarms"
    aws.client("sns").untag_resource(ResourceArn=topic, TagKeys=["orchestra:component"])


def delete_flow_log(aws: EmbeddedAws, name: str) -> None:
    ec2 = aws.client("ec2")
    logs = ec2.describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [vpc_id(aws, name)]}])["FlowLogs"]
    ec2.delete_flow_logs(FlowLogIds=[one["FlowLogId"] for one in logs])


def endpoint_id(aws: EmbeddedAws, name: str, service: str) -> str:
    only = [{"Name": "vpc-id", "Values": [vpc_id(aws, name)]}]
    found = aws.client("ec2").describe_vpc_endpoints(Filters=only)["VpcEndpoints"]
    return next(one["VpcEndpointId"] for one in found if one["ServiceName"] == service)


def raise_maximum(aws: EmbeddedAws, name: str) -> None:
    aws.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{name}/service1",
        ScalableDimension="ecs:service:DesiredCount",
        MaxCapacity=9,
    )


def changes_of_options(name: str) -> list[Change]:
    """Return the changes to what only some sites have."""
    return [
        Change(stop_schedule, "change", "schedule", f"{name}-workflow", ("expression",)),
        Change(open_url, "change", "Lambda function", f"{name}-workflow-invoker", ("url.auth_type",)),
        Change(untag_topic, "change", "topic", f"{name}-alarms", ("tags.orchestra:component",)),
        Change(
            lambda aws, site: aws.client("cloudwatch").disable_alarm_actions(AlarmNames=[f"{site}/executions-failed"]),
            "change",
            "alarm",
            f"{name}/executions-failed",
            ("enabled",),
        ),
        Change(
            lambda aws, site: aws.client("cloudwatch").delete_alarms(AlarmNames=[f"{site}/api-5xx"]),
            "add",
            "alarm",
            f"{name}/api-5xx",
        ),
        Change(delete_flow_log, "add", "flow log", name),
        Change(
            lambda aws, site: aws.client("ec2").modify_vpc_endpoint(
                VpcEndpointId=endpoint_id(aws, site, "com.amazonaws.us-east-1.logs"), PrivateDnsEnabled=False
            ),
            "change",
            "VPC endpoint",
            "interface logs",
            ("private_dns",),
        ),
        Change(raise_maximum, "change", "autoscaling of ECS service", "service1", ("maximum",)),
    ]
