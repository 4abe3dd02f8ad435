# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Clusters and capacity providers."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs import models, responses
from moto.ecs.exceptions import ClusterNotFoundException, ECSException, InvalidParameterException

from local_aws.plane.capacity import MANAGED

Backend = models.EC2ContainerServiceBackend
Response = responses.EC2ContainerServiceResponse


def apply() -> None:
    """Install the corrections of this file."""
    lists_instead_of_none()
    transformers_per_request()
    inactive_clusters_are_not_found()
    create_cluster_is_idempotent()
    delete_cluster_checks_its_content()
    counts_are_real()
    managed_capacity_providers_exist()
    unknown_capacity_providers_are_refused()
    cluster_settings_can_be_updated()


def lists_instead_of_none() -> None:
    """AWS returns empty lists for the capacity providers of a cluster that has none; moto leaves the keys out."""
    original = models.Cluster.__init__

    def initialize(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.capacity_providers = self.capacity_providers or []
        self.default_capacity_provider_strategy = self.default_capacity_provider_strategy or []
        self.tags = self.tags or []

    models.Cluster.__init__ = initialize


def transformers_per_request() -> None:
    """`include` concerns one request; moto writes it into a dictionary of the class, so requests disturb each other."""
    original = Response.__init__

    def initialize(self: Any) -> None:
        original(self)
        self.RESPONSE_KEY_PATH_TO_TRANSFORMER = dict(type(self).RESPONSE_KEY_PATH_TO_TRANSFORMER)

    Response.__init__ = initialize


def inactive_clusters_are_not_found() -> None:
    """A deleted cluster stays describable, but nothing can be done with it; moto goes on working with it."""
    original = Backend._get_cluster

    def get_cluster(self: Any, name: str) -> Any:
        cluster = original(self, name)
        if cluster.status == "INACTIVE":
            raise ClusterNotFoundException
        return cluster

    def list_clusters(self: Any) -> list[str]:
        return [cluster.arn for cluster in self.clusters.values() if cluster.status != "INACTIVE"]

    Backend._get_cluster = get_cluster
    Backend.list_clusters = list_clusters


def create_cluster_is_idempotent() -> None:
    """AWS returns the cluster of that name when it is there; moto replaces it and forgets what it held."""
    original = Backend.create_cluster

    def create_cluster(self: Any, cluster_name: str, *args: Any, **kwargs: Any) -> Any:
        known = self.clusters.get(cluster_name)
        if known is not None and known.status != "INACTIVE":
            return known
        return original(self, cluster_name, *args, **kwargs)

    Backend.create_cluster = create_cluster


def delete_cluster_checks_its_content() -> None:
    """AWS refuses to delete a cluster with services or tasks (API reference, DeleteCluster); moto does not look."""
    original = Backend.delete_cluster

    def delete_cluster(self: Any, cluster_str: str) -> Any:
        cluster = self._get_cluster(cluster_str)
        if _services(self, cluster):
            raise ECSException(
                "ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."
            )
        if any(task.last_status != "STOPPED" for task in self.tasks.get(cluster.name, {}).values()):
            raise ECSException("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
        refresh_counts(self, cluster)
        return original(self, cluster_str)

    Backend.delete_cluster = delete_cluster


def counts_are_real() -> None:
    """Counts of services and tasks come from what exists; moto adds and subtracts what was asked for."""
    original = Backend.describe_clusters

    def describe_clusters(self: Any, cluster_names: list[str]) -> Any:
        for cluster in self.clusters.values():
            refresh_counts(self, cluster)
        return original(self, cluster_names)

    def update_cluster_resources(self: Any, cluster: Any, task_num: int, task_state: str | None = None) -> None:
        """Nothing: see refresh_counts()."""

    Backend.describe_clusters = describe_clusters
    Backend.update_cluster_resources = update_cluster_resources


def managed_capacity_providers_exist() -> None:
    """FARGATE and FARGATE_SPOT exist in every account; moto knows only those that were created."""

    def describe_capacity_providers(self: Any) -> ActionResult:
        backend = self.ecs_backend
        wanted = self._get_param("capacityProviders")
        found, failures = backend.describe_capacity_providers(
            [name for name in wanted or list(backend.capacity_providers) if _short(name) not in MANAGED]
        )
        managed = [name for name in MANAGED if wanted is None or name in {_short(item) for item in wanted}]
        return ActionResult(
            {"capacityProviders": [_managed(backend, name) for name in managed] + found, "failures": failures}
        )

    Response.describe_capacity_providers = describe_capacity_providers


def unknown_capacity_providers_are_refused() -> None:
    """AWS refuses to associate a capacity provider that does not exist; moto stores any name."""
    original = Backend.put_cluster_capacity_providers

    def put_cluster_capacity_providers(
        self: Any, cluster_name: str, capacity_providers: list[str] | None, strategy: list[dict[str, Any]] | None
    ) -> Any:
        associated = capacity_providers or []
        check_providers(self, associated)
        outside = [item["capacityProvider"] for item in strategy or [] if item["capacityProvider"] not in associated]
        if outside:
            raise InvalidParameterException(
                f"The specified capacity provider '{outside[0]}' is not associated with the cluster."
            )
        return original(self, cluster_name, capacity_providers, strategy)

    Backend.put_cluster_capacity_providers = put_cluster_capacity_providers


def cluster_settings_can_be_updated() -> None:
    """UpdateClusterSettings changes the settings that it names; moto does not have the operation."""

    def update_cluster_settings(self: Any) -> ActionResult:
        cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
        changed = {item["name"]: item for item in self._get_param("settings", [])}
        kept = [item for item in cluster.settings if item["name"] not in changed]
        cluster.settings = kept + list(changed.values())
        return ActionResult({"cluster": cluster})

    Response.update_cluster_settings = update_cluster_settings


def check_providers(backend: Any, names: list[str]) -> None:
    """InvalidParameterException for a capacity provider that does not exist."""
    for name in names:
        if name not in MANAGED and backend._get_provider(name) is None:
            raise InvalidParameterException(
                f"The specified capacity provider '{name}' was not found. Specify a valid name or ARN and try again."
            )


def refresh_counts(backend: Any, cluster: Any) -> None:
    """Write the numbers of services and tasks into a cluster."""
    states = [task.last_status for task in backend.tasks.get(cluster.name, {}).values()]
    cluster.active_services_count = len(_services(backend, cluster))
    cluster.running_tasks_count = states.count("RUNNING")
    cluster.pending_tasks_count = states.count("PROVISIONING") + states.count("PENDING")


def _services(backend: Any, cluster: Any) -> list[Any]:
    """The services that keep a cluster from being deleted: ACTIVE and DRAINING ones."""
    return [
        service
        for service in backend.services.values()
        if service.cluster_name == cluster.name and service.status in {"ACTIVE", "DRAINING"}
    ]


def _managed(backend: Any, name: str) -> dict[str, Any]:
    arn = f"arn:aws:ecs:{backend.region_name}:{backend.account_id}:capacity-provider/{name}"
    return {"capacityProviderArn": arn, "name": name, "status": "ACTIVE", "tags": []}


def _short(name: str) -> str:
    return name.rpartition("/")[2]
