# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: warm
version_added: 0.1.0
short_description: Run modules on the controller, in forks of one interpreter that has loaded everything
author: orchestra.aws contributors (@orchestra)
description:
  - Does what P(ansible.builtin.local#connection) does, with the same results, but does not start Python for each task.
    One interpreter is started for each run of C(ansible-playbook). It loads boto3 and the utilities of the modules
    once, and forks for each task.
  - Any module works unmodified. A fork has the task's environment, folder and arguments, and no credentials, settings
    or sessions of another task.
  - The payloads that Ansible builds from a module and its utilities are kept between runs.
  - Whatever is in doubt runs as with P(ansible.builtin.local#connection), in a new process. This is said once in a
    run for each reason. The doubts are C(become), C(async), C(ANSIBLE_KEEP_REMOTE_FILES), an
    C(ansible_python_interpreter) other than C(ansible_playbook_python), variables in C(environment) that Python or
    the system's libraries read at their start (C(PYTHON*), C(LD_*), C(LC_*), C(LANG), C(HOME), C(OPENSSL_*) and a few
    more), a payload of a version of ansible-core whose way to run modules is not known, and modules of one run that
    bring different code of one utility.
  - The interpreter ends with C(ansible-playbook), however that ends.
requirements:
  - Linux 5.3 or newer. Elsewhere this is P(ansible.builtin.local#connection), and nothing is said.
notes:
  - Modules are pipelined, whatever C(ANSIBLE_PIPELINING) says.
  - When a task is ended by its C(timeout) or with Ctrl-C, its module is ended too, whereas
    P(ansible.builtin.local#connection) leaves it running.
  - The remote user is ignored, as with P(ansible.builtin.local#connection).
options:
  warm:
    description: When V(false), this is P(ansible.builtin.local#connection).
    type: bool
    default: true
    vars:
      - name: orchestra_warm
    env:
      - name: ORCHESTRA_WARM
    ini:
      - section: orchestra_aws
        key: warm
  warm_cache:
    description:
      - Whether to keep payloads between runs. They are code only, without arguments of tasks.
      - A payload is used while ansible-core, Python, the collections and each source file, by time and size, are
        what they were when it was made. Nothing is kept for longer than 30 days.
      - Payloads are not kept in a run that has module utilities of its own, in a C(module_utils) folder of a role, of
        a playbook or of the user.
    type: bool
    default: true
    vars:
      - name: orchestra_warm_cache
    env:
      - name: ORCHESTRA_WARM_CACHE
    ini:
      - section: orchestra_aws
        key: warm_cache
  warm_cache_folder:
    description:
      - Where to keep them. It is made with the mode 0700.
      - It is not used when it belongs to another user, or is open to other users, who could put code into it.
    type: path
    default: ~/.cache/orchestra-aws
    vars:
      - name: orchestra_warm_cache_folder
    env:
      - name: ORCHESTRA_WARM_CACHE_FOLDER
    ini:
      - section: orchestra_aws
        key: warm_cache_folder
  warm_idle_seconds:
    description: How long the interpreter waits for the next task before it ends. The next task then starts another.
    type: int
    default: 600
    vars:
      - name: orchestra_warm_idle_seconds
    env:
      - name: ORCHESTRA_WARM_IDLE_SECONDS
    ini:
      - section: orchestra_aws
        key: warm_idle_seconds
  become_success_timeout:
    description:
      - Number of seconds to wait for C(become) to succeed when enabled.
      - The default will be used if the configured value is less than 1.
    type: int
    default: 10
    vars:
      - name: ansible_local_become_success_timeout
  become_strip_preamble:
    description:
      - Strip internal C(become) output preceding command execution. Disable for additional diagnostics.
    type: bool
    default: true
    vars:
      - name: ansible_local_become_strip_preamble
extends_documentation_fragment:
  - ansible.builtin.connection_pipelining
"""

EXAMPLES = r"""
# In group_vars/all.yml
ansible_connection: orchestra.aws.warm
ansible_python_interpreter: "{{ ansible_playbook_python }}"

# Back to a process for each task:
#   ansible-playbook -e orchestra_warm=false playbooks/site.yml
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible import __version__ as core_version
from ansible import constants
from ansible.plugins.connection.local import Connection as LocalConnection
from ansible.plugins.loader import module_utils_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig
from ansible.utils.display import Display

from ansible_collections.orchestra.aws.plugins.plugin_utils._warm import payload_cache, shells
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.client import Ended, Refused, run_module
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.command import recognise
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.payload import (
    Payload,
    UnknownPayloadError,
    is_payload,
    parse,
)
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.private_folder import (
    UntrustedFolderError,
    private_folder,
)
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.protocol import Request
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.run_folder import RunFolder
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.sources import Places
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.starter import NotStartedError, Starter, supported

display = Display()

Result = tuple[int, bytes, bytes]
# Attempts to run one module in an interpreter, when it crashes before the module's code has run.
ATTEMPTS = 3
LOST = b"The warm interpreter ended while it ran this module: how far the module came is not known.\n"
LOST_STATUS = 137


class Connection(LocalConnection):
    """A local connection that has an interpreter ready."""

    # Ansible runs local connections in the folder of the playbook.
    transport = "local"
    has_pipelining = True

    def set_options(self, *arguments: Any, **keywords: Any) -> None:
        """Take the options, then give Ansible the payloads of earlier runs, before it builds any."""
        super().set_options(*arguments, **keywords)
        self._run: RunFolder | None = None
        self._cache: payload_cache.PayloadCache | None = None
        if not self.get_option("warm") or not supported():
            return
        try:
            self._run = RunFolder(Path(constants.DEFAULT_LOCAL_TMP) / "warm")
            if self.get_option("warm_cache"):
                self._use_cache(self._run)
        except UntrustedFolderError as error:
            self._tell(f"{error}. It is not used.")

    def is_pipelining_enabled(self, wrap_async: bool = False) -> bool:
        """Pipeline what runs in the warm interpreter; ask Ansible about everything else."""
        if self._run is None:
            return bool(super().is_pipelining_enabled(wrap_async))
        doubt = (wrap_async and "async is used") or (self.become and "become is used")
        if doubt or constants.DEFAULT_KEEP_REMOTE_FILES:
            self._tell_cold(doubt or "ANSIBLE_KEEP_REMOTE_FILES is set")
            return bool(super().is_pipelining_enabled(wrap_async))
        return True

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> Result:
        """Run a module in the warm interpreter, and everything else in a process of its own."""
        if self._run is not None and in_data and is_payload(in_data):
            result = self._warm(self._run, cmd, in_data)
            if result:
                return result
        return tuple(super().exec_command(cmd, in_data=in_data, sudoable=sudoable))

    def _warm(self, run: RunFolder, cmd: str, in_data: bytes) -> Result | None:
        """Run a module in the interpreter; None when it has to run in a process, and has not run at all."""
        command = recognise(cmd, sys.executable)
        doubt = "become is used" if self.become else command.doubt
        if not doubt:
            try:
                payload = parse(in_data)
                request = self._request(run, payload, command.environment)
                ended = self._run_module(self._starter(run), request)
            except (UnknownPayloadError, NotStartedError) as error:
                doubt = str(error)
            else:
                self._keep(payload)
                if isinstance(ended, Ended):
                    return self._result(ended)
                doubt = ended.reason or "the warm interpreter ends before it runs the module"
        self._tell_cold(doubt)
        return None

    def _request(self, run: RunFolder, payload: Payload, environment: dict[str, str]) -> Request:
        umask = os.umask(0o077)
        os.umask(umask)
        executable = str(constants.DEFAULT_EXECUTABLE).split()[0]
        added = shells.environment(executable, sys.executable, self.cwd, run.path / "shells.json")
        return Request(
            module=payload.module,
            profile=payload.profile,
            params=payload.params,
            archive=str(payload.write_archive(run.payloads)),
            environment={**os.environ, **added, **environment},
            folder=self.cwd,
            umask=umask,
        )

    def _starter(self, run: RunFolder) -> Starter:
        folder = self._cache.folder.parent if self._cache else None
        return Starter(run, sys.executable, folder, max(1, self.get_option("warm_idle_seconds")), self._tell)

    def _run_module(self, starter: Starter, request: Request) -> Ended | Refused:
        display.vvv(f"WARM {request.module}", host=self._play_context.remote_addr)
        self._connect()
        for _attempt in range(ATTEMPTS):
            with starter.connect() as connection:
                ended = run_module(connection, request)
            if isinstance(ended, Ended) or ended.reason:
                break
            starter.gone()
        return ended

    def _result(self, ended: Ended) -> Result:
        if ended.status is None:
            return LOST_STATUS, ended.stdout, ended.stderr + LOST
        if ended.status < 0:
            status, words = shells.ended_by(-ended.status, str(constants.DEFAULT_EXECUTABLE).split()[0])
            return status, ended.stdout, ended.stderr + words
        return ended.status, ended.stdout, ended.stderr

    def _use_cache(self, run: RunFolder) -> None:
        places = _places()
        if places is None:
            return
        folder = private_folder(Path(self.get_option("warm_cache_folder")))
        self._cache = payload_cache.PayloadCache(
            folder=folder / payload_cache.key(core_version, places),
            run=Path(constants.DEFAULT_LOCAL_TMP) / "ansiballz_cache",
            places=places,
        )
        with run.lock(), _never_needed():
            if run.first("the payloads of earlier runs"):
                self._cache.provide()

    def _keep(self, payload: Payload) -> None:
        if self._cache:
            with _never_needed():
                self._cache.keep(payload.module, payload.code)

    def _tell_cold(self, doubt: str) -> None:
        self._tell(f"Tasks run in a new process each, not in the warm interpreter, when {doubt}.")

    def _tell(self, sentence: str) -> None:
        """Say something once in a run. Not as a warning, which would become part of the task's result."""
        if self._run and self._run.first(sentence):
            text = f"[orchestra.aws.warm]: {sentence}"
            display.display(text, color=constants.config.get_config_value("COLOR_WARN"), stderr=True)


def _places() -> Places | None:
    """Return where code comes from; None when some comes from where nobody else's does."""
    core = os.path.dirname(os.path.abspath(sys.modules["ansible"].__file__ or ""))
    own = os.path.join(core, "module_utils")
    for folder in module_utils_loader._get_paths(subdirs=False):
        if os.path.isdir(folder) and os.path.realpath(folder) != os.path.realpath(own):
            return None
    return Places(core, tuple(AnsibleCollectionConfig.collection_paths))


@contextmanager
def _never_needed() -> Iterator[None]:
    """A cache that cannot be read or written costs time, and nothing else."""
    try:
        yield
    except (OSError, UntrustedFolderError) as error:
        display.vvv(f"[orchestra.aws.warm]: {error}")
