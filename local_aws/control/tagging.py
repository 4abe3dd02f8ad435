# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Resource Groups Tagging API: resources that moto's GetResources, TagResources and UntagResources do not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.core.resource_tagging import TaggedResource, iter_taggable_backends
from moto.ec2.models import EC2Backend
from moto.elbv2.models import ELBv2Backend
from moto.logs.models import LogsBackend
from moto.resourcegroupstaggingapi import models as tagging_models


class HttpApiTags:
    """API Gateway v2's tags in the shape that moto's tagging API asks its backends for."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._prefix = f"arn:{backend.partition}:apigateway:{backend.region_name}::/"

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """APIs, their stages, VPC links and custom domain names."""
        for api in list(self._backend.apis.values()):
            yield TaggedResource(api.arn, self._backend.get_tags(api.arn), "apigateway:apis")
            for stage in list(api.stages.values()):
                yield TaggedResource(f"{api.arn}/stages/{stage.name}", dict(stage.tags or {}), "apigateway:apis/stages")
        for link in list(self._backend.vpc_links.values()):
            yield TaggedResource(link.arn, self._backend.get_tags(link.arn), "apigateway:vpclinks")
        for domain in list(self._backend.domain_names.values()):
            arn = domain.domain_name_arn
            yield TaggedResource(arn, self._backend.get_tags(arn), "apigateway:domainnames")

    def owns_arn(self, arn: str) -> bool:
        """Whether the ARN is one of HTTP APIs (REST APIs have other paths)."""
        return arn.startswith(tuple(f"{self._prefix}{kind}/" for kind in ("apis", "vpclinks", "domainnames")))

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Set tags."""
        self._backend.tag_resource(arn, tags)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Remove tags."""
        self._backend.untag_resource(arn, tag_keys)


def http_apis_are_found() -> None:
    """GetResources returns HTTP APIs, stages and VPC links; moto's API Gateway v2 does not take part."""

    def with_http_apis(account_id: str, region_name: str) -> Iterator[Any]:
        yield from iter_taggable_backends(account_id, region_name)
        yield HttpApiTags(apigatewayv2_backends[account_id][region_name])

    tagging_models.iter_taggable_backends = with_http_apis


def elastic_ips_are_found() -> None:
    """GetResources returns Elastic IPs; moto leaves them out."""

    def addresses(self: Any) -> Iterator[TaggedResource]:
        for address in list(self.addresses):
            arn = f"arn:{self.partition}:ec2:{self.region_name}:{self.account_id}:elastic-ip/{address.allocation_id}"
            yield TaggedResource(arn, dict(self.tags.get(address.allocation_id, {})), "ec2:elastic-ip")

    _also(EC2Backend, addresses)


def listeners_are_found() -> None:
    """GetResources returns ALB listeners and rules; moto only load balancers and target groups."""

    def listeners(self: Any) -> Iterator[TaggedResource]:
        tags = self.tagging_service.get_tag_dict_for_resource
        for balancer in list(self.load_balancers.values()):
            for listener in list(balancer.listeners.values()):
                yield TaggedResource(listener.arn, tags(listener.arn), "elasticloadbalancing:listener")
                for rule in list(listener.rules.values()):
                    yield TaggedResource(rule.arn, tags(rule.arn), "elasticloadbalancing:listener-rule")

    _also(ELBv2Backend, listeners)


def log_groups_have_their_type() -> None:
    """The resource type of a log group is logs:log-group; moto says logs:loggroup."""
    original = LogsBackend.iter_tagged_resources

    def iter_tagged_resources(self: Any) -> Iterator[TaggedResource]:
        for resource in original(self):
            resource.resource_type = "logs:log-group"
            yield resource

    LogsBackend.iter_tagged_resources = iter_tagged_resources


def _also(backend: Any, more: Callable[[Any], Iterator[TaggedResource]]) -> None:
    """Let a backend tell more resources than it did."""
    original = backend.iter_tagged_resources

    def iter_tagged_resources(self: Any) -> Iterator[TaggedResource]:
        yield from original(self)
        yield from more(self)

    backend.iter_tagged_resources = iter_tagged_resources


def apply() -> None:
    """Install all of them."""
    http_apis_are_found()
    elastic_ips_are_found()
    listeners_are_found()
    log_groups_have_their_type()
