# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A changed workflow gets its traffic step by step, and gives it back by itself. The tests build on each other."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import ROOT, Site

NAME = "canary-local"
MACHINE = f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"
QUICK = {"release_step_seconds": 2, "release_poll_seconds": 1, "release_steps": [50]}


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site") / "inventory"
    made = Site(aws, folder, {"orchestra_project": "canary", "orchestra_environment": "local", **QUICK})
    made.set_hosts({"service1": {"ecs_service_listener_port": 8001}})
    return made


def routing(site: Site) -> dict[str, int]:
    """Return version number -> weight."""
    alias = site.aws.client("stepfunctions").describe_state_machine_alias(stateMachineAliasArn=f"{MACHINE}:live")
    return {one["stateMachineVersionArn"].rsplit(":", 1)[1]: one["weight"] for one in alias["routingConfiguration"]}


@contextmanager
def traffic(site: Site) -> Iterator[None]:
    """Start executions of the alias, ten a second, until the end of the block."""
    client, ended = site.aws.client("stepfunctions"), threading.Event()

    def send() -> None:
        while not ended.wait(0.1):
            client.start_execution(stateMachineArn=f"{MACHINE}:live", input="{}")

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        ended.set()
        sender.join()


def changed(**settings: Any) -> list[str]:
    return ["-e", json.dumps(settings)]


def test_the_first_deployment_makes_the_alias(site: Site) -> None:
    site.play("canary")
    assert routing(site) == {"1": 100}


def had_traffic(site: Site, version: int) -> bool:
    """Tell whether the alias has ever started this version; golden inputs start it without the alias."""
    found = site.aws.client("stepfunctions").list_executions(stateMachineArn=f"{MACHINE}:{version}")["executions"]
    return any("stateMachineAliasArn" in execution for execution in found)


def broken(tmp_path: Path) -> str:
    """A definition that passes every check and fails whenever it runs."""
    good = (ROOT / "files" / "asl" / "workflow.asl.json.j2").read_text()
    bad = tmp_path / "bad.asl.json.j2"
    bad.write_text(good.replace("$states.context.Execution.Input", "$number('none')"))
    return str(bad)


def test_a_version_whose_golden_input_fails_gets_no_traffic(site: Site) -> None:
    golden = [{"name": "a price", "input": {"data": "x"}, "expect": {"service1": {"response": {"price": 7}}}}]
    settings = changed(workflow_retry={"max_attempts": 1}, release_inputs=golden)
    with traffic(site):
        failed = site.play("canary", *settings, fails=True)
    said = " ".join(failed.failures())
    assert "gets no traffic: the golden input 'a price' does not give the output that is expected" in said
    assert routing(site) == {"1": 100}
    assert had_traffic(site, 1)
    assert not had_traffic(site, 2)


def test_a_good_version_gets_all_traffic_in_the_end(site: Site) -> None:
    golden = [{"name": "any", "input": {"data": "x"}, "expect": {"status": "completed"}}]
    settings = changed(workflow_retry={"max_attempts": 1}, release_inputs=golden, release_steps=[10, 50])
    with traffic(site):
        run = site.play("canary", *settings)
    assert routing(site) == {"2": 100}
    weights = [
        [route["weight"] for route in result["diff"]["after"]["routing"]]
        for _host, name, result in run.tasks
        if "in percent" in name
    ]
    assert weights == [[90, 10], [50, 50], [100]]
    assert site.play("canary", *changed(workflow_retry={"max_attempts": 1})).changed() == []


def test_a_version_whose_executions_fail_gives_its_traffic_back(site: Site, tmp_path: Path) -> None:
    with traffic(site):
        failed = site.play("canary", *changed(workflow_definition=broken(tmp_path)), fails=True)
    said = " ".join(failed.failures())
    assert "50 percent of the traffic and has none any more" in said
    assert "of its executions failed" in said
    assert had_traffic(site, 3)
    assert routing(site) == {"2": 100}


def test_a_release_that_was_killed_is_taken_back_before_anything_else(site: Site, tmp_path: Path) -> None:
    site.kill_after("canary", "Watch the executions", *changed(workflow_retry={"max_attempts": 0}))
    assert routing(site) == {"2": 50, "4": 50}
    golden = [{"name": "a", "input": {}}]
    settings = changed(workflow_definition=broken(tmp_path), release_inputs=golden)
    failed = site.play("canary", *settings, fails=True)
    names = [name for _host, name, _result in failed.tasks]
    taken_back = next(index for index, name in enumerate(names) if "version before the interrupted one" in name)
    made = next(index for index, name in enumerate(names) if name.endswith("Make the state machine"))
    assert failed.tasks[taken_back][2]["changed"]
    assert taken_back < made
    assert "gets no traffic: the golden input 'a' failed: " in " ".join(failed.failures())
    assert routing(site) == {"2": 100}
    assert not had_traffic(site, 5)


def test_a_rollback_in_the_middle_of_a_release_goes_to_what_it_replaces(site: Site) -> None:
    versions = [{"stateMachineVersionArn": f"{MACHINE}:{number}", "weight": 50} for number in (2, 4)]
    site.aws.client("stepfunctions").update_state_machine_alias(
        stateMachineAliasArn=f"{MACHINE}:live", routingConfiguration=versions
    )
    site.play("rollback")
    assert routing(site) == {"2": 100}


def test_a_step_in_which_nothing_was_seen_can_be_a_failure(site: Site) -> None:
    failed = site.play("canary", *changed(workflow_retry={"max_attempts": 0}, release_minimum_executions=1), fails=True)
    assert "Only 0 of its executions have been seen" in " ".join(failed.failures())
    assert routing(site) == {"2": 100}


def test_a_rollback_moves_to_the_version_before_and_to_any_other(site: Site) -> None:
    site.play("rollback")
    assert routing(site) == {"1": 100}
    site.play("rollback", "-e", "release_version=2")
    assert routing(site) == {"2": 100}
    failed = site.play("rollback", "-e", "release_version=99", fails=True)
    assert "has no version 99: it has 6, 5, 4, 3, 2, 1." in " ".join(failed.failures())
    site.play("destroy")
