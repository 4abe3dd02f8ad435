# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""One finding in a state machine definition, in the terms of ValidateStateMachineDefinition."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

SCHEMA = "SCHEMA_VALIDATION_FAILED"
MISSING_TARGET = "MISSING_TRANSITION_TARGET"
INVALID_JSON = "INVALID_JSON_DESCRIPTION"
DUPLICATE_STATE_NAME = "DUPLICATE_STATE_NAME"


@dataclasses.dataclass(frozen=True)
class Diagnostic:
    """What is wrong, and the path of the field in the definition."""

    code: str
    message: str
    location: str

    def as_dict(self) -> dict[str, str]:
        return {"severity": "ERROR", "code": self.code, "message": self.message, "location": self.location}


def required(field: str, path: str) -> Diagnostic:
    """A field that is missing or empty."""
    return Diagnostic(SCHEMA, f"These fields are required: [{field}]", path or "/")


def not_supported(
    value: Mapping[str, Any], known: frozenset[str], path: str, language: str | None = None
) -> Iterator[Diagnostic]:
    """The fields that are not known where they stand."""
    for field in value:
        if field not in known:
            text = f"The field '{field}' is not supported"
            yield Diagnostic(SCHEMA, f"{text} with QueryLanguage {language}" if language else text, f"{path}/{field}")
