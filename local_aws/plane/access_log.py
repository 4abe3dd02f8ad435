# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Access logs of a stage, into the log group of its AccessLogSettings."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from local_aws import logs

_VARIABLE = re.compile(r"\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)")


def format_line(template: str, context: Mapping[str, str]) -> str:
    """The template with `$context.*` replaced; a variable without a value is a dash, as on AWS."""
    # Quotes are escaped, so that a JSON template stays JSON whatever a caller sends.
    return _VARIABLE.sub(lambda match: _escaped(context.get(match.group(1)) or "-"), template)


def write(account: str, stage: Any, context: Mapping[str, str], region: str) -> None:
    """Write one line, if the stage has access logs and their group exists."""
    configured = stage.access_log_settings or {}
    destination, template = configured.get("destinationArn"), configured.get("format")
    if not destination or not template or ":log-group:" not in destination:
        return
    group = str(destination).split(":log-group:", 1)[1].removesuffix(":*")
    stream = f"{context['apiId']}/{context['stage']}/{time.strftime('%Y/%m/%d', time.gmtime())}"
    logs.put(account, str(destination).split(":")[3] or region, group, stream, [format_line(template, context)])


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
