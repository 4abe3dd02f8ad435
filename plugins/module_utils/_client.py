# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the functions of this collection know of a boto3 client, for the type checker.

boto3 makes its clients at run time and has no types of its own. Whatever an operation answers is a mapping;
what is in it is for the function that asks to say. Nothing here runs.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

Answer = dict[str, Any]
# A method of a client that makes one AWS call.
Operation = Callable[..., Answer]


class Meta(Protocol):
    """What a client tells of itself."""

    region_name: str
    partition: str
    endpoint_url: str
    config: Any
    service_model: Any


class Paginator(Protocol):
    """Asks for one page after the other."""

    def paginate(self, **params: Any) -> Iterable[Answer]: ...


class Client(Protocol):
    """A client of one AWS service: each attribute but these is an operation."""

    meta: Meta

    def get_paginator(self, operation_name: str) -> Paginator: ...

    def __getattr__(self, operation: str) -> Operation: ...
