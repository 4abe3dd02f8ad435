# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The function's folder on the import path, as Lambda has it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "files" / "lambda" / "invoker"))
