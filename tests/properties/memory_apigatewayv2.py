# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""HTTP APIs in memory, with what makes updates of them hard: AWS merges what an update gives into what is there."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import page, refusal
from tests.properties.memory_deployments import Deployments

Item = dict[str, Any]

# The id of an item of each kind, and what AWS gives an item that says nothing of it.
_IDS = {"routes": "RouteId", "integrations": "IntegrationId", "authorizers": "AuthorizerId", "stages": "StageName"}
_DEFAULTS: dict[str, Item] = {
    "routes": {"ApiKeyRequired": False, "AuthorizationType": "NONE"},
    "integrations": {"ConnectionType": "INTERNET", "PayloadFormatVersion": "1.0", "TimeoutInMillis": 30000},
    "authorizers": {},
    "stages": {"AutoDeploy": False, "DefaultRouteSettings": {"DetailedMetricsEnabled": False}, "RouteSettings": {}},
}
# Mappings that an update merges into the present ones; an empty value takes an entry away.
_MERGED = ("RequestParameters", "ResponseParameters", "StageVariables", "RouteSettings", "DefaultRouteSettings")
_PAGE = 3


class MemoryApiGatewayV2(Deployments):
    """state: APIs by id, each with what GetApi says and its parts by kind and id."""

    def add(self, api: Item, **parts: list[Item]) -> str:
        """Put an API there that somebody else has made; returns its id."""
        api_id = self.new_id("api")
        described = {"ApiEndpoint": f"https://{api_id}.example.com", "DisableExecuteApiEndpoint": False, **api}
        kept = {kind: {item[key]: item for item in parts.get(kind, [])} for kind, key in _IDS.items()}
        self.state[api_id] = {"api": {"ApiId": api_id, "Tags": {}, **described}, **kept, "deployments": {}}
        self.deploy_automatically(api_id)
        return api_id

    def _api(self, api_id: str) -> Item:
        if api_id not in self.state:
            raise refusal("NotFoundException")
        return self.state[api_id]

    def _item(self, api_id: str, kind: str, item_id: str) -> Item:
        if item_id not in self._api(api_id)[kind]:
            raise refusal("NotFoundException")
        return self._api(api_id)[kind][item_id]

    def _list(self, items: list[Item], token: str | None) -> Item:
        found, following = page(items, _PAGE, token)
        return {"Items": found, **({"NextToken": following} if following else {})}

    # APIs

    def get_apis(self, MaxResults: str, NextToken: str | None = None) -> Item:
        return self._list([kept["api"] for kept in self.state.values()], NextToken)

    def get_api(self, ApiId: str) -> Item:
        return copy.deepcopy(self._api(ApiId)["api"])

    def create_api(self, Name: str, ProtocolType: str, **request: Any) -> Item:
        api = {"Name": Name, "ProtocolType": ProtocolType, **copy.deepcopy(request)}
        return self.get_api(self.add({key: value for key, value in api.items() if value != ""}))

    def update_api(self, ApiId: str, **request: Any) -> None:
        self._api(ApiId)["api"] |= copy.deepcopy(request)
        self.deploy_automatically(ApiId)

    def delete_api(self, ApiId: str) -> None:
        self._api(ApiId)
        del self.state[ApiId]

    def delete_cors_configuration(self, ApiId: str) -> None:
        if self._api(ApiId)["api"].pop("CorsConfiguration", None) is None:
            raise refusal("NotFoundException")
        self.deploy_automatically(ApiId)

    def _tags(self, arn: str) -> dict[str, str]:
        _apis, api_id, *rest = arn.split("/", 1)[1].split("/")
        return (
            self._item(api_id, "stages", rest[1]).setdefault("Tags", {}) if rest else self._api(api_id)["api"]["Tags"]
        )

    def tag_resource(self, ResourceArn: str, Tags: dict[str, str]) -> None:
        self._tags(ResourceArn).update(Tags)

    def untag_resource(self, ResourceArn: str, TagKeys: list[str]) -> None:
        for key in TagKeys:
            self._tags(ResourceArn).pop(key, None)

    # Parts

    def _create(self, api_id: str, kind: str, item_id: str, request: Item) -> Item:
        if item_id in self._api(api_id)[kind]:
            raise refusal("ConflictException", "It exists already.")
        item = {**copy.deepcopy(_DEFAULTS[kind]), **copy.deepcopy(request), _IDS[kind]: item_id}
        self._check(api_id, kind, item)
        self._api(api_id)[kind][item_id] = item
        self.deploy_automatically(api_id)
        return copy.deepcopy(item)

    def _update(self, api_id: str, kind: str, item_id: str, request: Item) -> None:
        item = self._item(api_id, kind, item_id)
        after = copy.deepcopy(item)
        for key, value in copy.deepcopy(request).items():
            after[key] = _merged(after.get(key) or {}, value) if key in _MERGED else value
        self._check(api_id, kind, after)
        self._api(api_id)[kind][item_id] = after
        self.deploy_automatically(api_id)

    def _check(self, api_id: str, kind: str, item: Item) -> None:
        """Refuse what AWS refuses of references, and of lists and mappings that name nothing."""
        api = self._api(api_id)
        if kind == "routes":
            target = str(item.get("Target", "")).removeprefix("integrations/")
            if target and target not in api["integrations"]:
                raise refusal("NotFoundException", f"Unable to find Integration {target}.")
            if item["AuthorizationType"] in ("JWT", "CUSTOM") and item.get("AuthorizerId") not in api["authorizers"]:
                raise refusal("BadRequestException", "The authorizer does not exist.")
        if kind == "stages":
            keys = {route["RouteKey"] for route in api["routes"].values()}
            lost = set(item["RouteSettings"]) - keys
            if lost:
                raise refusal("NotFoundException", f"Unable to find Route by key {sorted(lost)[0]}.")

    def _delete(self, api_id: str, kind: str, item_id: str) -> None:
        self._item(api_id, kind, item_id)
        routes = self._api(api_id)["routes"].values()
        used = {str(route.get("Target", "")).removeprefix("integrations/") for route in routes}
        used |= {route.get("AuthorizerId") for route in routes if route["AuthorizationType"] in ("JWT", "CUSTOM")}
        if kind in ("integrations", "authorizers") and item_id in used:
            raise refusal("ConflictException", f"{item_id} is used by a route.")
        gone = self._api(api_id)[kind].pop(item_id)
        if kind == "routes":
            for stage in self._api(api_id)["stages"].values():
                stage["RouteSettings"].pop(gone["RouteKey"], None)
        self.deploy_automatically(api_id)

    def get_routes(self, ApiId: str, MaxResults: str, NextToken: str | None = None) -> Item:
        return self._list(list(self._api(ApiId)["routes"].values()), NextToken)

    def get_integrations(self, ApiId: str, MaxResults: str, NextToken: str | None = None) -> Item:
        return self._list(list(self._api(ApiId)["integrations"].values()), NextToken)

    def get_stages(self, ApiId: str, MaxResults: str, NextToken: str | None = None) -> Item:
        return self._list(list(self._api(ApiId)["stages"].values()), NextToken)

    def get_authorizers(self, ApiId: str, MaxResults: str, NextToken: str | None = None) -> Item:
        return self._list(list(self._api(ApiId)["authorizers"].values()), NextToken)

    def create_route(self, ApiId: str, **request: Any) -> Item:
        if request["RouteKey"] in [route["RouteKey"] for route in self._api(ApiId)["routes"].values()]:
            raise refusal("ConflictException", "The route exists already.")
        return self._create(ApiId, "routes", self.new_id("route"), request)

    def create_integration(self, ApiId: str, **request: Any) -> Item:
        return self._create(ApiId, "integrations", self.new_id("int"), request)

    def create_authorizer(self, ApiId: str, **request: Any) -> Item:
        return self._create(ApiId, "authorizers", self.new_id("auth"), request)

    def create_stage(self, ApiId: str, StageName: str, **request: Any) -> Item:
        return self._create(ApiId, "stages", StageName, request)

    def update_route(self, ApiId: str, RouteId: str, **request: Any) -> None:
        self._update(ApiId, "routes", RouteId, request)

    def update_integration(self, ApiId: str, IntegrationId: str, **request: Any) -> None:
        self._update(ApiId, "integrations", IntegrationId, request)

    def update_authorizer(self, ApiId: str, AuthorizerId: str, **request: Any) -> None:
        self._update(ApiId, "authorizers", AuthorizerId, request)

    def update_stage(self, ApiId: str, StageName: str, **request: Any) -> None:
        self._update(ApiId, "stages", StageName, request)

    def delete_route(self, ApiId: str, RouteId: str) -> None:
        self._delete(ApiId, "routes", RouteId)

    def delete_integration(self, ApiId: str, IntegrationId: str) -> None:
        self._delete(ApiId, "integrations", IntegrationId)

    def delete_authorizer(self, ApiId: str, AuthorizerId: str) -> None:
        self._delete(ApiId, "authorizers", AuthorizerId)

    def delete_stage(self, ApiId: str, StageName: str) -> None:
        self._delete(ApiId, "stages", StageName)

    def delete_access_log_settings(self, ApiId: str, StageName: str) -> None:
        self._item(ApiId, "stages", StageName).pop("AccessLogSettings", None)

    def delete_route_settings(self, ApiId: str, StageName: str, RouteKey: str) -> None:
        if self._item(ApiId, "stages", StageName)["RouteSettings"].pop(RouteKey, None) is None:
            raise refusal("NotFoundException")


def _merged(current: Item, given: Item) -> Item:
    merged = dict(current)
    for key, value in given.items():
        if isinstance(value, dict) and value:
            merged[key] = _merged(merged.get(key) or {}, value)
        elif value in ("", {}):
            merged.pop(key, None)
        else:
            merged[key] = value
    return merged
