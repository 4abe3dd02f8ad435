# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The registry's password, through a full deployment and after it, warm and without: it is stored, and nowhere else."""

from __future__ import annotations

import json
import secrets
import subprocess
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import ROOT, RUN_SECONDS, Run, Site
from tests.playbooks.watch import Watch
from tests.warm.runner import steady

NAME = "secret-local"
USER, CANARY, PASSPHRASE = (f"{name}-{secrets.token_hex(8)}" for name in ("user", "canary", "passphrase"))
FIRST, SECOND = (f"password/{secrets.token_hex(8)}" for _ in range(2))


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    return Watch(tmp_path_factory.mktemp("watched"))


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, watch: Watch) -> Site:
    variables = {
        "orchestra_project": "secret",
        "orchestra_environment": "local",
        "orchestra_tags": {"owner": CANARY},
    }
    made = Site(aws, watch.folder / "inventory", variables, {**watch.environment(), "REGISTRY_USERNAME": USER})
    made.set_hosts({"service1": {"ecs_service_listener_port": 8001}})
    return made


@pytest.fixture(scope="module")
def passphrase(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The arguments with which Ansible reads what is encrypted."""
    file = tmp_path_factory.mktemp("vault") / "passphrase"
    file.write_text(PASSPHRASE)
    return ["--vault-password-file", str(file)]


def show(site: Site, watch: Watch, callback: str, *playbooks: str, more: list[str]) -> None:
    """Run playbooks with the most that users ask for, and keep what is printed."""
    paths = [str(ROOT / "playbooks" / f"{name}.yml") for name in playbooks[1:]]
    done = subprocess.run(
        site.command(playbooks[0], *paths, "-vvv", "--diff", *more),
        cwd=ROOT,
        env={**site.environment(), "ANSIBLE_STDOUT_CALLBACK": callback},
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    watch.add(f"output of {playbooks[0]}", done.stdout + done.stderr)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-1000:]


def stored(site: Site) -> dict[str, str]:
    """Return the credentials with which ECS pulls."""
    text = site.aws.client("secretsmanager").get_secret_value(SecretId=f"{NAME}/registry")["SecretString"]
    return dict(json.loads(text))


def encrypt_the_password(site: Site, password: str) -> None:
    """Put it into the inventory, as ansible-vault encrypts it."""
    encrypted = VaultLib([("default", VaultSecret(PASSPHRASE.encode()))]).encrypt(password).decode()
    file = site.folder / "group_vars" / "all.yml"
    variables = yaml.safe_load(file.read_text())
    del variables["orchestra_registry_password"]
    block = "".join(f"  {line}\n" for line in encrypted.splitlines())
    file.write_text(f"{yaml.safe_dump(variables)}orchestra_registry_password: !vault |\n{block}")


def test_a_full_deployment_from_the_environment(site: Site, watch: Watch) -> None:
    site.more["REGISTRY_PASSWORD"] = FIRST
    show(site, watch, "orchestra.aws.site", "site", more=[])
    assert stored(site) == {"username": USER, "password": FIRST}


def results(run: Run) -> list[tuple[str, str, Any]]:
    return sorted(((host, name, steady(result)) for host, name, result in run.tasks), key=lambda each: each[:2])


def test_a_new_password_has_the_same_results_with_a_warm_interpreter_and_without(
    site: Site, watch: Watch, passphrase: list[str]
) -> None:
    site.more["REGISTRY_PASSWORD"] = SECOND
    warm = site.play("site")
    watch.add("results of warm", json.dumps(warm.output) + warm.errors)
    assert stored(site)["password"] == SECOND
    encrypt_the_password(site, FIRST)
    cold = site.play("site", "-e", "orchestra_warm=false", *passphrase)
    watch.add("results of cold", json.dumps(cold.output) + cold.errors)
    assert stored(site)["password"] == FIRST
    assert warm.changed() == cold.changed() == ["orchestra.aws.cluster : Keep the registry's credentials"]
    for of_warm, of_cold in zip(results(warm), results(cold), strict=True):
        assert of_warm == of_cold
    assert "orchestra.aws.warm" not in warm.errors + cold.errors
    assert list((watch.folder / "warm").rglob("*.payload"))


def test_what_looks_and_deletes(site: Site, watch: Watch, passphrase: list[str]) -> None:
    of_plan = ["-e", "orchestra_plan_exit_status=false"]
    show(site, watch, "ansible.builtin.default", "plan", "doctor", "destroy", more=[*passphrase, *of_plan])
    assert "password in the clear" not in (watch.folder / "output of plan").read_text()
    assert [arn for arn in site.resources() if "registry" in arn] == []


def test_no_password_is_in_anything_that_was_printed_or_written(watch: Watch) -> None:
    assert {secret: watch.places(secret) for secret in (FIRST, SECOND, PASSPHRASE)} == {
        FIRST: set(),
        SECOND: set(),
        PASSPHRASE: set(),
    }


def test_what_is_no_secret_is_found_wherever_a_password_would_be(watch: Watch) -> None:
    outputs = {"output of site", "output of plan", "results of warm", "results of cold"}
    # An argument of the task that has the password.
    assert watch.places(USER) >= {*outputs, "log"}
    assert watch.places(CANARY) >= {*outputs, "log", "inventory"}
    plans = {f"output of {name} plan.{kind}" for kind in ("json", "md") for name in ("site", "plan")}
    assert watch.places(f"{NAME}-workflow") >= plans
    # In an archive.
    assert watch.places("def ensure_present") == {"warm"}
