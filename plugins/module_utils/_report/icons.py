# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What became of something, as a sign and a word: never by colour alone.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._report.markup import Markup, element

# Status -> its sign, as a path in a square of 16 by 16.
_SIGNS = {
    "succeeded": "M4.5 8.4l2.4 2.4 4.6-5.2",
    "retried": "M11.3 6.2A3.9 3.9 0 1 0 11.9 8.6M11.6 3.6v2.9H8.7",
    "failed": "M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4",
    "running": "M6.2 4.9v6.2M9.8 4.9v6.2M6.2 4.9",
    "aborted": "M5.5 5.5h5v5h-5z",
    "not reached": "M5 8h6",
}
WORDS = {
    "succeeded": "succeeded",
    "retried": "succeeded after a retry",
    "failed": "failed",
    "running": "running",
    "aborted": "stopped",
    "not reached": "not reached",
}
# AWS's word for the status of an execution -> status here.
OF_EXECUTION = {
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "failed",
    "ABORTED": "aborted",
    "RUNNING": "running",
    "PENDING_REDRIVE": "running",
}


def css_class(status: str) -> str:
    return f"is-{status.replace(' ', '-')}"


def symbols() -> Markup:
    """Return the definitions that C(sign) refers to."""
    drawn = [
        element(
            "symbol",
            {"id": f"sign-{status.replace(' ', '-')}", "viewBox": "0 0 16 16"},
            element("circle", {"class": "disc", "cx": 8, "cy": 8, "r": 7.2}),
            element("path", {"class": "stroke", "d": path}),
        )
        for status, path in _SIGNS.items()
    ]
    return element("svg", {"class": "definitions", "aria-hidden": "true", "width": 0, "height": 0}, *drawn)


def sign(status: str, x: float | None = None, y: float | None = None) -> Markup:
    """Return the sign of a status, in text or, with x and y, in a drawing."""
    use = element("use", {"href": f"#sign-{status.replace(' ', '-')}"})
    place = {"class": f"sign {css_class(status)}", "width": 16, "height": 16, "aria-hidden": "true"}
    return element("svg", place | ({} if x is None else {"x": x, "y": y}), use)


def execution_status(status: str) -> str:
    return OF_EXECUTION.get(status, "running")


def execution_word(status: str) -> str:
    return status.lower().replace("_", " ").capitalize()
