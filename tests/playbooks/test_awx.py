# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What an operator does in AWX, job by job, on one deployment, which the first test that needs it makes."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.embedded_aws import EmbeddedAws
from tests.playbooks import controller as api
from tests.playbooks.awx_jobs import FILLED_IN, SECRETS, Controller, Job
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
    # Whoever runs awx.yml has them; the data that it writes must not.
    given = {
        "REGISTRY_USERNAME": FILLED_IN["registry"]["username"],
        "REGISTRY_PASSWORD": FILLED_IN["registry"]["password"],
        "AWS_ACCESS_KEY_ID": FILLED_IN["AWS"]["access_key"],
        "AWS_SECRET_ACCESS_KEY": FILLED_IN["AWS"]["secret_key"],
    }
    made = Site(aws, tmp_path_factory.mktemp("awx") / "inventory", {**own, "release_poll_seconds": 1}, given)
    made.set_hosts(TWO)
    return made


@pytest.fixture(scope="module")
def controller(site: Site) -> Controller:
    made = Controller.made_of(site, site.folder.parent / "controller")
    made.fill_inventory()
    return made


@pytest.fixture
def deployed(site: Site, controller: Controller) -> Site:
    """The site with two services; it is deployed when it is not there."""
    take_over(controller, TWO)
    if not services(site):
        succeeded(controller.run("Deploy"))
    return site


def take_over(controller: Controller, hosts: dict[str, dict[str, Any]]) -> None:
    """Change the inventory in the repository, and let the controller fetch it when it is another one."""
    file = controller.site.folder / "hosts.yml"
    before = file.read_text()
    controller.site.set_hosts(hosts)
    if file.read_text() != before:
        controller.fill_inventory()


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


def changed(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return (action, kind, name) of what a plan would not leave as it is."""
    return {(one["action"], one["kind"], one["name"]) for one in document["resources"] if one["action"] != "none"}


def test_doctor(controller: Controller) -> None:
    assert succeeded(controller.run("Doctor")).artifacts["findings"]


def test_logs_and_status(controller: Controller, deployed: Site) -> None:
    job = succeeded(controller.run("Logs", {"logs_of": ["service1"], "logs_since": "1h", "logs_lines": 5}))
    shown = str(job.results)
    assert "service1" in shown
    assert "service2" not in shown
    told = succeeded(controller.run("Status")).artifacts["status"]
    assert [one["name"] for one in told["services"]] == list(TWO)


def test_drift_fails_and_tells_what_differs(controller: Controller, deployed: Site) -> None:
    deployed.aws.client("ec2").create_tags(
        Resources=[arn.rsplit("/", 1)[1] for arn in deployed.resources() if ":natgateway/" in arn],
        Tags=[{"Key": "orchestra:component", "Value": "by hand"}],
    )
    assert controller.run("Drift").status == "failed"
    told = json.loads((controller.project / "plan.json").read_text())
    assert told["complete"]
    assert "NAT gateway" in {kind for _action, kind, _name in changed(told)}


def test_one_service_is_planned_and_deployed_and_no_other_touched(controller: Controller, deployed: Site) -> None:
    before = services(deployed)
    larger = {"ecs_service_cpu": 512, "ecs_service_memory": 1024}
    take_over(controller, {name: {**settings, **larger} for name, settings in TWO.items()})
    plan = succeeded(controller.run("Plan", {"orchestra_only": "service2"})).artifacts
    assert changed(plan["orchestra_plan_document"]) == {
        ("change", "task definition", f"{NAME}-service2"),
        ("change", "ECS service", "service2"),
    }
    assert "a part of the site only" in plan["orchestra_plan_markdown"]
    succeeded(controller.run("Deploy one service", {"orchestra_only": "service2"}))
    after = services(deployed)
    assert after["service1"] == before["service1"]
    assert after["service2"] != before["service2"]


def test_canary(controller: Controller, deployed: Site) -> None:
    version, number = versions(deployed)
    take_over(controller, {name: {**settings, "workflow_timeout_seconds": 33} for name, settings in TWO.items()})
    succeeded(controller.run("Canary", {"release_step_seconds": 1}))
    assert versions(deployed) == (str(int(version) + 1), number + 1)


def test_destroy_needs_the_name(controller: Controller, deployed: Site) -> None:
    refused = controller.run("Destroy", {"destroy_confirm": "another"})
    assert refused.status == "failed"
    assert "nothing was deleted" in refused.output
    assert set(services(deployed)) == set(TWO)


def test_the_way_of_an_operator(controller: Controller, deployed: Site) -> None:
    """A third service comes: planned, deployed, run, reported; then back, and everything away."""
    version, number = versions(deployed)
    take_over(controller, PORTS)
    plan = succeeded(controller.run("Plan")).artifacts
    assert ("add", "ECS service", "service3") in changed(plan["orchestra_plan_document"])
    assert "+ ECS service service3" in plan["orchestra_plan_markdown"].splitlines()
    assert (set(services(deployed)), versions(deployed)) == (set(TWO), (version, number))

    # As in the workflow, the jobs after the plan get it as variables.
    succeeded(controller.run("Deploy", artifacts=plan))
    assert set(services(deployed)) == set(PORTS)
    newer = versions(deployed)
    assert newer == (str(number + 1), number + 1)

    job = succeeded(controller.run("Run workflow", {"workflow_input": '{"data": "from AWX"}'}, artifacts=plan))
    payload = next(result["run__payload"] for result in job.results if "run__payload" in result)
    assert payload["status"] == "completed"
    assert payload["service1"]["response"]["input"] == {"input": {"data": "from AWX"}, "responses": {}}

    report = succeeded(controller.run("Report")).artifacts["report"]
    assert (report["status"], report["failed"], report["retried"]) == ("SUCCEEDED", [], [])
    assert {name: report["states"][name] for name in PORTS} == dict.fromkeys(PORTS, "succeeded")
    assert report["dest"] == str(controller.project / "report.html")
    assert "from AWX" in Path(report["dest"]).read_text()

    succeeded(controller.run("Roll back", {"release_version": version}))
    assert versions(deployed) == (version, newer[1])
    # The job itself proves that nothing is left.
    succeeded(controller.run("Destroy", {"destroy_confirm": NAME}))
    assert services(deployed) == {}


def test_every_template_is_run_here(controller: Controller) -> None:
    run = set(re.findall(r'controller\.run\("([^"]+)"', Path(__file__).read_text()))
    assert run == {one["name"].removeprefix(f"{NAME}: ") for one in controller.objects["controller_templates"]}


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


def asked(running: api.Controller) -> Counter[str]:
    """Return how often each kind of call was made that changes something: method, collection, and what of an item."""
    return Counter(re.sub(r"/\d+", "", f"{method} {path.removeprefix(api.API)}") for method, path in running.calls)


def expected_at_first(templates: list[dict[str, Any]]) -> Counter[str]:
    return Counter(
        {
            "POST labels/": 1,
            "POST credential_types/": 2,
            "POST credentials/": 2,
            "POST execution_environments/": 1,
            "POST projects/": 1,
            "POST inventories/": 1,
            "POST inventory_sources/": 1,
            "POST job_templates/": len(templates),
            "POST job_templates/labels/": len(templates),
            "POST job_templates/credentials/": sum(len(one["credentials"]) for one in templates),
            "POST job_templates/survey_spec/": sum("survey_spec" in one for one in templates),
            "POST workflow_job_templates/": 1,
            "POST workflow_job_templates/labels/": 1,
            "POST workflow_job_templates/survey_spec/": 1,
            "POST workflow_job_template_nodes/": 4,
            "POST workflow_job_template_nodes/create_approval_template/": 1,
            "POST workflow_job_template_nodes/success_nodes/": 3,
            "POST schedules/": 1,
        }
    )


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
        assert asked(running) == expected_at_first(controller.objects["controller_templates"])
        made = {name for names in first.values() for name in names}
        assert made == {one["name"] for objects in controller.objects.values() for one in objects}
        templates = running.named("job_templates")
        assert templates[f"{NAME}: Status"]["survey_spec"] == {}
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
        renewed = [f"{NAME}: {verb}" for verb in ("Plan", "Deploy", "Deploy one service", "Logs", "Drift")]
        assert second == {"Make the job templates with their surveys": renewed}
        assert running.calls == [("POST", f"{templates[name]['url']}survey_spec/") for name in renewed]
        spec = running.named("job_templates")[renewed[0]]["survey_spec"]["spec"]
        assert spec[0]["choices"] == list(PORTS)


def test_the_data_has_no_secret(controller: Controller) -> None:
    text = (controller.folder / "controller.yml").read_text()
    assert not [secret for secret in SECRETS if secret in text]
    assert not any("inputs" in one for one in controller.objects["controller_credentials"])


def test_what_a_controller_would_do_otherwise_is_refused(site: Site, tmp_path: Path) -> None:
    site.set_hosts(dict(reversed(TWO.items())))
    file = tmp_path / "controller.yml"
    failed = " ".join(site.play("awx", "-e", f"automation_controller_file={file}", fails=True).failures())
    assert "automation_controller_project_url is missing" in failed
    assert "service2 comes after no other here" in failed
    assert "set workflow_after of service1" in failed
    assert not file.exists()


def installed(collection: str) -> str:
    """Return the version of a collection that the tests run with."""
    path = Path("ansible_collections", *collection.split("."), "MANIFEST.json")
    manifest = Path(str(importlib.metadata.distribution("ansible").locate_file(path)))
    return json.loads(manifest.read_text())["collection_info"]["version"]


def test_the_execution_environment_has_a_context_with_the_versions_that_the_tests_run_with(tmp_path: Path) -> None:
    file = PATTERN / "exec_env" / "execution-environment.yml"
    command = [str(Path(sys.executable).with_name("ansible-builder")), "create", "-f", str(file), "-c", str(tmp_path)]
    subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path)
    assert (tmp_path / "Dockerfile").exists() or (tmp_path / "Containerfile").exists()
    python = (tmp_path / "_build" / "requirements.txt").read_text().split()
    needed: list[dict[str, Any]] = yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text())["collections"]
    wanted = yaml.safe_load(file.read_text())["dependencies"]
    python += [wanted["ansible_core"]["package_pip"], wanted["ansible_runner"]["package_pip"]]
    # Another version here than there: try the newer one, and put it into execution-environment.yml.
    assert {one.split("==")[0]: one.split("==")[1] for one in python} == {
        name: importlib.metadata.version(name) for name in ("ansible-core", "ansible-runner", "boto3", "botocore")
    }
    assert {one["name"] for one in needed} == set(yaml.safe_load((ROOT / "galaxy.yml").read_text())["dependencies"])
    assert {one["name"]: one["version"] for one in needed} == {one["name"]: installed(one["name"]) for one in needed}
