# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.playbooks.site import ROOT, RUN_SECONDS

NAME = "/log-group-test/events"
OPTIONS: dict[str, Any] = {"name": NAME, "retention_in_days": 7, "tags": {"project": "test"}}


@pytest.fixture(autouse=True)
def _clean(modules: Modules) -> Iterator[None]:
    yield
    modules("log_group", name=NAME, state="absent")


def described(aws: EmbeddedAws) -> list[dict[str, Any]]:
    return aws.client("logs").describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]


def tags(aws: EmbeddedAws) -> dict[str, str]:
    arn = described(aws)[0]["arn"].removesuffix(":*")
    return aws.client("logs").list_tags_for_resource(resourceArn=arn)["tags"]


def test_check_mode_predicts_and_makes_nothing(aws: EmbeddedAws, modules: Modules) -> None:
    predicted = modules.check("log_group", **OPTIONS)
    assert described(aws) == []
    made = modules("log_group", **OPTIONS)
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"] == [f"create log group {NAME}"]
    assert made["log_group"]["arn"] == f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}"
    assert described(aws)[0]["retentionInDays"] == 7
    assert tags(aws) == {"project": "test"}
    assert not modules("log_group", **OPTIONS)["changed"]


@pytest.mark.parametrize(
    ("options", "step"),
    [
        ({"retention_in_days": 30}, f"update log group {NAME}: retention_in_days"),
        ({"retention_in_days": 0}, f"update log group {NAME}: retention_in_days"),
        ({"tags": {"project": "other", "more": "1"}}, f"update tags of log group {NAME}"),
        ({"tags": {}}, f"update tags of log group {NAME}"),
    ],
)
def test_each_setting_is_changed_and_not_in_check_mode(
    aws: EmbeddedAws, modules: Modules, options: dict[str, Any], step: str
) -> None:
    modules("log_group", **OPTIONS)
    before = (described(aws), tags(aws))
    predicted = modules.check("log_group", **{**OPTIONS, **options})
    assert (described(aws), tags(aws)) == before
    changed = modules("log_group", **{**OPTIONS, **options})
    assert changed["diff"] == predicted["diff"]
    assert changed["actions"] == predicted["actions"] == [step]
    assert described(aws)[0].get("retentionInDays", 0) == options.get("retention_in_days", 7)
    assert tags(aws) == options.get("tags", {"project": "test"})
    assert not modules("log_group", **{**OPTIONS, **options})["changed"]


def test_what_is_left_out_stays(aws: EmbeddedAws, modules: Modules) -> None:
    modules("log_group", **OPTIONS)
    assert not modules("log_group", name=NAME)["changed"]
    assert modules("log_group", name=NAME, tags={"more": "1"}, purge_tags=False)["changed"]
    assert tags(aws) == {"project": "test", "more": "1"}


def test_a_group_with_a_longer_name_is_another(aws: EmbeddedAws, modules: Modules) -> None:
    modules("log_group", name=f"{NAME}/more")
    assert modules.check("log_group", name=NAME)["actions"] == [f"create log group {NAME}"]
    modules("log_group", name=f"{NAME}/more", state="absent")


def test_a_key_is_set(aws: EmbeddedAws, modules: Modules) -> None:
    # No tags: moto gives a group those of a deleted one of its name.
    options = {"name": NAME, "retention_in_days": 7}
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    modules("log_group", **options, kms_key_id=key)
    assert described(aws)[0]["kmsKeyId"] == key
    assert modules("log_group", **options, kms_key_id=key)["actions"] == []
    assert modules.check("log_group", **options, kms_key_id="")["actions"] == [f"update log group {NAME}: kms_key_id"]


PLAY = f"""
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/orchestra.aws.aws: "{{{{ connection }}}}"
    group/aws: "{{{{ connection }}}}"
  tasks:
    - orchestra.aws.log_group: {{name: {NAME}, retention_in_days: 7}}
    - amazon.aws.cloudwatchlogs_log_group_info: {{log_group_name: {NAME}}}
"""


def test_the_defaults_of_two_groups_reach_their_modules(aws: EmbeddedAws, modules: Modules, tmp_path: Path) -> None:
    """In one play: this collection's modules, and those of amazon.aws."""
    (tmp_path / "play.yml").write_text(PLAY)
    variables = {"connection": modules.connection, "ansible_python_interpreter": sys.executable}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    environment |= {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local", "play.yml"]
    run = subprocess.run(
        [*command, "-e", json.dumps(variables)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    [play] = json.loads(run.stdout)["plays"]
    made, found = (task["hosts"]["localhost"] for task in play["tasks"])
    assert made["actions"] == [f"create log group {NAME}"]
    assert [(group["log_group_name"], group["retention_in_days"]) for group in found["log_groups"]] == [(NAME, 7)]
    assert described(aws)[0]["retentionInDays"] == 7


def test_absent_deletes_and_then_has_nothing_to_do(aws: EmbeddedAws, modules: Modules) -> None:
    modules("log_group", **OPTIONS)
    assert modules.check("log_group", name=NAME, state="absent")["changed"]
    assert len(described(aws)) == 1
    assert modules("log_group", name=NAME, state="absent")["actions"] == [f"delete log group {NAME}"]
    assert described(aws) == []
    assert not modules("log_group", name=NAME, state="absent")["changed"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"retention_in_days": 8}, "retention_in_days is 8; AWS allows 0, 1, 3"), ({"name": "a b"}, "name is 'a b'")],
)
def test_bad_input_is_told(modules: Modules, options: dict[str, Any], sentence: str) -> None:
    assert sentence in modules.failure("log_group", **{**OPTIONS, **options})
