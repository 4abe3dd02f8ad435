# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Ansible loads all filters of a collection in the process of each task that uses one: they have to be light."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

from ansible_collections.orchestra.aws.plugins import filter as filters

NAMES = [found.name for found in pkgutil.iter_modules(filters.__path__)]
PACKAGE = filters.__name__
HEAVY = ("boto3", "botocore", f"{PACKAGE.removesuffix('filter')}module_utils._sfn.lint")


@pytest.mark.parametrize("name", NAMES)
def test_loads_no_library_of_modules(name: str) -> None:
    code = f"import importlib, sys; importlib.import_module({f'{PACKAGE}.{name}'!r}); print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert f"{PACKAGE}.{name}" in loaded
    assert [module for module in loaded if module.startswith(HEAVY)] == []
