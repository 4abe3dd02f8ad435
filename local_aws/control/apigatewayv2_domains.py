# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway v2: custom domain names and their API mappings, as far as moto lacks or loosens them."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import string
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2 import urls
from moto.apigatewayv2.exceptions import ApiNotFound, BadRequestException, DomainNameNotFound
from moto.apigatewayv2.models import ApiGatewayV2Backend, ApiMapping, DomainName
from moto.apigatewayv2.responses import ApiGatewayV2Response

from local_aws.control.apigatewayv2_checks import Conflict
from local_aws.profile import Clock

_CERTIFICATE = re.compile(r"arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate/.+")
_KEY = re.compile(r"[A-Za-z0-9$_.+!*'()-]+(/[A-Za-z0-9$_.+!*'()-]+)*")
_DEFAULTS = {"endpointType": "REGIONAL", "securityPolicy": "TLS_1_2", "ipAddressType": "ipv4"}
_SETTINGS = (*_DEFAULTS, "certificateArn", "ownershipVerificationCertificateArn")
# The hosted zone of regional domain names is the same for everybody in a region ("API Gateway endpoints and quotas").
_ZONES = {"us-east-1": "Z1UJRXOUMOOFQ8", "us-east-2": "ZOJJZC49E0EPZ", "us-west-2": "Z2OJLYMUO9EFXC"}
_MODES = ("API_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_API_MAPPING")


def domains_tell_their_target() -> None:
    """A domain name has a target name, a hosted zone, a status, a routing mode and defaults; moto returns the request.

    It is UPDATING for the time of the profile's entry `domain`, then AVAILABLE.
    """
    original_init, original_to_json = DomainName.__init__, DomainName.to_json

    def init(self: Any, *args: Any, **given: Any) -> None:
        original_init(self, *args, **given)
        backend = given["backend"]
        self.backend, self.clock, self.routing_mode = backend, Clock("domain"), _MODES[0]
        label = hashlib.sha256(f"{backend.account_id} {self.domain_name}".encode()).hexdigest()[:10]
        self.target = f"d-{label}.execute-api.{backend.region_name}.amazonaws.com"
        self.zone = _ZONES.get(
            backend.region_name, f"Z{hashlib.sha256(backend.region_name.encode()).hexdigest()[:13].upper()}"
        )
        self.configuration = _configuration({}, self.domain_name_configurations)
        backend.tag_resource(self.domain_name_arn, self.tags)

    def to_json(self: Any) -> dict[str, Any]:
        shown: dict[str, Any] = original_to_json(self)
        state = {
            "apiGatewayDomainName": self.target,
            "hostedZoneId": self.zone,
            "domainNameStatus": "UPDATING" if self.clock.running else "AVAILABLE",
        }
        shown |= {"domainNameConfigurations": [{**self.configuration, **state}], "routingMode": self.routing_mode}
        shown["tags"] = self.backend.get_tags(self.domain_name_arn)
        if not self.mutual_tls_authentication:
            del shown["mutualTlsAuthentication"]
        return shown

    DomainName.__init__, DomainName.to_json = init, to_json


def _configuration(current: Mapping[str, str], given: Any) -> dict[str, str]:
    """The one configuration of a domain name, from a request and what is there; BadRequestException."""
    if not isinstance(given, list) or len(given) != 1:
        raise BadRequestException("A domain name needs exactly one domain name configuration")
    settings = {name: given[0][name] for name in _SETTINGS if given[0].get(name)}
    found = {**_DEFAULTS, **current, **settings}
    if not _CERTIFICATE.fullmatch(found.get("certificateArn", "")):
        raise BadRequestException("Invalid certificate ARN specified")
    return found


def domains_can_be_updated() -> None:
    """UpdateDomainName changes what is given; an empty truststore URI ends mutual TLS. moto has no such operation."""
    original_create = ApiGatewayV2Response.create_domain_name

    def create_domain_name(self: Any) -> Any:
        answer = original_create(self)
        given = json.loads(self.body)
        domain = self.apigatewayv2_backend.get_domain_name(given["domainName"])
        domain.routing_mode = _mode(given, domain)
        return answer[0], answer[1], json.dumps(domain.to_json())

    def update_domain_name(self: Any) -> Any:
        domain = self.apigatewayv2_backend.get_domain_name(unquote(self.path.split("/")[-1]))
        given = json.loads(self.body)
        mode = _mode(given, domain)
        if given.get("domainNameConfigurations"):
            domain.configuration = _configuration(domain.configuration, given["domainNameConfigurations"])
        if "mutualTlsAuthentication" in given:
            asked = given["mutualTlsAuthentication"]
            domain.mutual_tls_authentication = asked if asked.get("truststoreUri") else {}
        domain.routing_mode, domain.clock = mode, Clock("domain")
        return 200, {}, json.dumps(domain.to_json())

    ApiGatewayV2Response.create_domain_name, ApiGatewayV2Response.update_domain_name = (
        create_domain_name,
        update_domain_name,
    )


def _mode(given: Mapping[str, Any], domain: Any) -> str:
    mode = str(given.get("routingMode") or domain.routing_mode)
    if mode not in _MODES:
        raise BadRequestException(f"Invalid routingMode specified. Must be one of [{', '.join(_MODES)}]")
    return mode


def domains_with_mappings_can_be_deleted() -> None:
    """DeleteDomainName takes the mappings with it; moto's loop over them breaks."""

    def delete_domain_name(self: Any, domain_name: str) -> None:
        domain = self.get_domain_name(domain_name)
        for mapping_id in [key for key, each in self.api_mappings.items() if each.domain_name == domain_name]:
            del self.api_mappings[mapping_id]
        del self.domain_names[domain_name]
        self.untag_resource(domain.domain_name_arn, list(self.get_tags(domain.domain_name_arn)))

    ApiGatewayV2Backend.delete_domain_name = delete_domain_name


def mappings_are_checked() -> None:
    """A mapping names a stage that exists and a key of its own, and keeps its id; moto checks neither.

    moto makes the id from stage and key, and answers for an unknown domain with an empty list.
    """
    original_list = ApiGatewayV2Backend.get_api_mappings

    def create_api_mapping(self: Any, api_id: str, api_mapping_key: str, domain_name: str, stage: str) -> Any:
        self.get_domain_name(domain_name)
        _check_mapping(self, domain_name, api_id, api_mapping_key, stage, None)
        mapping_id = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(6))
        self.api_mappings[mapping_id] = ApiMapping(
            domain_name=domain_name,
            api_id=api_id,
            api_mapping_key=api_mapping_key,
            api_mapping_id=mapping_id,
            stage=stage,
        )
        return self.api_mappings[mapping_id]

    def get_api_mappings(self: Any, domain_name: str) -> Any:
        self.get_domain_name(domain_name)
        return original_list(self, domain_name)

    ApiGatewayV2Backend.create_api_mapping = create_api_mapping
    ApiGatewayV2Backend.get_api_mappings = get_api_mappings


def _check_mapping(backend: Any, domain: str, api_id: str, key: str, stage: str, own: str | None) -> None:
    if api_id not in backend.apis:
        raise ApiNotFound(api_id)
    if stage not in backend.apis[api_id].stages:
        raise BadRequestException("Invalid stage identifier specified")
    if key and not _KEY.fullmatch(key):
        raise BadRequestException(
            "API mapping key should not start or end with a '/', nor have consecutive '/'s or other characters than "
            "letters, digits and $-_.+!*'()/"
        )
    for mapping in backend.api_mappings.values():
        if mapping.domain_name == domain and mapping.api_mapping_key == key and mapping.api_mapping_id != own:
            raise Conflict("ApiMapping key already exists for this domain name")


def mappings_can_be_updated() -> None:
    """UpdateApiMapping points a mapping to another API, stage or key; moto has no such operation."""

    def update_api_mapping(self: Any) -> Any:
        backend = self.apigatewayv2_backend
        domain_name, mapping_id = unquote(self.path.split("/")[-3]), self.path.split("/")[-1]
        mapping = backend.get_api_mapping(mapping_id, domain_name)
        given = json.loads(self.body)
        api_id, stage = given.get("apiId") or mapping.api_id, given.get("stage") or mapping.stage
        key = given.get("apiMappingKey", mapping.api_mapping_key)
        _check_mapping(backend, domain_name, api_id, key, stage, mapping_id)
        mapping.api_id, mapping.api_mapping_key, mapping.stage = api_id, key, stage
        return 200, {}, json.dumps(mapping.to_json())

    ApiGatewayV2Response.update_api_mapping = update_api_mapping


def domains_have_tags() -> None:
    """Get, Tag and UntagResource work on the ARNs of domain names; moto has no path for them."""
    path = "{0}/v2/tags/(?P<arn>[^/]+)/domainnames/(?P<domain_name>[^/]+)$"
    urls.url_paths[path] = ApiGatewayV2Response.dispatch
    for name in ("get_tags", "tag_resource", "untag_resource"):
        setattr(ApiGatewayV2Response, name, _of_known_domain(getattr(ApiGatewayV2Response, name)))


def _of_known_domain(operation: Any) -> Any:
    def checked(self: Any) -> Any:
        kind, _, rest = unquote(self.path.split("/tags/")[1]).partition("::/")[2].partition("/")
        if kind == "domainnames" and rest not in self.apigatewayv2_backend.domain_names:
            raise DomainNameNotFound
        return operation(self)

    return checked


def apply() -> None:
    """Install all of them."""
    domains_tell_their_target()
    domains_can_be_updated()
    domains_with_mappings_can_be_deleted()
    mappings_are_checked()
    mappings_can_be_updated()
    domains_have_tags()
