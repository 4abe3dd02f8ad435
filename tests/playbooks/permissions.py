# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the tests of permissions need: a user with the deployer's policies alone, and what IAM was asked and holds."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import yaml

from local_aws import policy
from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Site

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/site-boundary"
# Wide on purpose: it bounds, and the roles' own policies are what is under test.
BOUNDED_TO = ["elasticloadbalancing:*", "execute-api:*", "lambda:*", "logs:*", "secretsmanager:*", "states:*", "xray:*"]


def documents(folder: Path) -> dict[str, Any]:
    """Return what permissions.yml wrote: name of the file -> its content."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def become_deployer(site: Site, policies: dict[str, Any]) -> dict[str, str]:
    """Let the playbooks run as a user who has these policies and nothing else; return the user's credentials."""
    iam = site.aws.client("iam")
    bounds = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": BOUNDED_TO, "Resource": "*"}]}
    iam.create_policy(PolicyName=BOUNDARY.rpartition("/")[2], PolicyDocument=json.dumps(bounds))
    iam.create_user(UserName="deployer")
    for name, document in policies.items():
        text = json.dumps(document, separators=(",", ":"))
        made = iam.create_policy(PolicyName=f"deployer-{name}", PolicyDocument=text)
        iam.attach_user_policy(UserName="deployer", PolicyArn=made["Policy"]["Arn"])
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    group = site.folder / "group_vars" / "all.yml"
    variables = yaml.safe_load(group.read_text())
    variables["orchestra_aws_environment"].update(keys)
    group.write_text(yaml.safe_dump(variables))
    return keys


def client(aws: EmbeddedAws, service: str, keys: dict[str, str]) -> Any:
    """Return a boto3 client with these credentials."""
    return boto3.client(
        service,
        region_name=aws.region,
        endpoint_url=aws.endpoint,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )


def asked(aws: EmbeddedAws) -> list[dict[str, Any]]:
    """Return every question that the embedded AWS has put to IAM: principal, action, resource, allowed."""
    with urllib.request.urlopen(f"{aws.endpoint}/_local_aws/health") as answer:
        journal = Path(json.load(answer)["state_dir"]) / "journal.jsonl"
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    return [entry for entry in entries if entry["event"] == "iam.decision"]


def roles(aws: EmbeddedAws, prefix: str) -> dict[str, dict[str, Any]]:
    """Return the roles whose names begin so, in the form that permissions.yml writes, with their boundaries."""
    iam = aws.client("iam")
    found = {}
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        if name.startswith(prefix):
            names = iam.list_role_policies(RoleName=name)["PolicyNames"]
            inline = {key: iam.get_role_policy(RoleName=name, PolicyName=key)["PolicyDocument"] for key in names}
            bounded = iam.get_role(RoleName=name)["Role"].get("PermissionsBoundary", {})
            found[name] = {
                "name": name,
                "trust_policy": role["AssumeRolePolicyDocument"],
                "policies": inline,
                "boundary": bounded.get("PermissionsBoundaryArn"),
            }
    return found


def allowed(role: dict[str, Any], action: str, resource: str, context: policy.Context | None = None) -> bool:
    """Tell whether a role's policies allow this."""
    return policy.allows(role["policies"].values(), action, resource, context or {})
