# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The callback loads what tasks use before the first fork, and nothing heavier."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = f"""
import sys
sys.path[:] = {sys.path!r}
import os
os.environ["ANSIBLE_COLLECTIONS_PATH"] = "collections"
from ansible.plugins import loader
loader.init_plugin_loader()
from ansible_collections.orchestra.aws.plugins.callback.warm import CallbackModule
before = set(sys.modules)
CallbackModule().v2_playbook_on_start(None)
print(*sorted(set(sys.modules) - before))
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return set(subprocess.run([sys.executable, "-c", CODE], check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize(
    "name",
    [
        "ansible.plugins.filter.core_",
        "ansible.plugins.test.core_",
        "ansible_collections.ansible.builtin.plugins.lookup.env",
        "ansible_collections.ansible.builtin.plugins.action.validate_argument_spec",
        "ansible_collections.orchestra.aws.plugins.filter.service_settings",
        "ansible_collections.orchestra.aws.plugins.connection.warm",
        "ansible_collections.orchestra.aws.plugins.plugin_utils._warm.client",
    ],
)
def test_loads_what_tasks_use(loaded: set[str], name: str) -> None:
    # Some are loaded under their name and a number.
    assert any(each.startswith(name) for each in loaded)


def test_loads_no_library_of_modules(loaded: set[str]) -> None:
    assert not {"boto3", "botocore"} & loaded
