# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How many examples each property is tried with: the same ones in every run, so that a run means the same everywhere.

ORCHESTRA_PROPERTY_EXAMPLES=2000 looks for more, other ones in every run. Properties on the embedded AWS have few
examples of their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.properties.converging import something_accepted

EXAMPLES = int(os.environ.get("ORCHESTRA_PROPERTY_EXAMPLES", "0"))

settings.register_profile(
    "orchestra",
    max_examples=EXAMPLES or 60,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
settings.load_profile("orchestra")


@pytest.fixture(autouse=True)
def _not_all_is_refused() -> Iterator[None]:
    """A property fails whose examples are all refused."""
    with something_accepted():
        yield
