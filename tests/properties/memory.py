# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the services in memory share: refusals as boto3 raises them, pages, the clients as modules get them.

Each service in memory keeps its state in C(state), does what AWS documents of the calls that the modules make,
and refuses what AWS refuses. A call that it does not know is an AttributeError.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
REGION = "eu-central-1"


def refusal(code: str, message: str = "Refused.") -> ClientError:
    """Return the error of a call that AWS refuses."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "InMemory")


class Memory:
    """A service in memory. state: everything it keeps; a test may fill it with what somebody else has made."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.meta = SimpleNamespace(
            region_name=REGION,
            partition="aws",
            endpoint_url="https://example.com",
            config=SimpleNamespace(inject_host_prefix=True),
        )
        self._last = 0

    def new_id(self, prefix: str = "") -> str:
        self._last += 1
        return f"{prefix}{self._last:08d}"

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=lambda **params: self._pages(operation, params))

    def _pages(self, operation: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield pages of two items: whoever reads the first one only misses some."""
        answer = getattr(self, operation)(**params)
        (key, items), *_more = answer.items()
        for start in range(0, max(len(items), 1), 2):
            yield {key: items[start : start + 2]}


def page(items: list[Any], size: int, token: str | None) -> tuple[list[Any], str | None]:
    """Return one page of items, and the token of the next."""
    start = int(token or 0)
    following = str(start + size) if start + size < len(items) else None
    return copy.deepcopy(items[start : start + size]), following


class Sts(Memory):
    """Who calls."""

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:role/tester"}


class Clients:
    """The clients of a run: services in memory by name."""

    def __init__(self, **services: Memory) -> None:
        self.services = {"sts": Sts(), **services}

    def __call__(self, service: str, *, read_timeout: int | None = None, attempts: int | None = None) -> Any:
        return self.services[service]

    def states(self) -> dict[str, Any]:
        """Return a copy of all that is kept."""
        return {name: copy.deepcopy(service.state) for name, service in self.services.items()}
