# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Log configurations of containers and of Service Connect: from options to AWS's form and back. Pure functions.

Private to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def text(value: Any) -> str:
    """Return a value as the text that AWS takes: numbers and booleans as JSON writes them."""
    return value if isinstance(value, str) else json.dumps(value)


def pairs(mapping: Mapping[str, Any] | None, key: str) -> list[dict[str, str]]:
    """Return a mapping as AWS's list of names and, under C(key), values."""
    return [{"name": name, key: text(value)} for name, value in sorted((mapping or {}).items())]


def request(options: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a log configuration in AWS's form; None for none."""
    if options is None:
        return None
    driver_options = {name: text(value) for name, value in (options.get("options") or {}).items()}
    secrets = pairs(options.get("secret_options"), "valueFrom")
    return {
        "logDriver": options["log_driver"],
        **({"options": driver_options} if driver_options else {}),
        **({"secretOptions": secrets} if secrets else {}),
    }


def settings(described: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is compared of a log configuration in AWS's form; {} for none."""
    if not described:
        return {}
    secrets = {item["name"]: item["valueFrom"] for item in described.get("secretOptions") or []}
    return {
        "log_driver": described["logDriver"],
        **({"options": dict(described["options"])} if described.get("options") else {}),
        **({"secret_options": secrets} if secrets else {}),
    }
