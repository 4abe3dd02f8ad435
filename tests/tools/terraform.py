# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Where this machine has Terraform's provider for AWS: only where Terraform itself looks, and never in a registry."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

# With these, it reads no settings of the user, and asks nobody for a newer version.
QUIET = {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
# In Terraform's own configuration: a mirror's folder, and the cache of providers.
_FOLDER = re.compile(r'^\s*(?:path|plugin_cache_dir)\s*=\s*"([^"]+)"', re.MULTILINE)


class MissingError(Exception):
    """Why Terraform cannot run here, in a sentence."""


def plugins() -> Path:
    """Return the folder of providers that has hashicorp/aws, for terraform init -plugin-dir. Raises MissingError."""
    if shutil.which("terraform") is None:
        raise MissingError("There is no terraform on PATH.")
    folders = list(dict.fromkeys(_folders()))
    found = next((folder for folder in folders if any(folder.glob("*/hashicorp/aws/*"))), None)
    if found is None:
        raise MissingError(f"Terraform's provider hashicorp/aws is in none of {', '.join(map(str, folders))}.")
    return found


def _folders() -> Iterator[Path]:
    """Yield the folders in which Terraform looks: those of the environment, of its configuration, and by default."""
    if cache := os.environ.get("TF_PLUGIN_CACHE_DIR"):
        yield Path(cache)
    configuration = Path(os.environ.get("TF_CLI_CONFIG_FILE") or "~/.terraformrc").expanduser()
    if configuration.is_file():
        yield from (Path(folder).expanduser() for folder in _FOLDER.findall(configuration.read_text()))
    yield Path("~/.terraform.d/plugins").expanduser()
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for data in (os.environ.get("XDG_DATA_HOME") or "~/.local/share", *shared.split(":")):
        yield Path(data).expanduser() / "terraform" / "plugins"
