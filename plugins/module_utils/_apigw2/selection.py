# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which APIs and VPC links an info module shows. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_selected(params: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Tell whether a described API or VPC link has the name, the prefix and all the tags that are asked for."""
    tags = found.get("Tags") or {}
    return (
        params["name"] in (None, found["Name"])
        and found["Name"].startswith(params["name_prefix"] or "")
        and all(tags.get(key) == str(value) for key, value in (params["tags"] or {}).items())
    )
