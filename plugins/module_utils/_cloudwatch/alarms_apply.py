# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Make the alarms of a prefix, and the topic they notify, be as wanted: look, plan, apply.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._cloudwatch import alarms, api
from ansible_collections.orchestra.aws.plugins.module_utils._iam import identity
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._values import (
    desired_tags,
    is_unknown,
    tag_changes,
    tag_list,
    tag_mapping,
)

# DeleteAlarms takes at most this many.
_AT_ONCE = 100


def ensure(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Create, change and delete alarms until those of the prefix are those that are listed."""
    if params["state"] == "absent":
        params = {**params, "alarms": [], "emails": [], "topic_arn": None}
    alarms.validate(params)
    cloudwatch, sns = clients("cloudwatch"), clients("sns")
    caller = identity.caller(clients("sts"))
    base = f"{caller.partition}:{{}}:{cloudwatch.meta.region_name}:{caller.account}"
    own_arn = f"arn:{base.format('sns')}:{params['topic_name']}" if params["topic_name"] else None
    found, topic = together(
        partial(_alarms, cloudwatch, params["prefix"]), partial(_topic, sns, own_arn) if own_arn else alarms.Topic
    )
    before = {"topic": alarms.topic_settings(topic), "alarms": found}
    after = _after(params, topic, found, params["topic_arn"] or own_arn)
    actions = alarms.actions(before, after, params["topic_name"])
    if actions and not check_mode:
        if is_unknown(after):
            raise InputError(
                "A placeholder of check mode stands in the options; outside of check mode it means nothing."
            )
        _apply_topic(sns, own_arn, params["topic_name"], topic, after["topic"])
        _apply_alarms(cloudwatch, f"arn:{base.format('cloudwatch')}:alarm:", found, after["alarms"])
        if topic.exists and after["topic"] is None and own_arn:
            api.delete_topic(sns, own_arn)
    result = {
        "alarms": [{"name": name, **settings} for name, settings in after["alarms"].items()],
        "topic_arn": (params["topic_arn"] or own_arn) if params["state"] == "present" else None,
    }
    return Outcome(before, after, actions, result)


def _after(
    params: Mapping[str, Any], topic: alarms.Topic, found: Mapping[str, dict[str, Any]], topic_arn: str | None
) -> dict[str, Any]:
    wanted = {}
    for alarm in sorted(params["alarms"], key=lambda one: one["name"]):
        name = params["prefix"] + alarm["name"]
        tags = desired_tags(found.get(name, {}).get("tags", {}), params["tags"], params["purge_tags"])
        wanted[name] = {**alarms.desired(alarm, topic_arn, params["notify_ok"]), "tags": tags}
    own = alarms.desired_topic(params, topic) if params["state"] == "present" else None
    return {"topic": own, "alarms": wanted}


def _alarms(cloudwatch: Client, prefix: str) -> dict[str, dict[str, Any]]:
    """Return name -> settings with tags, sorted by name."""
    described = sorted(api.alarms(cloudwatch, prefix), key=lambda alarm: str(alarm["AlarmName"]))
    tags = concurrently(*(partial(api.tags, cloudwatch, alarm["AlarmArn"]) for alarm in described))
    return {
        alarm["AlarmName"]: {**alarms.normalize(alarm), "tags": tag_mapping(own)}
        for alarm, own in zip(described, tags, strict=True)
    }


def _topic(sns: Client, arn: str) -> alarms.Topic:
    if api.topic(sns, arn) is None:
        return alarms.Topic()
    tags, subscribed = together(partial(api.tags, sns, arn), partial(api.subscriptions, sns, arn))
    emails = [one for one in subscribed or [] if one["Protocol"] == "email" and one["SubscriptionArn"] != "Deleted"]
    return alarms.Topic(True, tag_mapping(tags), {one["Endpoint"]: one["SubscriptionArn"] for one in emails})


def _apply_topic(
    sns: Client, arn: str | None, name: str | None, topic: alarms.Topic, wanted: Mapping[str, Any] | None
) -> None:
    if wanted is None or arn is None or name is None:
        return
    if not topic.exists:
        api.create_topic(sns, name, tag_list(wanted["tags"]))
    else:
        _retag(sns, arn, topic.tags, wanted["tags"])
    for address in wanted["emails"]:
        if address not in topic.subscriptions:
            api.subscribe(sns, arn, address)
    for subscription in topic.removable(wanted["emails"]).values():
        api.unsubscribe(sns, subscription)


def _apply_alarms(
    cloudwatch: Client, arn: str, found: Mapping[str, dict[str, Any]], wanted: Mapping[str, dict[str, Any]]
) -> None:
    for name, settings in wanted.items():
        current = found.get(name)
        if current is None:
            own = {key: value for key, value in settings["tags"].items() if not key.startswith("aws:")}
            tags = {"Tags": tag_list(own)} if own else {}
            api.put_alarm(cloudwatch, name, {**alarms.request(settings), **tags})
            continue
        if {**current, "tags": {}} != {**settings, "tags": {}}:
            api.put_alarm(cloudwatch, name, alarms.request(settings))
        _retag(cloudwatch, arn + name, current["tags"], settings["tags"])
    gone = [name for name in found if name not in wanted]
    for start in range(0, len(gone), _AT_ONCE):
        api.delete_alarms(cloudwatch, gone[start : start + _AT_ONCE])


def _retag(client: Client, arn: str, current: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    to_set, to_remove = tag_changes(current, wanted)
    if to_set:
        api.tag(client, arn, tag_list(to_set))
    if to_remove:
        api.untag(client, arn, to_remove)
