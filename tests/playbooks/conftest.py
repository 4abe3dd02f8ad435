# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Site

# Left out, AWS or somebody may choose the number, and another number is no drift.
COUNTED = {"ecs_service_desired_count": 1}
# Quick failures: a retry waits a second at most, and the API gives a service that hangs one second.
QUICK = {"workflow_retry": {"interval_seconds": 1, "max_delay_seconds": 1}, "api_timeout_milliseconds": 1000}


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of three services that no other test uses; the tests of a module deploy it and change it."""
    folder = tmp_path_factory.mktemp("site") / "inventory"
    return Site(aws, folder, {"orchestra_project": "chain", "orchestra_environment": "local", **QUICK, **COUNTED})
