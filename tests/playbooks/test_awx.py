# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What an operator does in AWX, job by job, on one deployment. The tests build on each other, in order."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.embedded_aws import EmbeddedAws
from tests.playbooks import controller as api
from tests.playbooks.awx_jobs import FILLED_IN, Controller, Job
from tests.playbooks.site import ROOT, Site
from tests.tools import awx_collection
from tests.tools.missing import missing

NAME = "awx-local"
PATTERN = ROOT / "extensions" / "patterns" / "orchestra"
PORTS = {f"service{number}": {"ecs_service_listener_port": 8000 + number} for number in (1, 2, 3)}
TWO = {name: PORTS[name] for name in ("service1", "service2")}
MACHINE = f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"
CONFIGURE_SECONDS = 300


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site whose credentials come from the controller: its inventory has none."""
    where = {"AWS_ENDPOINT_URL": aws.endpoint, "AWS_REGION": aws.region}
    own = {"orchestra_project": "awx", "orchestra_environment": "local", "orchestra_aws_environment": where}
    made = Site(aws, tmp_path_factory.mktemp("awx") / "inventory", {**own, "release_poll_seconds": 1})
    made.set_hosts(TWO)
    return made


@pytest.fixture(scope="module")
def controller(site: Site) -> Controller:
    made = Controller.made_of(site, site.folder.parent / "controller")
    made.fill_inventory()
    return made


@pytest.fixture(scope="module")
def ran() -> Iterator[dict[str, Job]]:
    """Verb -> what its job left, for the jobs that come after it."""
    return {}


def versions(site: Site) -> tuple[str, int]:
    """Return the version that has the traffic, and how many there are."""
    states = site.aws.client("stepfunctions")
    (one,) = states.describe_state_machine_alias(stateMachineAliasArn=f"{MACHINE}:live")["routingConfiguration"]
    there = states.list_state_machine_versions(stateMachineArn=MACHINE)["stateMachineVersions"]
    return one["stateMachineVersionArn"].rsplit(":", 1)[1], len(there)


def services(site: Site) -> dict[str, str]:
    """Return service -> its task definition."""
    ecs = site.aws.client("ecs")
    if not ecs.list_clusters()["clusterArns"]:
        return {}
    found = ecs.describe_services(cluster=NAME, services=list(PORTS))["services"]
    return {one["serviceName"]: one["taskDefinition"].rsplit("/", 1)[1] for one in found if one["status"] == "ACTIVE"}


def succeeded(job: Job) -> Job:
    assert job.status == "successful", job.output[-3000:]
    return job


def test_doctor(controller: Controller) -> None:
    assert succeeded(controller.run("Doctor")).artifacts["findings"]


def test_plan_changes_nothing_and_hands_the_plan_on(controller: Controller, site: Site, ran: dict[str, Job]) -> None:
    job = ran["Plan"] = succeeded(controller.run("Plan"))
    assert job.artifacts["orchestra_plan_document"]["summary"]["add"] > 40
    assert f"state machine {NAME}-workflow" in job.artifacts["orchestra_plan_markdown"].replace("`", "")
    assert site.resources() == []


def test_deploy_after_an_approval_gets_the_plan_as_variables(
    controller: Controller, site: Site, ran: dict[str, Job]
) -> None:
    (workflow,) = controller.objects["controller_workflows"]
    order = [node["identifier"] for node in workflow["workflow_nodes"]]
    assert order == ["Plan", "Approve", "Deploy", "Run workflow"]
    succeeded(controller.run("Deploy", artifacts=ran["Plan"].artifacts))
    assert set(services(site)) == set(TWO)


def test_run_workflow(controller: Controller, ran: dict[str, Job]) -> None:
    artifacts = ran["Plan"].artifacts
    job = succeeded(controller.run("Run workflow", {"workflow_input": '{"data": "from AWX"}'}, artifacts))
    payload = next(result["run__payload"] for result in job.results if "run__payload" in result)
    assert payload["status"] == "completed"
    assert payload["service1"]["response"]["input"] == {"input": {"data": "from AWX"}, "responses": {}}


def test_report(controller: Controller, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    succeeded(controller.run("Report", {"report_file": str(file)}))
    assert "from AWX" in file.read_text()


def test_logs_and_status(controller: Controller) -> None:
    job = succeeded(controller.run("Logs", {"logs_of": ["service1"], "logs_since": "1h", "logs_lines": 5}))
    shown = str(job.results)
    assert "service1" in shown
    assert "service2" not in shown
    told = succeeded(controller.run("Status")).artifacts["status"]
    assert [one["name"] for one in told["services"]] == list(TWO)


def test_drift_fails_and_tells_what_differs(controller: Controller, site: Site) -> None:
    site.aws.client("ec2").create_tags(
        Resources=[arn.rsplit("/", 1)[1] for arn in site.resources() if ":natgateway/" in arn],
        Tags=[{"Key": "orchestra:component", "Value": "by hand"}],
    )
    assert controller.run("Drift").status == "failed"
    told = json.loads(site.plan_file.read_text())
    assert [one["kind"] for one in told["resources"] if one["action"] != "none"] == ["NAT gateway"]


def test_deploy_one_service_touches_no_other(controller: Controller, site: Site) -> None:
    before = services(site)
    site.set_hosts(
        {name: {**settings, "ecs_service_cpu": 512, "ecs_service_memory": 1024} for name, settings in TWO.items()}
    )
    controller.fill_inventory()
    succeeded(controller.run("Deploy one service", {"orchestra_only": "service2"}))
    after = services(site)
    assert after["service1"] == before["service1"]
    assert after["service2"] != before["service2"]


def test_canary_and_back(controller: Controller, site: Site) -> None:
    site.set_hosts({name: {**settings, "workflow_timeout_seconds": 33} for name, settings in TWO.items()})
    controller.fill_inventory()
    assert versions(site) == ("1", 1)
    succeeded(controller.run("Canary", {"release_step_seconds": 1}))
    assert versions(site) == ("2", 2)
    succeeded(controller.run("Roll back", {"release_version": "1"}))
    assert versions(site) == ("1", 2)


def test_destroy_needs_the_name(controller: Controller, site: Site) -> None:
    refused = controller.run("Destroy", {"destroy_confirm": "another"})
    assert refused.status == "failed"
    assert "nothing was deleted" in refused.output
    assert set(services(site)) == set(TWO)
    # The job itself proves that nothing is left.
    succeeded(controller.run("Destroy", {"destroy_confirm": NAME}))
    assert services(site) == {}


def configure(site: Site, file: Path, running: api.Controller, collections: Path) -> dict[str, list[str]]:
    """Bring the data into the controller, and return what that changed: task -> items."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(PATTERN / "playbooks" / "configure.yml")]
    environment = {
        **site.environment(),
        "ANSIBLE_COLLECTIONS_PATH": f"{ROOT / 'collections'}:{collections}",
        "CONTROLLER_HOST": running.url,
        "CONTROLLER_OAUTH_TOKEN": api.TOKEN,
    }
    # Its modules start quickly there.
    command += ["-e", f"@{file}", "-e", "ansible_connection=orchestra.aws.warm"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=CONFIGURE_SECONDS, check=False
    )
    assert (done.returncode, running.refused) == (0, []), done.stdout[-3000:] + done.stderr[-1000:]
    tasks = json.loads(done.stdout[done.stdout.index("{") :])["plays"][0]["tasks"]
    results = {task["task"]["name"]: task["hosts"]["localhost"]["results"] for task in tasks}
    changed = {task: [one["item"]["name"] for one in all_ if one["changed"]] for task, all_ in results.items()}
    return {task: names for task, names in changed.items() if names}


def test_the_modules_of_awx_make_it_all_and_again_only_what_a_new_host_changes(
    controller: Controller, site: Site, tmp_path: Path
) -> None:
    try:
        collections = awx_collection.collections()
    except awx_collection.MissingError as error:
        missing(str(error))
    site.set_hosts(PORTS)
    more = Controller.made_of(site, tmp_path / "more")
    with api.serving() as running:
        first = configure(site, controller.folder / "controller.yml", running, collections)
        made = {name for names in first.values() for name in names}
        assert made == {one["name"] for objects in controller.objects.values() for one in objects}
        templates = running.named("job_templates")
        assert templates[f"{NAME}: Plan"]["survey_spec"] == {}
        assert len(templates) == len(controller.objects["controller_templates"])
        nodes = running.named("workflow_job_template_nodes")
        following = {name: node.get("_success_nodes", []) for name, node in nodes.items()}
        assert following == {
            "Plan": [nodes["Approve"]["id"]],
            "Approve": [nodes["Deploy"]["id"]],
            "Deploy": [nodes["Run workflow"]["id"]],
            "Run workflow": [],
        }
        types = running.named("credential_types")
        assert types["orchestra.aws: registry"]["injectors"]["env"]["REGISTRY_PASSWORD"] == "{{ password }}"
        running.calls.clear()
        second = configure(site, more.folder / "controller.yml", running, collections)
        asked = [f"{NAME}: Deploy one service", f"{NAME}: Logs"]
        assert second == {"Make the job templates with their surveys": asked}
        assert running.calls == [("POST", f"{templates[name]['url']}survey_spec/") for name in asked]
        spec = running.named("job_templates")[asked[0]]["survey_spec"]["spec"]
        assert spec[0]["choices"] == list(PORTS)


def test_the_data_has_no_secret(controller: Controller) -> None:
    text = (controller.folder / "controller.yml").read_text()
    assert not [secret for filled in FILLED_IN.values() for secret in filled.values() if f" {secret}" in text]
    assert not any("inputs" in one for one in controller.objects["controller_credentials"])


def test_what_a_controller_would_do_otherwise_is_refused(site: Site, tmp_path: Path) -> None:
    site.set_hosts(dict(reversed(TWO.items())))
    file = tmp_path / "controller.yml"
    failed = " ".join(site.play("awx", "-e", f"automation_controller_file={file}", fails=True).failures())
    assert "automation_controller_project_url is missing" in failed
    assert "service2 comes after no other here" in failed
    assert "set workflow_after of service1" in failed
    assert not file.exists()


def test_the_execution_environment_can_be_built_and_is_pinned(tmp_path: Path) -> None:
    file = PATTERN / "exec_env" / "execution-environment.yml"
    command = [str(Path(sys.executable).with_name("ansible-builder")), "create", "-f", str(file), "-c", str(tmp_path)]
    subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path)
    assert (tmp_path / "Dockerfile").exists() or (tmp_path / "Containerfile").exists()
    python = (tmp_path / "_build" / "requirements.txt").read_text().split()
    needed: list[dict[str, Any]] = yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text())["collections"]
    wanted = yaml.safe_load(file.read_text())["dependencies"]
    python += [wanted["ansible_core"]["package_pip"], wanted["ansible_runner"]["package_pip"]]
    assert all("==" in one for one in python)
    assert {one["name"] for one in needed} == set(yaml.safe_load((ROOT / "galaxy.yml").read_text())["dependencies"])
    assert all(one["version"][0].isdigit() for one in needed)
