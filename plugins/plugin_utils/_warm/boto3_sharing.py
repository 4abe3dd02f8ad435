# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Let all forks share what boto3 reads and makes for every client: service models, and the methods of client classes.

Sessions, credentials, settings and clients are never shared: each module reads its own environment.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FunctionType
from typing import Any

from .private_folder import write_whole

# What a client imports when it is made; boto3 imports these late.
LATE = ("botocore.endpoint", "botocore.httpsession", "botocore.signers", "botocore.waiter", "botocore.paginate", "ssl")
MODELS = ("endpoints", "partitions", "sdk-default-configuration", "_retry")
# Of each service, beside its API.
TYPES = ("paginators-1", "waiters-2")
# Never contacted: the clients made here are thrown away.
NOWHERE = "http://127.0.0.1:1"


class Boto3Sharing:
    """What is shared. memory: where is kept, over runs, which services each module uses; None keeps nothing."""

    def __init__(self, memory: Path | None) -> None:
        self._memory = memory
        self._services = _remembered(memory)
        self._ready: set[str] = set()
        self._on = False
        # Makes the clients that are thrown away.
        self._session: Any = None
        # In a fork: the services that the module made clients of.
        self.used: set[str] = set()

    def install(self) -> None:
        """Change botocore in this process; without boto3 nothing is shared."""
        try:
            session: Any = importlib.import_module("botocore.session")
            client: Any = importlib.import_module("botocore.client")
            importlib.import_module("boto3.session")
            for name in LATE:
                importlib.import_module(name)
        except ImportError:
            return
        self._loader = session.create_loader()
        make = session.create_loader
        # Models of the user's own (AWS_DATA_PATH) get a loader of their own, as ever.
        session.create_loader = lambda paths=None: self._loader if paths is None else make(paths)
        _remember_answers(importlib.import_module("botocore.hooks"))
        creator = client.ClientCreator
        creator._create_methods = self._shared_methods(creator._create_methods)
        for model in MODELS:
            self._loader.load_data(model)
        self._on = True

    def _shared_methods(self, make: Callable[[Any, Any], dict[str, Any]]) -> Callable[[Any, Any], dict[str, Any]]:
        made: dict[tuple[str, str], dict[str, Any]] = {}

        def methods(creator: Any, model: Any) -> dict[str, Any]:
            self.used.add(model.service_name)
            if creator._loader is not self._loader:
                return make(creator, model)
            key = (model.service_name, model.api_version)
            if key not in made:
                made[key] = make(creator, model)
            return dict(made[key])  # Handlers of the session add to it.

        return methods

    @property
    def expected(self) -> bool:
        """Whether earlier runs used boto3."""
        return bool(self._services)

    def prepare(self, module: str) -> None:
        """Load ahead what this module used in an earlier run."""
        self._load(self._services.get(module, ()))

    def learn(self, module: str, services: Iterable[str]) -> None:
        """Load what a module has used, for the next task, and remember it for the next run."""
        before = self._services.get(module, [])
        # All that it ever used: the same module asks other services in other tasks.
        found = sorted({*before, *services})
        self._load(found)
        if found == before:
            return
        self._services[module] = found
        if self._memory:
            try:
                write_whole(self._memory, json.dumps(self._services, indent=1, sort_keys=True).encode())
            except OSError:
                self._memory = None

    def _load(self, services: Iterable[str]) -> None:
        for service in services:
            if self._on and service not in self._ready:
                self._ready.add(service)
                self._load_one(service)
        self.used.clear()

    def _load_one(self, service: str) -> None:
        """Make a client and throw it away. What fails here, because of the user's settings, fails in the module."""
        try:
            if self._session is None:
                self._session = importlib.import_module("boto3.session").Session(
                    aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1"
                )
            self._session.client(service, endpoint_url=NOWHERE)
            for kind in TYPES:
                self._loader.load_service_model(service, kind)
        except Exception:
            return


def _remember_answers(hooks: Any) -> None:
    """Let botocore work out once what it asks of each handler and name when a session begins, a hundred times over."""
    asked, aliaser = hooks.accepts_kwargs, hooks.EventAliaser
    alias, aliases = aliaser._alias_event_name, hooks.EVENT_ALIASES
    accepts: dict[FunctionType, Any] = {}
    names: dict[str, str] = {}

    def accepts_kwargs(handler: Any) -> Any:
        if not isinstance(handler, FunctionType):
            return asked(handler)
        if handler not in accepts:
            accepts[handler] = asked(handler)
        return accepts[handler]

    def alias_event_name(self: Any, name: str) -> str:
        if self._event_aliases is not aliases:
            return str(alias(self, name))
        if name not in names:
            names[name] = alias(self, name)
        return names[name]

    hooks.accepts_kwargs = accepts_kwargs
    aliaser._alias_event_name = alias_event_name


def _remembered(memory: Path | None) -> dict[str, list[str]]:
    try:
        found = json.loads(memory.read_bytes()) if memory else {}
    except (OSError, ValueError):
        return {}
    return {str(name): list(map(str, services)) for name, services in found.items()} if isinstance(found, dict) else {}
