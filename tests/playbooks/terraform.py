# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A stack that the real Terraform makes on the embedded AWS, where the program and its AWS provider are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tools import terraform

CONFIGURATION = Path(__file__).resolve().parents[1] / "data" / "terraform"
# The provider alone waits a minute for a load balancer.
APPLY_SECONDS = 500


class Terraform:
    """A working folder with the configuration of a stack."""

    def __init__(self, folder: Path, variables: Mapping[str, Any]) -> None:
        try:
            plugins = terraform.plugins()
        except terraform.MissingError as error:
            pytest.skip(str(error))
        self.folder = folder
        shutil.copytree(CONFIGURATION, folder)
        with zipfile.ZipFile(folder / "function.zip", "w") as package:
            package.writestr("index.js", "exports.handler = async () => ({});\n")
        (folder / "terraform.tfvars.json").write_text(json.dumps({**variables, "package": "function.zip"}))
        self("init", "-input=false", f"-plugin-dir={plugins}")

    def __call__(self, *arguments: str) -> str:
        """Run a command of Terraform, which must succeed, and return what it prints."""
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder,
            env={**os.environ, **terraform.QUIET},
            capture_output=True,
            text=True,
            timeout=APPLY_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def apply(self) -> None:
        self("apply", "-input=false", "-auto-approve", "-parallelism=20")
