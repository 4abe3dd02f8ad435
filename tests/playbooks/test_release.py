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
from tests.playbooks.site import ROOT, Run, Site

NAME = "canary-local"
MACHINE = f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"
QUICK = {"release_step_seconds": 2, "release_poll_seconds": 1, "release_steps": [50]}
SPOILT = {"spoilt": True}
INPUT = "$states.context.Execution.Input"
# Its executions outlast every step.
SLOW = {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 900, "End": True}}}
WARNING = "The next run of site.yml gives it all traffic"


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site") / "inventory"
    made = Site(aws, folder, {"orchestra_project": "canary", "orchestra_environment": "local", **QUICK})
    made.set_hosts({"service1": {"ecs_service_listener_port": 8001}})
    return made


def routing(site: Site, client: Any = None) -> dict[str, int]:
    """Return version number -> weight."""
    states = client or site.aws.client("stepfunctions")
    alias = states.describe_state_machine_alias(stateMachineAliasArn=f"{MACHINE}:live")
    return {one["stateMachineVersionArn"].rsplit(":", 1)[1]: one["weight"] for one in alias["routingConfiguration"]}


@contextmanager
def traffic(site: Site, spoilt_from: tuple[str, int] | None = None) -> Iterator[None]:
    """Start executions of the alias, ten a second, until the end of the block.

    spoilt_from: version and weight; as long as the version has this weight or more, the input is the spoilt one.
    """
    client, ended = site.aws.client("stepfunctions"), threading.Event()
    version, least = spoilt_from or ("", 0)

    def send() -> None:
        while not ended.wait(0.1):
            given = SPOILT if spoilt_from and routing(site, client).get(version, 0) >= least else {}
            client.start_execution(stateMachineArn=f"{MACHINE}:live", input=json.dumps(given))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        ended.set()
        sender.join()


def changed(**settings: Any) -> list[str]:
    return ["-e", json.dumps(settings)]


def numbered(routes: list[dict[str, Any]]) -> dict[str, int]:
    """Return version number -> weight of the routes, as the modules tell them."""
    return {route["version_arn"].rsplit(":", 1)[1]: route["weight"] for route in routes}


def weights(run: Run) -> list[dict[str, int]]:
    """Return where a run has moved the alias, one after the other."""
    return [
        numbered(result["diff"]["after"]["routing"])
        for _host, _name, result in run.tasks
        if any(" alias live: " in action for action in result.get("actions", []))
    ]


def test_the_first_deployment_makes_the_alias(site: Site) -> None:
    assert weights(site.play("canary")) == [{"1": 100}]
    assert routing(site) == {"1": 100}


def had_traffic(site: Site, version: int) -> bool:
    """Tell whether the alias has ever started this version; golden inputs start it without the alias."""
    found = site.aws.client("stepfunctions").list_executions(stateMachineArn=f"{MACHINE}:{version}")["executions"]
    return any("stateMachineAliasArn" in execution for execution in found)


def delicate(tmp_path: Path) -> str:
    """A definition that passes every check, and fails with the spoilt input alone."""
    template = (ROOT / "files" / "asl" / "workflow.asl.json.j2").read_text()
    assert INPUT in template
    written = tmp_path / "delicate.asl.json.j2"
    written.write_text(template.replace(INPUT, f"$exists({INPUT}.spoilt) ? $number('none') : {INPUT}"))
    return str(written)


def test_a_version_whose_golden_input_fails_gets_no_traffic(site: Site, tmp_path: Path) -> None:
    golden = [
        {"name": "a price", "input": {"data": "x"}, "expect": {"service1": {"response": {"price": 7}}}},
        {"name": "a failure", "input": SPOILT},
    ]
    settings = changed(workflow_definition=delicate(tmp_path), release_inputs=golden)
    with traffic(site):
        failed = site.play("canary", *settings, fails=True)
    said = " ".join(failed.failures())
    assert "gets no traffic: the golden input 'a price' does not give the output that is expected" in said
    assert "gets no traffic: the golden input 'a failure' failed: " in said
    assert WARNING in said
    assert weights(failed) == []
    assert routing(site) == {"1": 100}
    assert had_traffic(site, 1)
    assert not had_traffic(site, 2)


def test_a_good_version_gets_all_traffic_in_the_end(site: Site) -> None:
    golden = [{"name": "any", "input": {"data": "x"}, "expect": {"status": "completed"}}]
    settings = changed(workflow_retry={"max_attempts": 1}, release_inputs=golden, release_steps=[10, 50])
    with traffic(site):
        run = site.play("canary", *settings)
    assert routing(site) == {"3": 100}
    assert weights(run) == [{"1": 90, "3": 10}, {"1": 50, "3": 50}, {"3": 100}]


def test_a_release_that_was_killed_leaves_the_traffic_divided(site: Site) -> None:
    site.kill_after("canary", "Watch the executions", *changed(workflow_retry={"max_attempts": 0}))
    assert routing(site) == {"3": 50, "4": 50}


@pytest.mark.parametrize(
    ("weight", "steps", "seen"),
    [
        # What was interrupted is taken back first.
        (50, [10, 50], [{"3": 100}, {"3": 90, "5": 10}, {"3": 50, "5": 50}, {"3": 100}]),
        # The same version again: what failed before is no fault of this release.
        (100, [50], [{"3": 50, "5": 50}, {"5": 100}, {"3": 100}]),
    ],
)
def test_a_version_that_fails_at_one_of_the_steps_gives_its_traffic_back(
    site: Site, tmp_path: Path, weight: int, steps: list[int], seen: list[dict[str, int]]
) -> None:
    with traffic(site, spoilt_from=("5", weight)):
        settings = changed(workflow_definition=delicate(tmp_path), release_steps=steps)
        failed = site.play("canary", *settings, fails=True)
    said = " ".join(failed.failures())
    assert f"had {weight} percent of the traffic and has none any more" in said
    assert "of its executions failed" in said
    assert WARNING in said
    assert weights(failed) == seen
    assert routing(site) == {"3": 100}
    names = [name for _host, name, _result in failed.tasks]
    taken_back = next(index for index, name in enumerate(names) if "version before the interrupted one" in name)
    assert taken_back < next(index for index, name in enumerate(names) if name.endswith("Make the state machine"))


def difference(site: Site, **settings: Any) -> tuple[dict[str, int], dict[str, int]]:
    """Return where the alias points and where it shall point; drift must find nothing else."""
    drift = site.look("drift", "--diff", *changed(**settings), status=2)
    assert drift.resources() == {("change", "alias", "live")}
    [told] = [one for one in drift.told["resources"] if one["kind"] == "alias"]
    [field] = told["fields"]
    assert field["path"] == "routing"
    return numbered(field["before"]), numbered(field["after"])


def test_a_rollback_in_the_middle_of_a_release_goes_to_what_it_replaces(site: Site, tmp_path: Path) -> None:
    versions = [{"stateMachineVersionArn": f"{MACHINE}:{number}", "weight": 50} for number in (3, 4)]
    site.aws.client("stepfunctions").update_state_machine_alias(
        stateMachineAliasArn=f"{MACHINE}:live", routingConfiguration=versions
    )
    # Divided by hand, as far as drift knows.
    assert difference(site, workflow_definition=delicate(tmp_path)) == ({"3": 50, "4": 50}, {"5": 100})
    site.play("rollback")
    assert routing(site) == {"3": 100}


def test_a_step_in_which_too_few_executions_ended_can_be_a_failure(site: Site) -> None:
    with traffic(site):
        failed = site.play("canary", *changed(workflow_definition=SLOW, release_minimum_executions=1), fails=True)
    assert "Only 0 of its executions have ended" in " ".join(failed.failures())
    assert weights(failed) == [{"3": 50, "6": 50}, {"3": 100}]
    assert had_traffic(site, 6)


def test_a_rollback_moves_to_the_version_before_and_to_any_other(site: Site) -> None:
    site.play("rollback")
    assert routing(site) == {"2": 100}
    # Moved by hand, as far as drift knows.
    assert difference(site, workflow_definition=SLOW) == ({"2": 100}, {"6": 100})
    site.play("rollback", "-e", "release_version=3")
    assert routing(site) == {"3": 100}
    failed = site.play("rollback", "-e", "release_version=99", fails=True)
    assert "has no version 99: it has 6, 5, 4, 3, 2, 1." in " ".join(failed.failures())
