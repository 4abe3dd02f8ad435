# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the connection plugin does for a module: decide, run it in the interpreter, keep its payload, tell the user."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ansible import __version__ as core_version
from ansible.plugins.loader import module_utils_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

from . import payload_cache, shells
from .client import Ended, Refused, run_module
from .command import recognise
from .payload import Payload, UnknownPayloadError, parse
from .private_folder import UntrustedFolderError, private_folder
from .protocol import Request
from .run_folder import RunFolder
from .sources import Places
from .starter import NotStartedError, Starter
from .templates import Templates

# Attempts to run one module in an interpreter, when it crashes before the module's code has run.
ATTEMPTS = 3
LOST = b"The warm interpreter ended while it ran this module: how far the module came is not known.\n"
LOST_STATUS = 137
COLLECTION = "orchestra/aws"

Result = tuple[int, bytes, bytes]


@dataclass(frozen=True)
class Settings:
    """temporary: the folder of this run of Ansible. executable: the shell. cache: None keeps nothing."""

    temporary: Path
    executable: str
    cache: Path | None
    idle_seconds: int


class WarmTasks:
    """The warm interpreter as one task sees it. say: tells the user. trace: says what only -vvv shows."""

    def __init__(self, settings: Settings, say: Callable[[str], None], trace: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._trace = trace
        self._run = RunFolder(settings.temporary / "warm")
        self._cache = self._find_cache()

    def start(self) -> None:
        """Start the interpreter before the first task needs it; if it does not start, that task tells."""
        try:
            self._starter().connect().close()
        except NotStartedError as error:
            self._trace(str(error))

    def keep_templates(self) -> None:
        """In the process of ansible-playbook: compile no template that an earlier run has compiled."""
        if self._cache and self._settings.cache and (collection := self._cache.places.of(COLLECTION)):
            with self._only_slower():
                Templates(self._settings.cache, collection).install()

    def prepare(self) -> None:
        """Before the first task of a run builds a payload: give Ansible those of earlier runs."""
        with self._run.lock():
            if self._cache and not self._run.prepared.exists():
                with self._only_slower():
                    self._cache.provide()
            self._run.prepared.touch()

    def run(self, cmd: str, in_data: bytes, folder: str | None, doubt: str) -> Result | None:
        """Run a module in the interpreter; None when it has to run in a process, and has not run at all."""
        command = recognise(cmd, sys.executable)
        doubt = doubt or command.doubt
        if not doubt:
            try:
                payload = parse(in_data)
                ended = self._run_module(self._request(payload, command.environment, folder))
            except (UnknownPayloadError, NotStartedError) as error:
                doubt = str(error)
            else:
                self._keep(payload)
                if isinstance(ended, Ended):
                    return self._result(ended)
                doubt = ended.reason or "the warm interpreter ends before it runs the module"
        self.tell_cold(doubt)
        return None

    def tell_cold(self, doubt: str) -> None:
        """Say, once for each reason, that tasks run as they would without this plugin."""
        self._tell(f"Tasks run in a new process each, not in the warm interpreter, when {doubt}.")

    def _tell(self, sentence: str) -> None:
        if self._run.first(sentence):
            self._say(sentence)

    def _request(self, payload: Payload, environment: dict[str, str], folder: str | None) -> Request:
        umask = os.umask(0o077)
        os.umask(umask)
        added = shells.environment(self._settings.executable, sys.executable, folder, self._run.shells)
        return Request(
            module=payload.module,
            profile=payload.profile,
            params=payload.params,
            archive=str(payload.write_archive(self._run.payloads)),
            environment={**os.environ, **added, **environment},
            folder=folder,
            umask=umask,
        )

    def _run_module(self, request: Request) -> Ended | Refused:
        self._trace(f"WARM {request.module}")
        starter = self._starter()
        for _attempt in range(ATTEMPTS):
            with starter.connect() as connection:
                ended = run_module(connection, request)
            if isinstance(ended, Ended) or ended.reason:
                break
            starter.gone()
        return ended

    def _starter(self) -> Starter:
        cache = self._settings.cache if self._cache else None
        return Starter(self._run, sys.executable, cache, self._settings.idle_seconds, self._tell)

    def _result(self, ended: Ended) -> Result:
        if ended.status is None:
            return LOST_STATUS, ended.stdout, ended.stderr + LOST
        if ended.status < 0:
            status, words = shells.ended_by(-ended.status, self._settings.executable)
            return status, ended.stdout, ended.stderr + words
        return ended.status, ended.stdout, ended.stderr

    def _find_cache(self) -> payload_cache.PayloadCache | None:
        places = _places()
        if self._settings.cache is None or places is None:
            return None
        try:
            private_folder(self._settings.cache)
        except UntrustedFolderError as error:
            self._tell(f"{error}. No payloads are kept.")
            return None
        return payload_cache.PayloadCache(
            folder=self._settings.cache / payload_cache.key(core_version, places),
            run=self._settings.temporary / "ansiballz_cache",
            places=places,
        )

    def _keep(self, payload: Payload) -> None:
        if self._cache:
            with self._only_slower():
                self._cache.keep(payload.module, payload.code)

    @contextmanager
    def _only_slower(self) -> Iterator[None]:
        """A cache that cannot be read or written costs time, and nothing else."""
        try:
            yield
        except (OSError, UntrustedFolderError) as error:
            self._trace(f"The cache cannot be used: {error}")


def _places() -> Places | None:
    """Return where code comes from; None when some comes from where nobody else's does."""
    core = os.path.dirname(os.path.abspath(sys.modules["ansible"].__file__ or ""))
    own = os.path.realpath(os.path.join(core, "module_utils"))
    for folder in module_utils_loader._get_paths(subdirs=False):
        if os.path.isdir(folder) and os.path.realpath(folder) != own:
            return None
    return Places(core, tuple(AnsibleCollectionConfig.collection_paths))
