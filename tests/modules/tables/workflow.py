# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of state machines and their aliases."""

from __future__ import annotations

from typing import Any

from tests.embedded_aws import EmbeddedAws
from tests.modules import sfn
from tests.modules.table import LEFT_OUT, Case, Options, Table

MACHINE = "tables-machine"
GREETING = {**sfn.JSONATA, "Comment": "greets"}


def look_at_machine(aws: EmbeddedAws, _options: Options) -> Any:
    found = sfn.machines(aws).get(MACHINE)
    if found is None:
        return None
    tags = aws.client("stepfunctions").list_tags_for_resource(resourceArn=found["stateMachineArn"])["tags"]
    volatile = ("ResponseMetadata", "creationDate", "revisionId")
    shown = {key: value for key, value in found.items() if key not in volatile}
    return {**shown, "tags": sorted(tags, key=str), "versions": len(sfn.versions(aws, MACHINE))}


OFF = {"level": "OFF"}
ALL = {"level": "ALL", "include_execution_data": True, "log_group_arn": "$log1"}
OWNED = {"type": "AWS_OWNED_KEY"}
CUSTOMER = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": "$key", "data_key_reuse_seconds": 60}

STATE_MACHINE = Table(
    module="sfn_state_machine",
    identity={"name": MACHINE},
    options={
        "name": MACHINE,
        "type": "STANDARD",
        "definition": sfn.PASS,
        "role_arn": "$role1",
        "logging": OFF,
        "tracing": False,
        "encryption": OWNED,
        "wait_timeout": 30,
    },
    look=look_at_machine,
    shown={
        "tracing": "enabled",
        "data_key_reuse_seconds": "kmsDataKeyReusePeriodSeconds",
        "text": "text={% 'Hello ' & $states.input.name %}",
    },
    hidden={
        "definition_file": "AWS shows the definition in it.",
        "substitutions.greeting": "AWS shows the text with them in it.",
        "replace": "Allows what the type asks for.",
    },
    cases={
        "definition": Case({"definition": sfn.WAIT}, leaves=7),
        "file": Case({"definition": LEFT_OUT, "definition_file": "$definition"}, leaves=7),
        "substitutions": Case({"definition": GREETING, "substitutions": {"greeting": "Hello"}}, leaves=9),
        "role and tracing": Case({"role_arn": "$role2", "tracing": True}),
        "logging": Case({"logging": ALL}),
        "encryption": Case({"encryption": CUSTOMER}),
        "type": Case({"type": "EXPRESS", "replace": True}, {"replace": True}, leaves=1),
    },
)


def look_at_alias(aws: EmbeddedAws, known: Options) -> Any:
    client = aws.client("stepfunctions")
    arn = f"{known['$machine']}:live"
    try:
        found = client.describe_state_machine_alias(stateMachineAliasArn=arn)
    except client.exceptions.ResourceNotFound:
        return None
    return {"description": found["description"], "routing": sorted(found["routingConfiguration"], key=str)}


ALIAS = Table(
    module="sfn_alias",
    identity={"name": "live", "state_machine": "$machine"},
    options={"name": "live", "state_machine": "$machine", "version_arn": "$version1", "description": "Old"},
    look=look_at_alias,
    shown={"version_arn": "stateMachineVersionArn"},
    cases={
        "description": Case({"description": "New"}),
        "version": Case({"version_arn": "$version2"}, leaves=1),
        "canary": Case(
            {
                "version_arn": LEFT_OUT,
                "routing": [{"version_arn": "$version1", "weight": 90}, {"version_arn": "$version2", "weight": 10}],
            },
            leaves=1,
        ),
    },
    has_tags=False,
)

TABLES = [STATE_MACHINE, ALIAS]
