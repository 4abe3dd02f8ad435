# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The tables of all modules that make something."""

from __future__ import annotations

from tests.modules.table import Table
from tests.modules.tables import api, compute, events, network, services, workflow

ALL: list[Table] = [
    *network.TABLES,
    *compute.TABLES,
    *services.TABLES,
    *api.TABLES,
    *workflow.TABLES,
    *events.TABLES,
]
