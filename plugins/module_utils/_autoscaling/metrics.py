# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Metrics that a target tracking policy follows: from options to AWS's form and back. Pure functions.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REQUESTS = "requests_per_target"
# Option -> AWS's name of the metric (Application Auto Scaling, PredefinedMetricSpecification).
PREDEFINED = {
    "cpu": "ECSServiceAverageCPUUtilization",
    "memory": "ECSServiceAverageMemoryUtilization",
    REQUESTS: "ALBRequestCountPerTarget",
}
_OPTIONS = {name: option for option, name in PREDEFINED.items()}
_CUSTOMIZED = {"metric_name": "MetricName", "namespace": "Namespace", "statistic": "Statistic", "unit": "Unit"}


def resource_label(load_balancer_arn: str, target_group_arn: str) -> str:
    """Return what tells AWS whose requests are counted: app/<name>/<id>/targetgroup/<name>/<id>."""
    balancer = load_balancer_arn.split(":loadbalancer/")[-1]
    return f"{balancer}/{target_group_arn.split(':')[-1]}"


def settings(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared of the metric in a target tracking configuration in AWS's form."""
    predefined = configuration.get("PredefinedMetricSpecification")
    if predefined:
        kind = predefined["PredefinedMetricType"]
        return {"metric": _OPTIONS.get(kind, kind), **_label_settings(predefined.get("ResourceLabel"))}
    customized = configuration.get("CustomizedMetricSpecification") or {}
    found = {option: customized[name] for option, name in _CUSTOMIZED.items() if customized.get(name)}
    dimensions = {item["Name"]: item["Value"] for item in customized.get("Dimensions") or []}
    # Metric math has no option: kept, so that it counts as a difference.
    more = {"metrics": customized["Metrics"]} if customized.get("Metrics") else {}
    return {"customized_metric": {**found, **({"dimensions": dimensions} if dimensions else {}), **more}}


def _label_settings(label: str | None) -> dict[str, Any]:
    """Return the names in a resource label: the ids after them are AWS's own."""
    parts = (label or "").split("/")
    return {"load_balancer": parts[1], "target_group": parts[4]} if len(parts) > 5 else {}


def desired(options: Mapping[str, Any], load_balancer: str, target_group: str) -> dict[str, Any]:
    """Return what the metric of a policy shall be. load_balancer, target_group: names, for the requests."""
    if options.get("metric") == REQUESTS:
        return {"metric": REQUESTS, "load_balancer": load_balancer, "target_group": target_group}
    if options.get("metric"):
        return {"metric": options["metric"]}
    given = {key: value for key, value in options["customized_metric"].items() if value not in (None, {})}
    if "dimensions" in given:
        given["dimensions"] = {name: str(value) for name, value in given["dimensions"].items()}
    return {"customized_metric": given}


def request(wanted: Mapping[str, Any], label: str) -> dict[str, Any]:
    """Return the metric specification in AWS's form. label: of C(resource_label), for the requests."""
    if "metric" in wanted:
        kind = PREDEFINED.get(wanted["metric"], wanted["metric"])
        labelled = {"ResourceLabel": label} if wanted["metric"] == REQUESTS else {}
        return {"PredefinedMetricSpecification": {"PredefinedMetricType": kind, **labelled}}
    customized = wanted["customized_metric"]
    made: dict[str, Any] = {name: customized[option] for option, name in _CUSTOMIZED.items() if option in customized}
    if customized.get("dimensions"):
        made["Dimensions"] = [
            {"Name": name, "Value": value} for name, value in sorted(customized["dimensions"].items())
        ]
    return {"CustomizedMetricSpecification": made}
