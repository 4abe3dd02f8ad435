# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The settings of an inventory, checked as a whole: those of each service and those of the site.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site.service_options import option_findings
from ansible_collections.orchestra.aws.plugins.module_utils._site.site_settings import site_setting_findings


def setting_findings(names: Sequence[str], hosts: Mapping[str, Mapping[str, Any]], control: Sequence[str]) -> list[str]:
    """Return what is wrong, a sentence each. hosts: host name -> its variables."""
    services = [_service(name, hosts[name]) for name in names]
    site = site_setting_findings(hosts[control[0]], services) if control else []
    return [*site, *(f"{name}: {sentence}" for name in names for sentence in option_findings(name, hosts[name]))]


def _service(name: str, host: Mapping[str, Any]) -> dict[str, Any]:
    secrets = host.get("ecs_service_secrets")
    return {
        "name": name,
        "image": host.get("ecs_service_image"),
        "secrets": secrets if isinstance(secrets, Mapping) else {},
        "spot_percent": host.get("ecs_service_spot_percent"),
        "strategy": host.get("ecs_service_capacity_provider_strategy"),
    }
