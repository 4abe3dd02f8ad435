# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Bring a custom domain name and its API mappings to their desired state, delete it, or find several of them.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _wait
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import api, domain, domain_api, domain_check
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.domain import Apis, Found, Settings
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown, tag_changes, unknown

# Nothing but the owner of the certificate ends these states.
_STUCK = ("PENDING_CERTIFICATE_REIMPORT", "PENDING_OWNERSHIP_VERIFICATION")


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Make the domain name and its mappings, or change what differs, and wait for it when asked to."""
    domain_check.check_options(params)
    if not check_mode and is_unknown(params):
        raise InputError("An option holds a value that a check mode run returned as a placeholder, not a real one.")
    client, name = clients("apigatewayv2"), params["domain_name"]
    found, apis = together(partial(_find, client, name), partial(_apis, client))
    before = domain.settings(found, apis) if found else None
    wanted = None if params["mappings"] is None else resolve(params["mappings"], apis, check_mode)
    after = domain.desired(params, before, wanted)
    domain_check.check_result(before, after)
    actions = domain.sentences(name, before, after)
    if not check_mode:
        _check_stages(client, before, after)
        _apply(client, params, found, before, after)
        found = _find(client, name) or Found({})
        after = domain.settings(found, apis)
    result = domain.describe(name, found, after, _arn(client, name))
    return Outcome(domain.compared(before) if before else {}, domain.compared(after), actions, {"domain": result})


def resolve(options: list[Mapping[str, Any]], apis: Apis, check_mode: bool) -> dict[str, Settings]:
    """Return the wanted mappings by key, with the ids of the APIs that they name.

    Raises InputError for a name of several APIs, and for one of none, unless check mode lets it be made later.
    """
    wanted = {}
    for each in options:
        given, ids = each["api"], apis.ids_by_name.get(each["api"], [])
        if is_unknown(given) or given in apis.names:
            api_id, label = given, apis.label(given)
        elif len(ids) > 1:
            raise InputError(f"{len(ids)} HTTP APIs are named {given} ({', '.join(ids)}): say which one by its id.")
        elif ids or check_mode:
            api_id, label = (ids or [unknown()])[0], given
        else:
            raise InputError(f"There is no HTTP API of the name or id {given} to map {each['key']!r} to.")
        wanted[each["key"]] = {"api": label, "api_id": api_id, "stage": each["stage"]}
    return wanted


def _check_stages(client: Client, before: Settings | None, after: Settings) -> None:
    """Raise InputError for a new mapping to a stage that does not exist, before anything is changed."""
    current = before["mappings"] if before else {}
    new = [each for key, each in after["mappings"].items() if domain.target(current.get(key)) != domain.target(each)]
    api_ids = sorted({each["api_id"] for each in new})
    lists = concurrently(*[partial(api.stages, client, api_id) for api_id in api_ids])
    stages = {api_id: {each["StageName"] for each in found or []} for api_id, found in zip(api_ids, lists, strict=True)}
    for each in new:
        if each["stage"] not in stages[each["api_id"]]:
            raise InputError(f"HTTP API {each['api']} has no stage {each['stage']} to map to.")


def _apply(
    client: Client, params: Mapping[str, Any], found: Found | None, before: Settings | None, after: Settings
) -> None:
    name, timeout = params["domain_name"], params["wait_timeout"]
    if found is None or before is None:
        domain_api.create_domain(client, name, domain.create_request(after))
    elif request := domain.update_request(before, after):
        # AWS refuses changes of a domain name that is being changed.
        _wait_available(client, name, timeout)
        if not after["mappings"]:
            # A security policy with which HTTP APIs cannot be mapped is refused as long as they are.
            _unmap(client, found, before["mappings"], {})
            before = {**before, "mappings": {}}
        domain_api.update_domain(client, name, request)
    if params["wait"]:
        _wait_available(client, name, timeout)
    if before is not None:
        _retag(client, name, before["tags"], after["tags"])
    _map(client, name, found, before["mappings"] if before else {}, after["mappings"])


def _map(
    client: Client, name: str, found: Found | None, before: Mapping[str, Settings], after: Mapping[str, Settings]
) -> None:
    mapping_ids = found.mapping_ids if found else {}
    for key, wanted in after.items():
        if key not in before:
            domain_api.create_mapping(client, name, key, wanted["api_id"], wanted["stage"])
        elif domain.target(before[key]) != domain.target(wanted):
            domain_api.update_mapping(client, name, key, mapping_ids[key], wanted["api_id"], wanted["stage"])
    _unmap(client, found, before, after)


def _unmap(client: Client, found: Found | None, before: Mapping[str, Settings], after: Mapping[str, Settings]) -> None:
    if found is None:
        return
    for key, mapping_id in found.mapping_ids.items():
        if key in before and key not in after:
            domain_api.delete_mapping(client, found.domain["DomainName"], mapping_id)


def _retag(client: Client, name: str, current: dict[str, str], wanted: dict[str, str]) -> None:
    to_set, to_remove = tag_changes(current, wanted)
    if to_set:
        api.tag(client, _arn(client, name), to_set)
    if to_remove:
        api.untag(client, _arn(client, name), to_remove)


def _wait_available(client: Client, name: str, timeout: float) -> None:
    state = ""

    def available() -> bool:
        nonlocal state
        configuration = Found(domain_api.domain(client, name) or {}).configuration
        state = configuration.get("DomainNameStatus") or "deleted"
        if state in (*_STUCK, "deleted"):
            why = configuration.get("DomainNameStatusMessage") or "no reason given"
            raise AnsibleAWSError(message=f"Custom domain name {name} is {state}: {why}.")
        return state == "AVAILABLE"

    _wait.until(f"custom domain name {name} to become available", available, timeout, lambda: state)


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the mappings and then the domain name; one that is not there is fine."""
    client, name = clients("apigatewayv2"), params["domain_name"]
    found, apis = together(partial(_find, client, name), partial(_apis, client))
    if found is None:
        return Outcome({}, {})
    before = domain.settings(found, apis)
    actions = [f"delete mapping {name}/{key}" for key in before["mappings"]]
    if not check_mode:
        for mapping_id in found.mapping_ids.values():
            domain_api.delete_mapping(client, name, mapping_id)
        domain_api.delete_domain(client, name)
    return Outcome(domain.compared(before), {}, [*actions, f"delete custom domain name {name}"])


def list_described(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Describe the domain names that the options of an info module select."""
    client, name = clients("apigatewayv2"), params["domain_name"]
    listed = [each for each in [domain_api.domain(client, name)] if each] if name else domain_api.domains(client)
    chosen = sorted((each for each in listed if _is_selected(params, each)), key=lambda each: str(each["DomainName"]))
    calls = [partial(domain_api.mappings, client, each["DomainName"]) for each in chosen]
    apis, mappings = together(partial(_apis, client), lambda: concurrently(*calls))
    found = [Found(each, part or []) for each, part in zip(chosen, mappings, strict=True)]
    domains = [
        domain.describe(
            each.domain["DomainName"], each, domain.settings(each, apis), _arn(client, each.domain["DomainName"])
        )
        for each in found
    ]
    return Outcome({}, {}, [], {"domains": domains})


def _is_selected(params: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    tags = found.get("Tags") or {}
    return found["DomainName"].endswith(params["suffix"] or "") and all(
        tags.get(key) == str(value) for key, value in (params["tags"] or {}).items()
    )


def _find(client: Client, name: str) -> Found | None:
    described = domain_api.domain(client, name)
    return Found(described, domain_api.mappings(client, name) or []) if described else None


def _apis(client: Client) -> Apis:
    return Apis({each["ApiId"]: each["Name"] for each in api.http_apis(client)})


def _arn(client: Client, name: str) -> str:
    return f"arn:{client.meta.partition}:apigateway:{client.meta.region_name}::/domainnames/{name}"
