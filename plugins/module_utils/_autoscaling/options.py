# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Argument spec of autoscaling. Its meaning is documented in the fragment ecs_autoscaling.

Nothing has a default or is required outside of the lists, because an empty mapping means no autoscaling.
Private to the collection.
"""

from __future__ import annotations

from ansible_collections.orchestra.aws.plugins.module_utils._autoscaling.metrics import PREDEFINED
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.spec import (
    decimal,
    flag,
    mapping,
    number,
    structure,
    structures,
    text,
)

_CUSTOMIZED = {
    "metric_name": text(required=True),
    "namespace": text(required=True),
    "statistic": text(choices=["Average", "Minimum", "Maximum", "SampleCount", "Sum"], required=True),
    "dimensions": mapping(),
    "unit": text(),
}
_TARGET_TRACKING = {
    "name": text(required=True),
    "metric": text(choices=list(PREDEFINED)),
    "customized_metric": structure(_CUSTOMIZED),
    "target_value": decimal(required=True),
    "scale_in_cooldown": number(),
    "scale_out_cooldown": number(),
    "disable_scale_in": flag(),
}
_SCHEDULED = {
    "name": text(required=True),
    "schedule": text(required=True),
    "timezone": text(),
    "minimum": number(),
    "maximum": number(),
}
AUTOSCALING = {
    "minimum": number(),
    "maximum": number(),
    "suspended": structure({"scale_in": flag(), "scale_out": flag(), "scheduled": flag()}),
    "target_tracking": structures(
        _TARGET_TRACKING,
        mutually_exclusive=[("metric", "customized_metric")],
        required_one_of=[("metric", "customized_metric")],
    ),
    "scheduled": structures(_SCHEDULED, required_one_of=[("minimum", "maximum")]),
}
