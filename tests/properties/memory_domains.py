# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Custom domain names with their mappings in memory, beside the HTTP APIs that they lead to."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import page, refusal
from tests.properties.memory_apigatewayv2 import MemoryApiGatewayV2

Item = dict[str, Any]


class MemoryDomains(MemoryApiGatewayV2):
    """domains: descriptions by name, each with its mappings by id. state: the APIs alone."""

    def __init__(self) -> None:
        super().__init__()
        self.domains: dict[str, Item] = {}

    def get_domain_name(self, DomainName: str) -> Item:
        if DomainName not in self.domains:
            raise refusal("NotFoundException")
        return copy.deepcopy({key: value for key, value in self.domains[DomainName].items() if key != "mappings"})

    def get_api_mappings(self, DomainName: str, MaxResults: str, NextToken: str | None = None) -> Item:
        found, following = page(list(self._domain(DomainName)["mappings"].values()), 2, NextToken)
        return {"Items": found, **({"NextToken": following} if following else {})}

    def _domain(self, name: str) -> Item:
        if name not in self.domains:
            raise refusal("NotFoundException")
        return self.domains[name]

    def create_domain_name(self, DomainName: str, **request: Any) -> None:
        if DomainName in self.domains:
            raise refusal("ConflictException")
        self.domains[DomainName] = {"DomainName": DomainName, "Tags": {}, "mappings": {}}
        self._change(DomainName, request)

    def update_domain_name(self, DomainName: str, **request: Any) -> None:
        self._change(DomainName, request)

    def _change(self, name: str, request: Item) -> None:
        after = {**self._domain(name), **copy.deepcopy(request)}
        if after.get("MutualTlsAuthentication") == {"TruststoreUri": ""}:
            del after["MutualTlsAuthentication"]
        [configuration] = after["DomainNameConfigurations"]
        if configuration["SecurityPolicy"] == "TLS_1_0" and after["mappings"]:
            raise refusal("BadRequestException", "HTTP APIs are mapped with TLS 1.2 only.")
        configuration |= {"DomainNameStatus": "AVAILABLE", "ApiGatewayDomainName": "d-1", "HostedZoneId": "Z1"}
        self.domains[name] = after

    def delete_domain_name(self, DomainName: str) -> None:
        if self._domain(DomainName)["mappings"]:
            raise refusal("BadRequestException", "The domain name has mappings.")
        del self.domains[DomainName]

    def create_api_mapping(self, DomainName: str, ApiMappingKey: str, ApiId: str, Stage: str) -> None:
        mappings = self._domain(DomainName)["mappings"]
        if ApiMappingKey in [each["ApiMappingKey"] for each in mappings.values()]:
            raise refusal("ConflictException", "The key is mapped already.")
        self._item(ApiId, "stages", Stage)
        mapping_id = self.new_id("map")
        mapping = {"ApiMappingId": mapping_id, "ApiMappingKey": ApiMappingKey, "ApiId": ApiId, "Stage": Stage}
        mappings[mapping_id] = mapping
        [configuration] = self._domain(DomainName)["DomainNameConfigurations"]
        if configuration["SecurityPolicy"] == "TLS_1_0":
            raise refusal("BadRequestException", "HTTP APIs are mapped with TLS 1.2 only.")

    def update_api_mapping(self, DomainName: str, ApiMappingId: str, ApiId: str, Stage: str) -> None:
        self._item(ApiId, "stages", Stage)
        self._domain(DomainName)["mappings"][ApiMappingId] |= {"ApiId": ApiId, "Stage": Stage}

    def delete_api_mapping(self, DomainName: str, ApiMappingId: str) -> None:
        del self._domain(DomainName)["mappings"][ApiMappingId]

    def _tags(self, arn: str) -> dict[str, str]:
        if "/domainnames/" in arn:
            tags: dict[str, str] = self.domains[arn.rsplit("/", 1)[1]]["Tags"]
            return tags
        return super()._tags(arn)
