# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""State machines, versions and aliases through the API."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.sfn_lab import Lab, machine
from tests.tools.machine import wait_for

pytest_plugins = ["tests.local_aws.sfn_lab"]

ONE = machine(A={"Type": "Pass", "Output": 1, "End": True})
TWO = machine(A={"Type": "Pass", "Output": 2, "End": True})
SLOW = machine(A={"Type": "Wait", "Seconds": 60, "End": True})


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def message(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Message"])


def refused(wanted: str) -> Any:
    return pytest.raises(ClientError, match=wanted)


# --- create


def test_create_and_describe(lab: Lab) -> None:
    arn = lab.create(ONE, tags=[{"key": "a", "value": "b"}], tracingConfiguration={"enabled": True})
    found = lab.sfn.describe_state_machine(stateMachineArn=arn)
    assert json.loads(found["definition"]) == ONE
    assert (found["status"], found["type"], found["roleArn"]) == ("ACTIVE", "STANDARD", lab.role)
    assert found["loggingConfiguration"] == {"level": "OFF", "includeExecutionData": False}
    assert found["tracingConfiguration"] == {"enabled": True}
    assert found["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}
    assert "revisionId" not in found
    assert lab.sfn.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "b"}]


def test_create_is_idempotent_but_for_role_and_tags(lab: Lab) -> None:
    name = lab.name()
    first = lab.create(ONE, name=name)
    other_role = lab.create_role(
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:*"}
    )
    assert lab.create(ONE, name=name, roleArn=other_role, tags=[{"key": "x", "value": "y"}]) == first
    assert lab.sfn.describe_state_machine(stateMachineArn=first)["roleArn"] == lab.role
    assert lab.sfn.list_tags_for_resource(resourceArn=first)["tags"] == []


@pytest.mark.parametrize(
    "change", [{"type": "EXPRESS"}, {"tracingConfiguration": {"enabled": True}}, {"definition": json.dumps(TWO)}]
)
def test_create_refuses_another_machine_of_the_same_name(lab: Lab, change: dict[str, Any]) -> None:
    name = lab.name()
    lab.create(ONE, name=name)
    with refused("State Machine Already Exists") as error:
        lab.sfn.create_state_machine(**{"name": name, "definition": json.dumps(ONE), "roleArn": lab.role, **change})
    assert code(error) == "StateMachineAlreadyExists"


@pytest.mark.parametrize("name", ["a b", "a/b", "a:b", "a\nb", "a*", "a<b"])
def test_names_that_are_refused(lab: Lab, name: str) -> None:
    with refused("Invalid Name") as error:
        lab.create(ONE, name=name)
    assert code(error) == "InvalidName"


def test_a_name_is_at_most_80_characters(lab: Lab) -> None:
    lab.create(ONE, name="n" * 80)
    with refused("less than or equal to 80") as error:
        lab.create(ONE, name="n" * 81)
    assert code(error) == "ValidationException"


def test_invalid_definitions_say_what_is_wrong(lab: Lab) -> None:
    with refused(
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'StartAt' target: B at /StartAt"
    ) as error:
        lab.create({**ONE, "StartAt": "B"})
    assert code(error) == "InvalidDefinition"


@pytest.mark.parametrize(
    "trust",
    [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"},
        None,
    ],
)
def test_the_role_must_trust_step_functions(lab: Lab, trust: dict[str, Any] | None) -> None:
    role = lab.create_role(trust) if trust else f"{lab.role}-missing"
    with refused(
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized"
    ) as error:
        lab.create(ONE, roleArn=role)
    assert code(error) == "AccessDeniedException"
    with refused("Invalid Role Arn") as error:
        lab.create(ONE, roleArn="arn:aws:iam::123456789012:user/x")
    assert code(error) == "InvalidArn"


def test_listing_in_pages(lab: Lab) -> None:
    for _ in range(3):
        lab.create(ONE)
    pages = lab.sfn.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 2})
    names = [item["name"] for page in pages for item in page["stateMachines"]]
    assert names == sorted(names)
    assert len(names) == len(set(names)) >= 3
    with refused("Invalid Token") as error:
        lab.sfn.list_state_machines(nextToken="bm9uc2Vuc2U=")
    assert code(error) == "InvalidToken"


# --- update


def test_update_makes_a_revision_only_when_something_changes(lab: Lab) -> None:
    arn = lab.create(ONE)
    assert "revisionId" not in lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(ONE))
    second = lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(TWO))["revisionId"]
    assert lab.sfn.describe_state_machine(stateMachineArn=arn)["revisionId"] == second
    assert lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(TWO))["revisionId"] == second
    third = lab.sfn.update_state_machine(stateMachineArn=arn, tracingConfiguration={"enabled": True})["revisionId"]
    assert third != second
    found = lab.sfn.describe_state_machine(stateMachineArn=arn)
    assert (json.loads(found["definition"]), found["type"]) == (TWO, "STANDARD")


def test_update_needs_something_to_change(lab: Lab) -> None:
    arn = lab.create(ONE)
    with refused("must be specified") as error:
        lab.sfn.update_state_machine(stateMachineArn=arn)
    assert code(error) == "MissingRequiredParameter"
    with refused("only be set when publish is true") as error:
        lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(TWO), versionDescription="x")
    assert code(error) == "ValidationException"
    with refused("Missing") as error:
        lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps({**ONE, "StartAt": "B"}))
    assert code(error) == "InvalidDefinition"
    with refused("Does Not Exist") as error:
        lab.sfn.update_state_machine(stateMachineArn=f"{arn}x", definition=json.dumps(TWO))
    assert code(error) == "StateMachineDoesNotExist"


def test_a_running_execution_keeps_its_definition(lab: Lab) -> None:
    arn = lab.create(
        machine(A={"Type": "Wait", "Seconds": 1, "Next": "B"}, B={"Type": "Pass", "Output": "old", "End": True})
    )
    running = lab.start(arn)
    lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(ONE))
    assert lab.wait(lab.start(arn))["value"] == 1
    assert lab.wait(running)["value"] == "old"
    shown = lab.sfn.describe_state_machine_for_execution(executionArn=running)
    assert "Wait" in shown["definition"]
    assert shown["stateMachineArn"] == arn


# --- delete


def test_delete_is_asynchronous_and_ends_executions(lab: Lab) -> None:
    arn = lab.create(SLOW, publish=True)
    running = lab.start(arn)
    lab.sfn.delete_state_machine(stateMachineArn=arn)
    assert lab.sfn.describe_state_machine(stateMachineArn=arn)["status"] == "DELETING"
    assert lab.sfn.describe_execution(executionArn=running)["status"] == "ABORTED"
    for attempt in (
        lambda: lab.start(arn),
        lambda: lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(TWO)),
        lambda: lab.create(SLOW, name=arn.rpartition(":")[2]),
        lambda: lab.sfn.publish_state_machine_version(stateMachineArn=arn),
    ):
        with refused("being deleted") as error:
            attempt()
        assert code(error) == "StateMachineDeleting"

    def gone() -> bool:
        try:
            lab.sfn.describe_state_machine(stateMachineArn=arn)
        except lab.sfn.exceptions.StateMachineDoesNotExist:
            return True
        return False

    wait_for(gone, timeout=5)
    lab.sfn.delete_state_machine(stateMachineArn=arn)
    assert lab.create(ONE, name=arn.rpartition(":")[2]) == arn
    assert lab.sfn.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"] == []


# --- tags


def test_tags(lab: Lab) -> None:
    arn = lab.create(ONE, tags=[{"key": "a", "value": "1"}])
    lab.sfn.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "2"}, {"key": "b", "value": ""}])
    lab.sfn.untag_resource(resourceArn=arn, tagKeys=["b", "c"])
    assert lab.sfn.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "2"}]
    with refused("Resource not found") as error:
        lab.sfn.tag_resource(resourceArn=f"{arn}x", tags=[])
    assert code(error) == "ResourceNotFound"
    with refused("more than 50") as error:
        lab.sfn.tag_resource(resourceArn=arn, tags=[{"key": str(n), "value": "x"} for n in range(50)])
    assert code(error) == "TooManyTags"


def test_tagged_machines_are_found_by_the_tagging_api(lab: Lab) -> None:
    arn = lab.create(ONE, tags=[{"key": "orchestra:project", "value": lab.name("project")}])
    tag = lab.sfn.list_tags_for_resource(resourceArn=arn)["tags"][0]
    filters = [{"Key": tag["key"], "Values": [tag["value"]]}]
    found = lab.client("resourcegroupstaggingapi").get_resources(TagFilters=filters)["ResourceTagMappingList"]
    assert [item["ResourceARN"] for item in found] == [arn]


# --- validation


def test_validate_answers_without_an_error(lab: Lab) -> None:
    good = lab.sfn.validate_state_machine_definition(definition=json.dumps(ONE))
    assert (good["result"], good["diagnostics"], good["truncated"]) == ("OK", [], False)
    bad = lab.sfn.validate_state_machine_definition(
        definition=json.dumps({**ONE, "StartAt": "B", "X": 1}), maxResults=1
    )
    assert bad["result"] == "FAIL"
    assert bad["truncated"] is True
    assert {"severity", "code", "message", "location"} <= set(bad["diagnostics"][0])


# --- versions


def versions_of(lab: Lab, arn: str) -> list[str]:
    found = lab.sfn.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    return [item["stateMachineVersionArn"] for item in found]


def test_create_and_update_publish_versions(lab: Lab) -> None:
    request = {"name": lab.name(), "definition": json.dumps(ONE), "roleArn": lab.role, "publish": True}
    created = lab.sfn.create_state_machine(**request, versionDescription="first")
    arn = created["stateMachineArn"]
    assert created["stateMachineVersionArn"] == f"{arn}:1"
    update = {"stateMachineArn": arn, "definition": json.dumps(TWO), "publish": True, "versionDescription": "second"}
    updated = lab.sfn.update_state_machine(**update)
    assert updated["stateMachineVersionArn"] == f"{arn}:2"
    assert lab.sfn.update_state_machine(**update)["stateMachineVersionArn"] == f"{arn}:2"
    assert versions_of(lab, arn) == [f"{arn}:2", f"{arn}:1"]
    first = lab.sfn.describe_state_machine(stateMachineArn=f"{arn}:1")
    assert (json.loads(first["definition"]), first["description"]) == (ONE, "first")
    second = lab.sfn.describe_state_machine(stateMachineArn=f"{arn}:2")
    assert (second["revisionId"], second["description"]) == (updated["revisionId"], "second")


def test_publish_is_idempotent_per_revision_and_checks_it(lab: Lab) -> None:
    arn = lab.create(ONE)
    first = lab.sfn.publish_state_machine_version(stateMachineArn=arn, revisionId="INITIAL")["stateMachineVersionArn"]
    assert lab.sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"] == first == f"{arn}:1"
    revision = lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(TWO))["revisionId"]
    with refused(f"The current State Machine revision is {revision}") as error:
        lab.sfn.publish_state_machine_version(stateMachineArn=arn, revisionId="INITIAL")
    assert code(error) == "ConflictException"
    second = lab.sfn.publish_state_machine_version(stateMachineArn=arn, revisionId=revision, description="d")
    assert second["stateMachineVersionArn"] == f"{arn}:2"


def test_versions_are_listed_in_pages_and_numbers_are_not_used_again(lab: Lab) -> None:
    arn = lab.create(ONE, publish=True)
    for number in range(2, 5):
        definition = json.dumps(machine(A={"Type": "Pass", "Output": number, "End": True}))
        lab.sfn.update_state_machine(stateMachineArn=arn, definition=definition, publish=True)
    page = lab.sfn.list_state_machine_versions(stateMachineArn=arn, maxResults=3)
    rest = lab.sfn.list_state_machine_versions(stateMachineArn=arn, maxResults=3, nextToken=page["nextToken"])
    arns = [item["stateMachineVersionArn"] for item in page["stateMachineVersions"] + rest["stateMachineVersions"]]
    assert arns == [f"{arn}:{number}" for number in (4, 3, 2, 1)]
    assert "nextToken" not in rest
    lab.sfn.delete_state_machine_version(stateMachineVersionArn=f"{arn}:4")
    lab.sfn.delete_state_machine_version(stateMachineVersionArn=f"{arn}:4")
    assert lab.sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"] == f"{arn}:5"


# --- aliases


def aliased(lab: Lab, *weights: int) -> tuple[str, str]:
    """A machine with two versions (output 1 and 2) and the alias live."""
    arn = lab.create(ONE, publish=True)
    lab.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(TWO), publish=True)
    alias = lab.sfn.create_state_machine_alias(name="live", routingConfiguration=routes(arn, *weights))
    return arn, alias["stateMachineAliasArn"]


def routes(arn: str, *weights: int) -> list[dict[str, Any]]:
    return [{"stateMachineVersionArn": f"{arn}:{number}", "weight": weight} for number, weight in enumerate(weights, 1)]


def test_aliases_are_described_listed_updated_and_deleted(lab: Lab) -> None:
    arn, alias = aliased(lab, 100)
    assert alias == f"{arn}:live"
    assert (
        lab.sfn.create_state_machine_alias(name="live", routingConfiguration=routes(arn, 100))["stateMachineAliasArn"]
        == alias
    )
    with refused("same name and a different routing") as error:
        lab.sfn.create_state_machine_alias(name="live", routingConfiguration=routes(arn, 50, 50))
    assert code(error) == "ConflictException"
    before = lab.sfn.describe_state_machine_alias(stateMachineAliasArn=alias)
    lab.sfn.update_state_machine_alias(
        stateMachineAliasArn=alias, routingConfiguration=routes(arn, 90, 10), description="canary"
    )
    after = lab.sfn.describe_state_machine_alias(stateMachineAliasArn=alias)
    assert (after["name"], after["description"]) == ("live", "canary")
    assert after["routingConfiguration"] == routes(arn, 90, 10)
    assert after["updateDate"] > before["creationDate"] == after["creationDate"]
    listed = lab.sfn.list_state_machine_aliases(stateMachineArn=arn)["stateMachineAliases"]
    assert [item["stateMachineAliasArn"] for item in listed] == [alias]
    lab.sfn.delete_state_machine_alias(stateMachineAliasArn=alias)
    with refused("does not exist") as error:
        lab.sfn.describe_state_machine_alias(stateMachineAliasArn=alias)
    assert code(error) == "ResourceNotFound"


def test_routing_that_is_refused(lab: Lab) -> None:
    arn, alias = aliased(lab, 100)
    other = lab.create(ONE, publish=True)
    wrong = [
        (routes(arn, 60, 30), "Sum of routing configuration weights must equal 100. Received: \\[60, 30\\]"),
        (routes(arn, 50) * 2, "distinct"),
        ([{"stateMachineVersionArn": arn, "weight": 100}], "must contain state machine version ARNs"),
        ([{"stateMachineVersionArn": f"{arn}:9", "weight": 100}], "must contain state machine version ARNs"),
        ([{"stateMachineVersionArn": alias, "weight": 100}], "must contain state machine version ARNs"),
        ([*routes(arn, 50), *routes(other, 50)], "same state machine"),
        (routes(arn, 40, 30, 30), "less than or equal to 2"),
    ]
    for routing, words in wrong:
        for attempt in (
            lambda routing=routing: lab.sfn.create_state_machine_alias(name="other", routingConfiguration=routing),
            lambda routing=routing: lab.sfn.update_state_machine_alias(
                stateMachineAliasArn=alias, routingConfiguration=routing
            ),
        ):
            with refused(words) as error:
                attempt()
            assert code(error) == "ValidationException"
    for name in ("123", "a b", "a:b"):
        with refused("regular expression") as error:
            lab.sfn.create_state_machine_alias(name=name, routingConfiguration=routes(arn, 100))
        assert code(error) == "ValidationException"


def test_a_version_in_use_by_an_alias_cannot_be_deleted(lab: Lab) -> None:
    arn, alias = aliased(lab, 50, 50)
    with refused(r"Current list of aliases referencing this version: \[live\]") as error:
        lab.sfn.delete_state_machine_version(stateMachineVersionArn=f"{arn}:1")
    assert code(error) == "ConflictException"
    lab.sfn.update_state_machine_alias(stateMachineAliasArn=alias, routingConfiguration=[routes(arn, 0, 100)[1]])
    lab.sfn.delete_state_machine_version(stateMachineVersionArn=f"{arn}:1")
    assert versions_of(lab, arn) == [f"{arn}:2"]


def test_executions_of_versions_and_aliases(lab: Lab) -> None:
    arn, alias = aliased(lab, 100)
    by_version, by_alias, plain = lab.start(f"{arn}:1"), lab.start(alias), lab.start(arn)
    found = lab.wait(by_version)
    assert (found["value"], found["stateMachineArn"], found["stateMachineVersionArn"]) == (1, arn, f"{arn}:1")
    assert "stateMachineAliasArn" not in found
    found = lab.wait(by_alias)
    assert (found["value"], found["stateMachineVersionArn"], found["stateMachineAliasArn"]) == (1, f"{arn}:1", alias)
    assert lab.wait(plain)["value"] == 2
    started = lab.events(by_alias)[0]["executionStartedEventDetails"]
    assert (started["stateMachineVersionArn"], started["stateMachineAliasArn"]) == (f"{arn}:1", alias)

    def listed(which: str) -> set[str]:
        return {item["executionArn"] for item in lab.sfn.list_executions(stateMachineArn=which)["executions"]}

    assert listed(arn) == {by_version, by_alias, plain}
    assert listed(f"{arn}:1") == {by_version, by_alias}
    assert listed(alias) == {by_alias}
    for missing in (f"{arn}:9", f"{arn}:other"):
        with refused("State Machine Does Not Exist") as error:
            lab.start(missing)
        assert code(error) == "StateMachineDoesNotExist"


def test_weights_are_honoured(lab: Lab) -> None:
    _, alias = aliased(lab, 80, 20)
    running = [lab.start(alias) for _ in range(60)]
    counted = Counter(lab.wait(each)["value"] for each in running)
    # 60 draws with probability 0.2: fewer than 2 or more than 28 happens once in 10^5 runs.
    assert 2 <= counted[2] <= 28
    assert counted[1] + counted[2] == 60


def test_an_alias_moves_in_one_step(lab: Lab) -> None:
    arn, alias = aliased(lab, 100)
    lab.sfn.update_state_machine_alias(stateMachineAliasArn=alias, routingConfiguration=[routes(arn, 0, 100)[1]])
    started = time.monotonic()
    assert lab.wait(lab.start(alias))["value"] == 2
    assert time.monotonic() - started < 5
