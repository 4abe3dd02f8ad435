# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Wait until a condition holds, with a timeout whose message tells what was waited for.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _progress

# Quick at first, so that a fast answer costs nothing; then gentle to the API's throttling limits.
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0


class WaitTimeout(AnsibleAWSError):  # type: ignore[misc]  # amazon.aws is untyped.
    """The condition did not hold in time."""


def pauses() -> Iterator[float]:
    """Yield the seconds to pause between polls: growing from 0.2 to 5."""
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def until(
    what: str,
    ready: Callable[[], bool],
    timeout: float,
    state: Callable[[], str] = str,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Poll C(ready) until it is true.

    timeout: seconds. state: describes the last state for the message of WaitTimeout.
    """
    deadline = clock() + timeout
    for pause in pauses():
        if ready():
            return
        if clock() + pause > deadline:
            last = f"; the last state is {state()}" if state() else ""
            raise WaitTimeout(message=f"Waited {timeout:g} seconds for {what} in vain{last}.")
        _progress.tell([f"{what}{f' ({state()})' if state() else ''}"])
        sleep(pause)
