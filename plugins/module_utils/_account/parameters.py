# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Whether parameters exist, and of which type. Their values are never read.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described


@described("describe parameters")
def parameters(client: Client, names: list[str]) -> list[dict[str, Any]]:
    """Return each parameter and its type, null when it does not exist."""
    if not names:
        return []
    wanted = [{"Key": "Name", "Option": "Equals", "Values": names}]
    pages = client.get_paginator("describe_parameters").paginate(ParameterFilters=wanted)
    types = {one["Name"]: one["Type"] for page in pages for one in page["Parameters"]}
    return [{"name": name, "type": types.get(name)} for name in names]
