# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Run modules in this process against the embedded AWS, and look at what they made with boto3."""

from __future__ import annotations

import importlib
import io
import json
from contextlib import redirect_stdout
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args

from tests.embedded_aws import EmbeddedAws


class Modules:
    """Runs the modules of the collection against one endpoint and returns what they print."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.connection = {
            "endpoint_url": aws.endpoint,
            "region": aws.region,
            "access_key": "test",
            "secret_key": aws.secret_key,
        }

    def __call__(self, name: str, /, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module that must succeed."""
        result = self.outcome(name, check=check, **options)
        assert not result.get("failed"), "\n".join([result["msg"], *result.get("rollout", {}).get("details", [])])
        return result

    def check(self, name: str, /, **options: Any) -> dict[str, Any]:
        """Run a module in check mode; it must succeed."""
        return self(name, check=True, **options)

    def failure(self, name: str, /, *, check: bool = False, **options: Any) -> str:
        """Run a module that must fail, and return its message."""
        result = self.outcome(name, check=check, **options)
        assert result.get("failed"), result
        return str(result["msg"])

    def outcome(self, name: str, /, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module and return its JSON, whether it failed or not."""
        module = importlib.import_module(f"ansible_collections.orchestra.aws.plugins.modules.{name}")
        arguments = {**self.connection, **options, "_ansible_check_mode": check, "_ansible_diff": True}
        printed = io.StringIO()
        with patch_module_args(arguments), redirect_stdout(printed), pytest.raises(SystemExit):
            module.main()
        return json.loads(printed.getvalue().strip().splitlines()[-1])


@pytest.fixture
def modules(aws: EmbeddedAws) -> Modules:
    """Run modules: modules("vpc_network", name=...), modules.check(...), modules.failure(...)."""
    return Modules(aws)
