# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The lock that whoever reads or changes moto's models holds: API calls and the data plane's controller.

moto iterates plain dictionaries, so a change from another thread in the middle of a call would break the call.
"""

from __future__ import annotations

import threading

state = threading.RLock()
