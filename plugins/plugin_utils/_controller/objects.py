# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Everything that an automation controller needs to operate a site, as data. Pure functions only.

Private to the collection. The items of the lists are the arguments of the modules of awx.awx. The names of the lists
are those that the roles of infra.aap_configuration read, with the same items. There is no secret in them, and no place
for one: credentials are made empty, and people fill them in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.plugin_utils._controller.options import Option
from ansible_collections.orchestra.aws.plugins.plugin_utils._controller.surveys import survey

# Those of the role logs.
LOG_SOURCES = ("services", "invoker", "workflow", "api")
SHARED = "orchestra.aws"
APPROVE = "Approve"


def _text(identifier: str, label: str, secret: bool = False) -> dict[str, Any]:
    return {"id": identifier, "label": label, "type": "string", **({"secret": True} if secret else {})}


# Not the type that AWX has for AWS: of a session token, amazon.aws reads AWS_SESSION_TOKEN only.
CREDENTIAL_TYPES: list[dict[str, Any]] = [
    {
        "name": f"{SHARED}: AWS",
        "description": "Keys of AWS, with a session token when they are temporary.",
        "kind": "cloud",
        "inputs": {
            "fields": [
                _text("access_key", "Access key"),
                _text("secret_key", "Secret key", secret=True),
                _text("session_token", "Session token", secret=True),
            ],
            "required": ["access_key", "secret_key"],
        },
        "injectors": {
            "env": {
                "AWS_ACCESS_KEY_ID": "{{ access_key }}",
                "AWS_SECRET_ACCESS_KEY": "{{ secret_key }}",
                "AWS_SESSION_TOKEN": "{{ session_token | default('') }}",
            }
        },
    },
    {
        "name": f"{SHARED}: registry",
        "description": "The registry from which ECS pulls the images.",
        "kind": "cloud",
        "inputs": {
            "fields": [_text("username", "User"), _text("password", "Password or access token", secret=True)],
            "required": ["username", "password"],
        },
        "injectors": {"env": {"REGISTRY_USERNAME": "{{ username }}", "REGISTRY_PASSWORD": "{{ password }}"}},
    },
]


@dataclass(frozen=True)
class Settings:
    """What the role automation_controller is told. site: the prefix of every name."""

    site: str
    organization: str
    project_url: str
    project_branch: str
    inventory_path: str
    image: str
    approval_timeout: int
    drift_schedule: str
    registry: bool

    def called(self, verb: str) -> str:
        return f"{self.site}: {verb}"


def controller_objects(
    settings: Settings, services: Sequence[str], data: Mapping[str, Any], options: Mapping[str, Option]
) -> dict[str, list[dict[str, Any]]]:
    """Return variable of infra.aap_configuration -> its list.

    services: the hosts that are services, in inventory order. data: the file job_templates.yml.
    """
    inventory = {
        "services": list(services),
        "log_sources": [*LOG_SOURCES, *services],
        # All services at the same time is 100%, however many there are.
        "at_once": [*(str(number) for number in range(1, len(services))), "100%"],
    }
    templates = [_template(settings, one, options, inventory) for one in data["job_templates"]]
    return {
        "controller_labels": [{"name": settings.site, "organization": settings.organization}],
        **_shared(settings),
        **_source(settings),
        "controller_templates": templates,
        "controller_workflows": [_workflow(settings, data["workflow"], options, inventory)],
        "controller_schedules": [
            {
                "name": settings.called(one["verb"]),
                "description": f"{one['verb']}, time after time.",
                "organization": settings.organization,
                "unified_job_template": settings.called(one["verb"]),
                "rrule": settings.drift_schedule,
            }
            for one in data["job_templates"]
            if one.get("scheduled") and settings.drift_schedule
        ],
    }


def _shared(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    types = CREDENTIAL_TYPES if settings.registry else CREDENTIAL_TYPES[:1]
    return {
        "controller_credential_types": types,
        "controller_credentials": [
            {
                "name": settings.called(one["name"].removeprefix(f"{SHARED}: ")),
                "description": one["description"],
                "organization": settings.organization,
                "credential_type": one["name"],
                # What somebody has filled in stays.
                "update_secrets": False,
            }
            for one in types
        ],
        "controller_execution_environments": [
            {"name": SHARED, "organization": settings.organization, "image": settings.image, "pull": "missing"}
        ],
    }


def _source(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    own = {"name": settings.site, "organization": settings.organization}
    return {
        "controller_projects": [
            {
                **own,
                "scm_type": "git",
                "scm_url": settings.project_url,
                "scm_branch": settings.project_branch,
                "scm_update_on_launch": True,
                "default_environment": SHARED,
            }
        ],
        "controller_inventories": [own],
        "controller_inventory_sources": [
            {
                **own,
                "inventory": settings.site,
                "source": "scm",
                "source_project": settings.site,
                "source_path": settings.inventory_path,
                "execution_environment": SHARED,
                # What the repository no longer has, a service for example, goes from the inventory too.
                "overwrite": True,
                "overwrite_vars": True,
                "update_on_launch": True,
            }
        ],
    }


def _template(
    settings: Settings, one: Mapping[str, Any], options: Mapping[str, Option], inventory: Mapping[str, list[str]]
) -> dict[str, Any]:
    name = settings.called(one["verb"])
    asked = survey(name, one.get("survey", ()), options, inventory)
    registry = ["registry"] if one.get("registry") and settings.registry else []
    return {
        "name": name,
        "description": one["description"],
        "organization": settings.organization,
        "labels": [settings.site],
        "project": settings.site,
        "inventory": settings.site,
        "execution_environment": SHARED,
        "credentials": [settings.called(kind) for kind in ("AWS", *registry)],
        "playbook": one["playbook"],
        "job_type": "run",
        "diff_mode": bool(one.get("diff_mode")),
        "allow_simultaneous": bool(one.get("allow_simultaneous")),
        "ask_verbosity_on_launch": True,
        "extra_vars": dict(one.get("extra_vars", {})),
        "survey_enabled": bool(asked),
        **({"survey_spec": asked} if asked else {}),
    }


def _workflow(
    settings: Settings, one: Mapping[str, Any], options: Mapping[str, Option], inventory: Mapping[str, list[str]]
) -> dict[str, Any]:
    name, nodes = settings.called(one["verb"]), one["nodes"]
    return {
        "name": name,
        "description": one["description"],
        "organization": settings.organization,
        "labels": [settings.site],
        "allow_simultaneous": False,
        "survey_enabled": True,
        "survey_spec": survey(name, one["survey"], options, inventory),
        "workflow_nodes": [
            _node(settings, node, following) for node, following in zip(nodes, [*nodes[1:], None], strict=True)
        ],
    }


def _node(settings: Settings, verb: str, following: str | None) -> dict[str, Any]:
    job: dict[str, Any] = {
        "name": settings.called(verb),
        "type": "job_template",
        "organization": {"name": settings.organization},
    }
    if verb == APPROVE:
        job = {
            "name": settings.called(verb),
            "type": "workflow_approval",
            "description": "The plan is among the artifacts of the job before: orchestra_plan_markdown.",
            "timeout": settings.approval_timeout,
        }
    after = [{"identifier": following}] if following else []
    return {"identifier": verb, "unified_job_template": job, "related": {"success_nodes": after}}
