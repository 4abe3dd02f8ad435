# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the options of the tables name: subnets, roles, keys and the like, made once for all tables."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn

NAME = "tables"
TRUSTED = [
    "ecs-tasks.amazonaws.com",
    "lambda.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": TRUSTED}, "Action": "sts:AssumeRole"}],
}
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
HANDLER = "def handler(event, context):\n    return {word!r}\n\n\nother = handler\n"


@contextmanager
def world(aws: EmbeddedAws, folder: Path) -> Iterator[dict[str, str]]:
    """What exists, by the names that the tables use. folder: for code and definitions."""
    subnets = aws.default_subnets(3)
    ec2 = aws.client("ec2")
    vpc = str(ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"])
    groups = [_group(ec2, vpc, number) for number in "12"]
    made = {f"$subnet{number}": subnet for number, subnet in enumerate(subnets, 1)}
    made |= {f"$group{number}": group for number, group in enumerate(groups, 1)}
    balancers = _place(aws, subnets[:2])
    made |= {"$vpc": vpc, "$balancer": balancers[0], **_roles(aws), **_files(folder), **_layers(aws), **_others(aws)}
    yield made
    aws.client("apigatewayv2").delete_api(ApiId=made["$api"])
    for balancer in balancers:
        aws.client("elbv2").delete_load_balancer(LoadBalancerArn=balancer)
    for group in groups:
        ec2.delete_security_group(GroupId=group)


def _place(aws: EmbeddedAws, subnets: list[str]) -> list[str]:
    """Make a cluster and a load balancer, of one name, and another load balancer; return the ARNs of both."""
    aws.client("ecs").create_cluster(clusterName=NAME, capacityProviders=["FARGATE", "FARGATE_SPOT"])
    made = [
        aws.client("elbv2").create_load_balancer(Name=name, Subnets=subnets, Scheme="internal")["LoadBalancers"][0]
        for name in (NAME, f"{NAME}-other")
    ]
    return [str(balancer["LoadBalancerArn"]) for balancer in made]


def _group(ec2: Any, vpc: str, number: str) -> str:
    return str(ec2.create_security_group(GroupName=f"{NAME}-{number}", Description=NAME, VpcId=vpc)["GroupId"])


def _roles(aws: EmbeddedAws) -> dict[str, str]:
    iam = aws.client("iam")
    made = {}
    for number in "12":
        role = iam.create_role(RoleName=f"{NAME}-{number}", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        iam.put_role_policy(RoleName=f"{NAME}-{number}", PolicyName="all", PolicyDocument=json.dumps(ANYTHING))
        policy = iam.create_policy(PolicyName=f"{NAME}-{number}", PolicyDocument=json.dumps(ANYTHING))["Policy"]
        made |= {f"$role{number}": role["Arn"], f"$policy{number}": policy["Arn"]}
    return made


def _files(folder: Path) -> dict[str, str]:
    """Two folders of code, an archive, and a definition."""
    made = {}
    for number in "12":
        source = folder / f"source{number}"
        source.mkdir()
        (source / "handler.py").write_text(HANDLER.format(word=number))
        (source / "README.md").write_text("About")
        made[f"$source{number}"] = str(source)
    (folder / "code.zip").write_bytes(_zipped())
    (folder / "wait.asl.json").write_text(json.dumps(sfn.WAIT))
    return {**made, "$zip": str(folder / "code.zip"), "$definition": str(folder / "wait.asl.json")}


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("handler.py", HANDLER.format(word="zipped"))
    return buffer.getvalue()


def _layers(aws: EmbeddedAws) -> dict[str, str]:
    client = aws.client("lambda")
    return {
        f"$layer{number}": client.publish_layer_version(LayerName=f"{NAME}-{number}", Content={"ZipFile": _zipped()})[
            "LayerVersionArn"
        ]
        for number in "12"
    }


def _others(aws: EmbeddedAws) -> dict[str, str]:
    """A bucket, a certificate, a key, log groups, an API, and versions of a state machine."""
    with contextlib.suppress(aws.client("s3").exceptions.BucketAlreadyOwnedByYou):
        aws.client("s3").create_bucket(Bucket=NAME)
    keys = {name: aws.client("kms").create_key()["KeyMetadata"]["Arn"] for name in ("$key", "$key2")}
    logs = {f"$log{number}": sfn.log_group_arn(aws, f"/aws/vendedlogs/states/{NAME}-{number}") for number in "12"}
    certificate = aws.client("acm").request_certificate(DomainName="tables.example.com")["CertificateArn"]
    return {"$api": _api(aws), "$bucket": NAME, "$certificate": certificate, **keys, **logs, **_versions(aws)}


def _api(aws: EmbeddedAws) -> str:
    client = aws.client("apigatewayv2")
    api_id = str(client.create_api(Name=NAME, ProtocolType="HTTP")["ApiId"])
    for stage in ("$default", "live"):
        client.create_stage(ApiId=api_id, StageName=stage, AutoDeploy=True)
    return api_id


def _versions(aws: EmbeddedAws) -> dict[str, str]:
    client = aws.client("stepfunctions")
    role = sfn.role_arn(aws)
    machine = client.create_state_machine(name=f"{NAME}-versions", definition=json.dumps(sfn.PASS), roleArn=role)
    arn = machine["stateMachineArn"]
    first = client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    client.update_state_machine(stateMachineArn=arn, definition=json.dumps(sfn.FAIL))
    second = client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    return {"$machine": arn, "$version1": first, "$version2": second}


def filled(value: Any, known: dict[str, str]) -> Any:
    """Return a value in which every name that is known is replaced."""
    if isinstance(value, dict):
        return {key: filled(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, known) for inner in value]
    return known.get(value, value) if isinstance(value, str) else value
