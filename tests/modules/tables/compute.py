# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of what runs code, and of what it needs: clusters, functions, roles, credentials."""

from __future__ import annotations

import json
from typing import Any

from tests.embedded_aws import EmbeddedAws
from tests.modules.table import LEFT_OUT, Case, Options, Table
from tests.modules.world import ANYTHING, TRUST

CLUSTER = "tables-cluster"
FUNCTION = "tables-function"
ROLE = "tables-role"
REGISTRY = "tables/registry"
COMMAND = {
    "logging": "OVERRIDE",
    "kms_key_id": "$key",
    "cloud_watch_log_group": "/exec",
    "cloud_watch_encryption": True,
    "s3_bucket": "$bucket",
    "s3_key_prefix": "exec",
    "s3_encryption": True,
}
FARGATE = {"capacity_provider": "FARGATE", "base": 1, "weight": 1}
SPOT = {"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": 4}


def look_at_cluster(aws: EmbeddedAws, _options: Options) -> Any:
    include = ["TAGS", "SETTINGS", "CONFIGURATIONS"]
    found = aws.client("ecs").describe_clusters(clusters=[CLUSTER], include=include)["clusters"]
    clusters = [cluster for cluster in found if cluster["status"] != "INACTIVE"]
    for cluster in clusters:
        cluster["tags"] = sorted(cluster["tags"], key=str)
        # What a cluster does by default is described as nothing, or in these words.
        if cluster.get("configuration") == {"executeCommandConfiguration": {"logging": "DEFAULT"}}:
            del cluster["configuration"]
    return clusters[0] if clusters else None


ECS_CLUSTER = Table(
    module="ecs_cluster",
    identity={"name": CLUSTER},
    options={
        "name": CLUSTER,
        "capacity_providers": ["FARGATE", "FARGATE_SPOT"],
        "default_capacity_provider_strategy": [FARGATE, SPOT],
        "container_insights": "enabled",
        "execute_command": {"logging": "DEFAULT"},
    },
    look=look_at_cluster,
    shown={
        "cloud_watch_log_group": "cloudWatchLogGroupName",
        "cloud_watch_encryption": "cloudWatchEncryptionEnabled",
        "s3_bucket": "s3BucketName",
        "s3_encryption": "s3EncryptionEnabled",
    },
    cases={
        "insights": Case({"container_insights": "enhanced"}),
        "strategy": Case({"default_capacity_provider_strategy": [{**SPOT, "base": 2, "weight": 1}]}, leaves=1),
        "providers": Case({"capacity_providers": ["FARGATE"], "default_capacity_provider_strategy": []}),
        "command": Case({"execute_command": COMMAND}),
    },
)


def look_at_function(aws: EmbeddedAws, _options: Options) -> Any:
    client = aws.client("lambda")
    try:
        found = client.get_function(FunctionName=FUNCTION)
    except client.exceptions.ResourceNotFoundException:
        return None
    volatile = ("LastModified", "RevisionId", "Version")
    shown = {key: value for key, value in found["Configuration"].items() if key not in volatile and value}
    # Without a network it is described as one of no subnets, or not at all.
    if not shown.get("VpcConfig", {}).get("SubnetIds"):
        shown.pop("VpcConfig", None)
    return {
        "configuration": shown,
        "tags": found.get("Tags"),
        "concurrency": found.get("Concurrency"),
        "URL": look_at_url(client),
    }


def look_at_url(client: Any) -> Any:
    try:
        found = client.get_function_url_config(FunctionName=FUNCTION)
    except client.exceptions.ResourceNotFoundException:
        return None
    return {key: found.get(key) for key in ("AuthType", "InvokeMode", "Cors")}


DEAD = "arn:aws:sqs:us-east-1:123456789012:dead"
URL = {
    "state": "present",
    "auth_type": "AWS_IAM",
    "invoke_mode": "RESPONSE_STREAM",
    "cors": {
        "allow_credentials": True,
        "allow_headers": ["X-Token"],
        "allow_methods": ["POST"],
        "allow_origins": ["https://www.example.com"],
        "expose_headers": ["Date"],
        "max_age": 60,
    },
}
LAMBDA = Table(
    module="lambda_function",
    identity={"name": FUNCTION},
    options={
        "name": FUNCTION,
        "source": "$source1",
        "exclude": [],
        "handler": "handler.handler",
        "runtime": "python3.13",
        "architecture": "arm64",
        "role_arn": "$role1",
        "description": "Old",
        "memory_size": 128,
        "timeout": 3,
        "ephemeral_storage_mib": 512,
        "tracing": "PassThrough",
        "environment": {},
        "layers": [],
        "logging": {"format": "Text", "group": f"/aws/lambda/{FUNCTION}"},
        "vpc": {"subnets": [], "security_groups": []},
        "dead_letter_target_arn": "",
        "kms_key_arn": "",
        "reserved_concurrent_executions": -1,
        "wait_timeout": 30,
    },
    look=look_at_function,
    shown={
        "architecture": "Architectures",
        "ephemeral_storage_mib": "Size",
        "tracing": "Mode",
        "role_arn": "Role",
        "logging.format": "LogFormat",
        "logging.group": "LogGroup",
        "logging.application_level": "ApplicationLogLevel",
        "logging.system_level": "SystemLogLevel",
        "layers": "Arn",
        "vpc.subnets": "SubnetIds",
        "vpc.security_groups": "SecurityGroupIds",
        "dead_letter_target_arn": "TargetArn",
    },
    hidden={
        "source": "AWS shows a checksum of the code.",
        "exclude": "AWS shows a checksum of the code.",
        "zip_file": "AWS shows a checksum of the code.",
        "url.state": "There is a URL, or there is none.",
    },
    cases={
        "code": Case({"source": "$source2"}, leaves=1),
        "excluded files": Case({"exclude": ["*.md"]}, leaves=2),
        "archive": Case({"zip_file": "$zip", "source": LEFT_OUT, "exclude": LEFT_OUT}, leaves=2),
        "architecture": Case({"architecture": "x86_64"}),
        "plain settings": Case(
            {
                "description": "New",
                "handler": "handler.other",
                "runtime": "python3.12",
                "memory_size": 256,
                "timeout": 9,
                "ephemeral_storage_mib": 1024,
                "tracing": "Active",
                "role_arn": "$role2",
            }
        ),
        "environment": Case({"environment": {"MODE": "fast"}}),
        "logging": Case(
            {"logging": {"format": "JSON", "group": "/other", "application_level": "DEBUG", "system_level": "WARN"}}
        ),
        "layers": Case({"layers": ["$layer2", "$layer1"]}),
        "network": Case({"vpc": {"subnets": ["$subnet1"], "security_groups": ["$group1"]}}),
        "targets": Case({"dead_letter_target_arn": DEAD, "kms_key_arn": "$key"}),
        "URL": Case({"url": URL}, {"url": {"state": "absent"}}, leaves=8),
        "concurrency": Case({"reserved_concurrent_executions": 5}),
    },
)


def look_at_role(aws: EmbeddedAws, _options: Options) -> Any:
    iam = aws.client("iam")
    try:
        role = iam.get_role(RoleName=ROLE)["Role"]
    except iam.exceptions.NoSuchEntityException:
        return None
    names = iam.list_role_policies(RoleName=ROLE)["PolicyNames"]
    attached = iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
    return {
        "role": {key: value for key, value in role.items() if key not in ("RoleLastUsed", "Tags", "RoleId")},
        "tags": sorted(role.get("Tags", []), key=str),
        "inline": {name: iam.get_role_policy(RoleName=ROLE, PolicyName=name)["PolicyDocument"] for name in names},
        "attached": sorted(policy["PolicyArn"] for policy in attached),
    }


OTHER_TRUST = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Sid": "Services"}]}
IAM_ROLE = Table(
    module="iam_role",
    identity={"name": ROLE},
    options={
        "name": ROLE,
        "path": "/tables/",
        "description": "Old",
        "trust_policy": TRUST,
        "policies": {"all": ANYTHING},
        "managed_policies": ["$policy1"],
        "permissions_boundary": "",
        "max_session_duration": 3600,
    },
    look=look_at_role,
    shown={"managed_policies": "attached", "permissions_boundary": "PermissionsBoundaryArn"},
    fixed={"path": "/other/"},
    cases={
        "settings": Case({"description": "New", "max_session_duration": 7200}),
        "trust": Case({"trust_policy": OTHER_TRUST}, leaves=1),
        "inline policies": Case({"policies": {"other": ANYTHING}}, leaves=4),
        "more inline policies": Case({"policies": {"other": ANYTHING}, "purge_policies": False}, leaves=2),
        "managed policies": Case({"managed_policies": ["$policy2"]}),
        "more managed policies": Case({"managed_policies": ["$policy2"], "purge_managed_policies": False}, leaves=1),
        "boundary": Case({"permissions_boundary": "$policy2"}),
    },
)


def look_at_credentials(aws: EmbeddedAws, _options: Options) -> Any:
    ssm, secrets = aws.client("ssm"), aws.client("secretsmanager")
    names = [f"/{REGISTRY}/{key}" for key in ("username", "password")]
    stored = ssm.get_parameters(Names=names, WithDecryption=True)["Parameters"]
    try:
        secret = json.loads(secrets.get_secret_value(SecretId=REGISTRY)["SecretString"])
    except secrets.exceptions.ResourceNotFoundException:
        return stored or None
    tags = [ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=item["Name"])["TagList"] for item in stored]
    tags.append(secrets.describe_secret(SecretId=REGISTRY)["Tags"])
    parameters = {item["Name"]: (item["Type"], item["Value"]) for item in stored}
    return {"secret": secret, "parameters": parameters, "tags": [sorted(each, key=str) for each in tags]}


CREDENTIALS = Table(
    module="registry_credentials",
    identity={"name": REGISTRY},
    options={"name": REGISTRY, "username": "first-person", "password": "very-private-1"},
    look=look_at_credentials,
    is_secret=True,
    cases={
        # The parameter changes, and the secret, which holds both.
        "username": Case({"username": "other-person"}, leaves=2),
        "password": Case({"password": "very-private-2"}, leaves=2),
    },
)

TABLES = [ECS_CLUSTER, LAMBDA, IAM_ROLE, CREDENTIALS]
