# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Corrections to moto's Application Auto Scaling. What is configured is kept, and the range of a scalable target holds
from its registration on; no metric and no schedule changes the number of tasks here.
"""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling import models, responses
from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.core.exceptions import JsonRESTError
from moto.ecs.models import ecs_backends

Backend = models.ApplicationAutoscalingBackend
Policy = models.FakeApplicationAutoscalingPolicy
Response = responses.ApplicationAutoScalingResponse
SUSPENDED = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


class ObjectNotFoundError(JsonRESTError):
    """What AWS answers for a scalable target, a policy or an action that does not exist."""

    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("ObjectNotFoundException", message)


def apply() -> None:
    """Install all corrections."""
    scalable_targets_are_checked()
    suspension_is_merged()
    capacity_is_brought_into_the_range()
    deregistration_takes_all_along()
    policies_need_their_target()
    policies_are_replaced_with_their_alarms()
    scheduled_actions_need_their_target()
    policies_belong_to_one_resource()
    scalable_targets_have_tags()


def scalable_targets_are_checked() -> None:
    """A new scalable target needs both capacities, a maximum that is not below the minimum, and an active service."""
    original = Backend.register_scalable_target

    def register(self: Any, namespace: str, r_id: str, dimension: str, least: Any, most: Any, *rest: Any) -> Any:
        known = self.targets.get(dimension, {}).get(r_id)
        least = least if least is not None or known is None else known.min_capacity
        most = most if most is not None or known is None else known.max_capacity
        if least is None or most is None:
            raise AWSValidationException("minCapacity and maxCapacity must be specified for a new scalable target.")
        if least > most:
            raise AWSValidationException("Maximum capacity cannot be less than minimum capacity")
        if namespace == "ecs" and _service(self, r_id) is None:
            raise AWSValidationException(f"ECS service doesn't exist: {r_id}")
        return original(self, namespace, r_id, dimension, least, most, *rest)

    def from_request(self: Any, namespace: str, r_id: str, dimension: str, **more: Any) -> Any:
        names = ("min_capacity", "max_capacity", "role_arn", "suspended_state")
        return register(self, namespace, r_id, dimension, *(more.get(name) for name in names))

    Backend.register_scalable_target = from_request


def suspension_is_merged() -> None:
    """SuspendedState always shows all three attributes, and an update changes those that it names; moto: as given."""
    initialize, update = models.FakeScalableTarget.__init__, models.FakeScalableTarget.update

    def new(self: Any, *args: Any, **kwargs: Any) -> None:
        initialize(self, *args, **kwargs)
        self.suspended_state = {**dict.fromkeys(SUSPENDED, False), **(self.suspended_state or {})}

    def changed(self: Any, least: Any, most: Any, suspended: Any) -> None:
        update(self, least, most, {**self.suspended_state, **(suspended or {})})

    models.FakeScalableTarget.__init__ = new
    models.FakeScalableTarget.update = changed


def capacity_is_brought_into_the_range() -> None:
    """RegisterScalableTarget changes the number of tasks to one inside the range; moto leaves it."""
    original = Backend.register_scalable_target

    def register(self: Any, namespace: str, r_id: str, dimension: str, **more: Any) -> Any:
        target = original(self, namespace, r_id, dimension, **more)
        service = _service(self, r_id) if namespace == "ecs" else None
        if service is not None:
            service.desired_count = min(max(service.desired_count, target.min_capacity), target.max_capacity)
        return target

    Backend.register_scalable_target = register


def deregistration_takes_all_along() -> None:
    """Policies, their alarms and scheduled actions go with their scalable target; in moto they stay."""
    original = Backend.deregister_scalable_target

    def deregister(self: Any, namespace: str, r_id: str, dimension: str) -> None:
        _check_target(self, namespace, r_id, dimension)
        original(self, namespace, r_id, dimension)
        for key, policy in list(self.policies.items()):
            if (policy.resource_id, policy.scalable_dimension) == (r_id, dimension):
                policy.delete_alarms(self.account_id, self.region_name)
                del self.policies[key]
        self.scheduled_actions = [
            item for item in self.scheduled_actions if (item.resource_id, item.scalable_dimension) != (r_id, dimension)
        ]

    Backend.deregister_scalable_target = deregister


def policies_need_their_target() -> None:
    """PutScalingPolicy without a scalable target, and the deletion of no policy, are ObjectNotFoundException."""
    put, delete = Backend.put_scaling_policy, Backend.delete_scaling_policy

    def put_policy(self: Any, policy_name: str, service_namespace: str, resource_id: str, scalable_dimension: str,
                   policy_body: Any, policy_type: str | None) -> Any:  # fmt: skip
        _check_target(self, service_namespace, resource_id, scalable_dimension)
        predefined = (policy_body or {}).get("PredefinedMetricSpecification") or {}
        if predefined.get("PredefinedMetricType") == "ALBRequestCountPerTarget" and not predefined.get("ResourceLabel"):
            raise AWSValidationException("You must specify a resource label for ALBRequestCountPerTarget.")
        return put(self, policy_name, service_namespace, resource_id, scalable_dimension, policy_body, policy_type)

    def delete_policy(
        self: Any, policy_name: str, service_namespace: str, resource_id: str, scalable_dimension: str
    ) -> None:
        key = Policy.formulate_key(service_namespace, resource_id, scalable_dimension, policy_name)
        if key not in self.policies:
            raise ObjectNotFoundError(f"No scaling policy found for policy name: {policy_name}")
        delete(self, policy_name, service_namespace, resource_id, scalable_dimension)

    Backend.put_scaling_policy = put_policy
    Backend.delete_scaling_policy = delete_policy


def policies_are_replaced_with_their_alarms() -> None:
    """An update keeps the ARN of a policy and makes its alarms anew; moto's old alarms stay for ever."""
    original = Backend.put_scaling_policy

    def put_policy(self: Any, **arguments: Any) -> Any:
        key = Policy.formulate_key(
            *(arguments[name] for name in ("service_namespace", "resource_id", "scalable_dimension", "policy_name"))
        )
        before = self.policies.get(key)
        policy = original(self, **arguments)
        if before is not None:
            before.delete_alarms(self.account_id, self.region_name)
            policy.policy_arn, policy.creation_time = before.policy_arn, before.creation_time
        return policy

    Backend.put_scaling_policy = put_policy


def scheduled_actions_need_their_target() -> None:
    """PutScheduledAction without a scalable target, and the deletion of no action, are ObjectNotFoundException."""
    put, delete = Backend.put_scheduled_action, Backend.delete_scheduled_action

    def put_action(self: Any, **arguments: Any) -> None:
        _check_target(self, *(arguments[name] for name in ("service_namespace", "resource_id", "scalable_dimension")))
        put(self, **arguments)

    def delete_action(self: Any, **arguments: Any) -> None:
        before = len(self.scheduled_actions)
        delete(self, **arguments)
        if len(self.scheduled_actions) == before:
            name = arguments["scheduled_action_name"]
            raise ObjectNotFoundError(f"No scheduled action found for scheduled action name: {name}")

    Backend.put_scheduled_action = put_action
    Backend.delete_scheduled_action = delete_action


def policies_belong_to_one_resource() -> None:
    """DescribeScalingPolicies shows those of the resource; moto also those whose resource id is part of it."""
    original = Backend.describe_scaling_policies

    def describe(self: Any, **arguments: Any) -> Any:
        wanted = arguments.get("resource_id")
        token, found = original(self, **arguments)
        return token, [policy for policy in found if not wanted or policy.resource_id == wanted]

    Backend.describe_scaling_policies = describe


def scalable_targets_have_tags() -> None:
    """Tags of a scalable target; moto drops those of RegisterScalableTarget and has none of the operations."""
    original = Response.register_scalable_target

    def register(self: Any) -> str:
        params = json.loads(self.body)
        backend = self.applicationautoscaling_backend
        known = backend.targets.get(params["ScalableDimension"], {}).get(params["ResourceId"])
        if known is not None and params.get("Tags"):
            raise AWSValidationException("Tags can only be specified when a scalable target is created.")
        answer = original(self)
        target = backend.targets[params["ScalableDimension"]][params["ResourceId"]]
        target.local_tags = {**getattr(target, "local_tags", {}), **(params.get("Tags") or {})}
        return str(answer)

    def tag_resource(self: Any) -> str:
        params = json.loads(self.body)
        target = _by_arn(self.applicationautoscaling_backend, params["ResourceARN"])
        target.local_tags = {**target.local_tags, **params["Tags"]}
        return "{}"

    def untag_resource(self: Any) -> str:
        params = json.loads(self.body)
        target = _by_arn(self.applicationautoscaling_backend, params["ResourceARN"])
        target.local_tags = {key: value for key, value in target.local_tags.items() if key not in params["TagKeys"]}
        return "{}"

    def list_tags_for_resource(self: Any) -> str:
        target = _by_arn(self.applicationautoscaling_backend, json.loads(self.body)["ResourceARN"])
        return json.dumps({"Tags": target.local_tags})

    Response.register_scalable_target = register
    Response.tag_resource = tag_resource
    Response.untag_resource = untag_resource
    Response.list_tags_for_resource = list_tags_for_resource


def _service(backend: Any, resource: str) -> Any | None:
    """The active ECS service of service/<cluster>/<name>."""
    _, cluster, name = resource.split("/")
    found = ecs_backends[backend.account_id][backend.region_name].services.get(f"{cluster}:{name}")
    return found if found is not None and found.status == "ACTIVE" else None


def _check_target(backend: Any, namespace: str, resource: str, dimension: str) -> None:
    if resource not in backend.targets.get(dimension, {}):
        raise ObjectNotFoundError(
            f"No scalable target registered for service namespace: {namespace}, resource ID: {resource}, "
            f"scalable dimension: {dimension}"
        )


def _by_arn(backend: Any, arn: str) -> Any:
    for targets in backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target
    raise JsonRESTError("ResourceNotFoundException", f"The resource doesn't exist: {arn}")
