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

CONFIGURATION = Path(__file__).resolve().parents[1] / "data" / "terraform"
# Where Terraform itself looks for providers without asking a registry, and where mirrors usually are.
PLUGIN_FOLDERS = (
    os.environ.get("TF_PLUGIN_CACHE_DIR", ""),
    "~/.terraform.d/plugins",
    "~/.terraform.d/plugin-cache",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    "/opt/tf-plugins",
)
# The provider alone waits a minute for a load balancer.
APPLY_SECONDS = 500


def _plugins() -> Path:
    folders = [Path(folder).expanduser() for folder in PLUGIN_FOLDERS if folder]
    found = [folder for folder in folders if any(folder.glob("*/hashicorp/aws/*"))]
    if shutil.which("terraform") is None or not found:
        pytest.skip(
            "terraform and its provider hashicorp/aws are not both installed: this needs the program on PATH, and the "
            f"provider in one of {', '.join(map(str, folders))}."
        )
    return found[0]


class Terraform:
    """A working folder with the configuration of a stack."""

    def __init__(self, folder: Path, variables: Mapping[str, Any]) -> None:
        plugins = _plugins()
        self.folder = folder
        shutil.copytree(CONFIGURATION, folder)
        with zipfile.ZipFile(folder / "function.zip", "w") as package:
            package.writestr("index.js", "exports.handler = async () => ({});\n")
        (folder / "terraform.tfvars.json").write_text(json.dumps({**variables, "package": "function.zip"}))
        self("init", "-input=false", f"-plugin-dir={plugins}")

    def __call__(self, *arguments: str) -> str:
        """Run a command of Terraform, which must succeed, and return what it prints."""
        quiet = {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder,
            env={**os.environ, **quiet},
            capture_output=True,
            text=True,
            timeout=APPLY_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def apply(self) -> None:
        self("apply", "-input=false", "-auto-approve", "-parallelism=20")
