# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What stands in the way of a first deployment, or may: one finding with a level for each check. Pure functions only.

Private to the collection. What the account allows comes from the module account_info.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site.needs import held, needs

OK, WARNING, ERROR = "ok", "warning", "error"
# From this share of a quota on a finding warns.
_NEARLY = 0.8
# As many denied actions as one sentence names.
_NAMED = 12

Finding = dict[str, str]
Facts = Mapping[str, Any]


def findings(facts: Facts, settings: Facts, hosts: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Return the findings in the order in which one would mend them.

    facts: what account_info returns of all its parts. hosts: the services and their variables.
    settings: name, account_id, embedded, site (what it has: network, api, billed), faults, plain_secrets,
    registry (enabled, given), zone_count, excluded_zone_ids, nat_gateways.
    """
    if "caller" not in facts:
        return [*_settings(settings, hosts), _finding(ERROR, "credentials", f"AWS cannot be asked: {facts['msg']}")]
    checks = (_account, _permissions, _linked_roles, _zones, _quotas, _registry)
    found = [*_settings(settings, hosts), *_plain(settings)]
    for check in checks:
        found += check(facts, settings, hosts)
    return found


def table(found: Sequence[Finding]) -> str:
    """Return the findings as lines: level, check, sentence."""
    width = max(len(one["check"]) for one in found)
    return "\n".join(f"{one['level']:8} {one['check']:{width}}  {one['sentence']}" for one in found)


def _finding(level: str, check: str, sentence: str) -> Finding:
    return {"level": level, "check": check, "sentence": sentence}


def _unreadable(facts: Facts, part: str, check: str, what: str) -> Iterator[Finding]:
    if facts[part] is None:
        why = facts["unreadable"].get(part, "")
        yield _finding(WARNING, check, f"{what} could not be checked: {why}".rstrip(". ") + ".")


def _settings(settings: Facts, hosts: Facts) -> Iterator[Finding]:
    for fault in settings["faults"]:
        yield _finding(ERROR, "settings", fault)
    if not settings["faults"]:
        yield _finding(OK, "settings", f"The names, images and settings of {len(hosts)} services are valid.")


def _plain(settings: Facts) -> Iterator[Finding]:
    for place in settings["plain_secrets"]:
        yield _finding(
            WARNING if settings["embedded"] else ERROR,
            "secrets",
            f"{place} looks like a password in the clear: take it from the environment or Ansible Vault, "
            "and give it to a service with ecs_service_secrets.",
        )


def _account(facts: Facts, settings: Facts, _hosts: Facts) -> Iterator[Finding]:
    caller, wanted = facts["caller"], str(settings["account_id"])
    if wanted and wanted != caller["account_id"]:
        sentence = f"The credentials are for account {caller['account_id']}, this inventory is for account {wanted}."
        yield _finding(ERROR, "account", f"{sentence} Use other credentials, or mend orchestra_account_id.")
        return
    yield _finding(OK, "account", f"{caller['arn']} in account {caller['account_id']}, region {caller['region']}.")
    if not wanted and not settings["embedded"]:
        sentence = (
            f"orchestra_account_id is not set: set it to {caller['account_id']} if that is the account meant, and"
        )
        yield _finding(ERROR, "account", f"{sentence} runs with the credentials of any other are refused.")


def _permissions(facts: Facts, settings: Facts, _hosts: Facts) -> Iterator[Finding]:
    yield from _unreadable(facts, "permissions", "permissions", "What these credentials may do")
    found = facts["permissions"]
    if found is None:
        return
    if found["reason"]:
        level = OK if settings["embedded"] else WARNING
        yield _finding(level, "permissions", f"Nothing was simulated: {found['reason']}.")
    elif found["denied"]:
        actions = list(dict.fromkeys(one["action"] for one in found["denied"]))
        more = f" and {len(actions) - _NAMED} more" if len(actions) > _NAMED else ""
        sentence = f"{found['principal']} is not allowed {', '.join(actions[:_NAMED])}{more}: widen its policies."
        yield _finding(ERROR, "permissions", sentence)
    else:
        yield _finding(
            OK, "permissions", f"{found['principal']} is allowed all {found['simulated']} actions asked for."
        )


def _linked_roles(facts: Facts, _settings: Facts, hosts: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    yield from _unreadable(facts, "service_linked_roles", "roles", "The service-linked roles")
    scaled = any(host.get("ecs_service_autoscaling") for host in hosts.values())
    missing = [
        role
        for role in facts["service_linked_roles"] or []
        if not role["exists"] and (scaled or "autoscaling" not in role["service"])
    ]
    denied = {one["action"] for one in (facts["permissions"] or {}).get("denied", [])}
    for role in missing if "iam:CreateServiceLinkedRole" in denied else []:
        command = f"aws iam create-service-linked-role --aws-service-name {role['service']}"
        sentence = (
            f"{role['name']} does not exist, and these credentials may not make it: have it made with '{command}'."
        )
        yield _finding(ERROR, "roles", sentence)
    if facts["service_linked_roles"] is not None and "iam:CreateServiceLinkedRole" not in denied:
        names = ", ".join(role["name"] for role in missing)
        sentence = f"AWS will make {names} at first use." if missing else "All service-linked roles exist."
        yield _finding(OK, "roles", sentence)


def _zones(facts: Facts, settings: Facts, _hosts: Facts) -> Iterator[Finding]:
    yield from _unreadable(facts, "zones", "zones", "The availability zones")
    if facts["zones"] is None:
        return
    count, region = int(settings["zone_count"]), facts["caller"]["region"]
    usable = [zone for zone in facts["zones"] if zone["zone_id"] not in settings["excluded_zone_ids"]]
    chosen, without = usable[:count], [zone["zone_id"] for zone in usable if zone["vpc_links"] is False]
    if len(usable) - len(without) < count:
        sentence = f"{region} has {len(usable) - len(without)} zones in which VPC links may be, and"
        yield _finding(ERROR, "zones", f"{sentence} network_availability_zone_count is {count}: lower it.")
    elif any(zone["vpc_links"] is False for zone in chosen):
        remedy = f"network_excluded_zone_ids: [{', '.join([*settings['excluded_zone_ids'], *without])}]"
        yield _finding(ERROR, "zones", f"VPC links may not be in {', '.join(without)}: set {remedy}.")
    elif any(zone["vpc_links"] is None for zone in chosen):
        sentence = f"AWS's list of zones with VPC links says nothing of {region}: look it up before you deploy."
        yield _finding(WARNING, "zones", sentence)
    else:
        yield _finding(OK, "zones", f"VPC links may be in {', '.join(zone['zone_id'] for zone in chosen)}.")


def _quotas(facts: Facts, settings: Facts, hosts: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    yield from _unreadable(facts, "quotas", "quotas", "The quotas")
    site, quotas, enough = settings["site"], facts["quotas"] or [], 0
    if site["network"] and site["billed"] is None:
        yield _finding(WARNING, "quotas", "What the site has of the quotas could not be read, so none is compared.")
        return
    wanted, had = needs(settings, hosts), held(site)
    for quota in quotas:
        key, value, in_use = quota["key"], quota["value"], quota["used"]
        if value is None:
            yield _finding(WARNING, "quotas", f"AWS tells no quota of {quota['name']}.")
            continue
        # What the site has already is among what is in use, where that is known.
        has = 0 if in_use is None else had.get(key, 0)
        need = max(wanted.get(key, 0) - has, 0)
        total = (in_use or 0) + need
        used = "" if in_use is None else f"{in_use} are in use, "
        sentence = f"{quota['name']}: {used}the site needs {need:g}{' more' if has else ''}, the quota is {value:g}"
        request = f"{quota['service']} {quota['code']}"
        if need and total > value:
            yield _finding(ERROR, "quotas", f"{sentence}: ask for more of {request} in Service Quotas.")
        elif need and total > _NEARLY * value:
            yield _finding(WARNING, "quotas", f"{sentence}, which leaves little: {request} in Service Quotas.")
        else:
            enough += 1
    if enough:
        yield _finding(OK, "quotas", f"{enough} of {len(quotas)} quotas leave enough for this site.")


def _registry(facts: Facts, settings: Facts, _hosts: Facts) -> Iterator[Finding]:
    for parameter in facts["parameters"] or []:
        if parameter["type"] not in (None, "SecureString"):
            sentence = f"The parameter {parameter['name']} is a {parameter['type']}: delete it, so that site.yml makes"
            yield _finding(ERROR, "registry", f"{sentence} a SecureString.")
    if not settings["registry"]["enabled"]:
        yield _finding(OK, "registry", "The images are public: orchestra_registry_enabled is not set.")
        return
    yield from _unreadable(facts, "parameters", "registry", "The registry's credentials in Parameter Store")
    kept = bool(facts["parameters"]) and all(parameter["type"] for parameter in facts["parameters"])
    if settings["registry"]["given"]:
        yield _finding(
            OK, "registry", "The registry's credentials are given; site.yml keeps them in SSM and the secret."
        )
    elif kept:
        yield _finding(OK, "registry", f"The registry's credentials are kept in {facts['parameters'][0]['name']}.")
    elif facts["parameters"] is not None:
        sentence = "The images are private, and the registry's credentials are missing: set orchestra_registry_username"
        yield _finding(ERROR, "registry", f"{sentence} and orchestra_registry_password.")
