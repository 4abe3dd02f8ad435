# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Short spellings for the entries of an argument spec.

Private to the collection.
"""

from __future__ import annotations

from typing import Any


def text(**more: Any) -> dict[str, Any]:
    return {"type": "str", **more}


def number(**more: Any) -> dict[str, Any]:
    return {"type": "int", **more}


def decimal(**more: Any) -> dict[str, Any]:
    return {"type": "float", **more}


def flag(**more: Any) -> dict[str, Any]:
    return {"type": "bool", **more}


def texts(**more: Any) -> dict[str, Any]:
    return {"type": "list", "elements": "str", **more}


def numbers(**more: Any) -> dict[str, Any]:
    return {"type": "list", "elements": "int", **more}


def mapping(**more: Any) -> dict[str, Any]:
    """A dict whose keys are the user's own."""
    return {"type": "dict", **more}


def structure(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "dict", "options": options, **more}


def structures(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "list", "elements": "dict", "options": options, **more}
