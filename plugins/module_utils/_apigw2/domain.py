# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Custom domain names with their API mappings: what one is, what one shall be, and the steps between. Pure functions.

Private to the collection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, present, unknown

Settings = dict[str, Any]

# HTTP APIs can be reached only at regional domain names.
ENDPOINT_TYPE = "REGIONAL"
DEFAULTS = {"security_policy": "TLS_1_2", "ip_address_type": "ipv4", "routing_mode": "API_MAPPING_ONLY"}
_CONFIGURATION = {
    "certificate_arn": "CertificateArn",
    "security_policy": "SecurityPolicy",
    "ip_address_type": "IpAddressType",
    "ownership_verification_certificate_arn": "OwnershipVerificationCertificateArn",
}
_OPTIONS = (*_CONFIGURATION, "routing_mode", "mutual_tls")


@dataclass(frozen=True)
class Apis:
    """The HTTP APIs of the region, by which mappings name them.

    ids_by_name: a name may belong to several APIs.
    """

    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids_by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for api_id, name in sorted(self.names.items()):
            found.setdefault(name, []).append(api_id)
        return found

    def label(self, api_id: str) -> str:
        """Return the name of an API if it is the only one of this name, else its id."""
        name = self.names.get(api_id)
        if name is None or Counter(self.names.values())[name] > 1:
            return api_id
        return name


@dataclass(frozen=True)
class Found:
    """A custom domain name as AWS describes it, with its mappings."""

    domain: dict[str, Any]
    mappings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def configuration(self) -> dict[str, Any]:
        configurations: list[dict[str, Any]] = self.domain.get("DomainNameConfigurations") or [{}]
        return configurations[0]

    @property
    def mapping_ids(self) -> dict[str, str]:
        """Ids by mapping key; the key of all paths is empty."""
        return {each.get("ApiMappingKey") or "": each["ApiMappingId"] for each in self.mappings}


def settings(found: Found, apis: Apis) -> Settings:
    """Return all settings of a domain name in the form of the module's options, its mappings by key."""
    described, configuration = found.domain, found.configuration
    return {
        **{option: configuration.get(name) or DEFAULTS.get(option) for option, name in _CONFIGURATION.items()},
        "routing_mode": described.get("RoutingMode") or DEFAULTS["routing_mode"],
        "mutual_tls": _mutual_tls(described.get("MutualTlsAuthentication") or {}),
        "mappings": _sorted(
            {
                each.get("ApiMappingKey") or "": {
                    "api": apis.label(each["ApiId"]),
                    "api_id": each["ApiId"],
                    "stage": each["Stage"],
                }
                for each in found.mappings
            }
        ),
        "tags": dict(described.get("Tags") or {}),
    }


def _mutual_tls(described: Mapping[str, Any]) -> Settings:
    if not described.get("TruststoreUri"):
        return {}
    return {"truststore_uri": described["TruststoreUri"], "truststore_version": described.get("TruststoreVersion")}


def _sorted(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: parts[name] for name in sorted(parts)}


def desired(params: Mapping[str, Any], before: Settings | None, mappings: Mapping[str, Settings] | None) -> Settings:
    """Return the settings that a domain name shall have; what is left out stays as it is.

    mappings: the wanted ones by key, their APIs found; None leaves them alone.
    """
    current: Settings = before or {**DEFAULTS, "mutual_tls": {}, "mappings": {}, "tags": {}}
    wanted_tls = params["mutual_tls"]
    kept = {} if params["purge_mappings"] and mappings is not None else current["mappings"]
    return {
        **{option: params[option] or current.get(option) for option in (*_CONFIGURATION, "routing_mode")},
        "mutual_tls": current["mutual_tls"] if wanted_tls is None else _wanted_tls(wanted_tls),
        "mappings": _sorted({**kept, **(mappings or {})}),
        "tags": desired_tags(current["tags"], params["tags"], params["purge_tags"]),
    }


def _wanted_tls(option: Mapping[str, Any]) -> Settings:
    if not option.get("truststore_uri"):
        return {}
    return {"truststore_uri": option["truststore_uri"], "truststore_version": option.get("truststore_version") or None}


def differences(before: Settings, after: Settings) -> list[str]:
    """Return the names of the options in which two domain names differ, mappings and tags left aside."""
    return [option for option in _OPTIONS if before[option] != after[option]]


def sentences(name: str, before: Settings | None, after: Settings) -> list[str]:
    """Return one sentence for each step from before to after, in the order in which they are made."""
    found = before or {"mappings": {}, "tags": after["tags"]}
    actions = []
    if before is None:
        actions.append(f"create custom domain name {name}")
    elif changed := differences(before, after):
        actions.append(f"update custom domain name {name}: {', '.join(changed)}")
    if found["tags"] != after["tags"]:
        actions.append(f"update tags of custom domain name {name}")
    for key, wanted in after["mappings"].items():
        if target(found["mappings"].get(key)) != target(wanted):
            verb = "remap" if key in found["mappings"] else "map"
            actions.append(f"{verb} {name}/{key} to stage {wanted['stage']} of {wanted['api']}")
    return actions + [f"delete mapping {name}/{key}" for key in found["mappings"] if key not in after["mappings"]]


def target(mapping: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Return what a mapping leads to: API id and stage."""
    return (mapping["api_id"], mapping["stage"]) if mapping else None


def create_request(after: Settings) -> dict[str, Any]:
    """Return the request that creates a domain name, without its name."""
    request = {
        "DomainNameConfigurations": [_configuration(after)],
        "RoutingMode": after["routing_mode"],
        "MutualTlsAuthentication": _tls_request(after["mutual_tls"]) if after["mutual_tls"] else None,
        "Tags": after["tags"] or None,
    }
    return present(request)


def update_request(before: Settings, after: Settings) -> dict[str, Any]:
    """Return the request for what differs, without the name; {} for nothing.

    An empty truststore URI ends mutual TLS ("Configuring mutual TLS authentication for an HTTP API").
    """
    changed = set(differences(before, after))
    request: dict[str, Any] = {}
    if changed & set(_CONFIGURATION):
        request["DomainNameConfigurations"] = [_configuration(after)]
    if "routing_mode" in changed:
        request["RoutingMode"] = after["routing_mode"]
    if "mutual_tls" in changed:
        request["MutualTlsAuthentication"] = _tls_request(after["mutual_tls"]) or {"TruststoreUri": ""}
    return request


def _configuration(after: Settings) -> dict[str, Any]:
    return {**present({name: after[option] for option, name in _CONFIGURATION.items()}), "EndpointType": ENDPOINT_TYPE}


def _tls_request(mutual_tls: Settings) -> dict[str, Any]:
    names = {"truststore_uri": "TruststoreUri", "truststore_version": "TruststoreVersion"}
    return present({names[option]: value for option, value in mutual_tls.items()})


def describe(name: str, found: Found | None, after: Settings, arn: str) -> Settings:
    """Return a domain name in the form of the modules' return values; what is not known yet becomes a placeholder."""
    configuration = found.configuration if found else {}
    mapping_ids = found.mapping_ids if found else {}
    return {
        "domain_name": name,
        "arn": arn,
        "state": configuration.get("DomainNameStatus", "UPDATING"),
        "state_message": configuration.get("DomainNameStatusMessage"),
        "target_domain_name": configuration.get("ApiGatewayDomainName", unknown("d-")),
        "hosted_zone_id": configuration.get("HostedZoneId", unknown()),
        "endpoint_type": configuration.get("EndpointType", ENDPOINT_TYPE),
        **after,
        "mappings": [
            {
                "key": key,
                **each,
                "mapping_id": mapping_ids.get(key, unknown()),
                "url": f"https://{name}/{key}".rstrip("/"),
            }
            for key, each in after["mappings"].items()
        ],
    }


def compared(found: Settings) -> Settings:
    """Return settings as a diff shows them: without what is not set, and without ids of APIs."""
    shown = {option: value for option, value in found.items() if value not in (None, {}, "")}
    mappings = {key: {"api": each["api"], "stage": each["stage"]} for key, each in found["mappings"].items()}
    return {**shown, "mappings": mappings} if mappings else shown
