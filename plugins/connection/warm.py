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
      - Whether to keep payloads between runs. They are code only, without arguments of tasks. Where the callback
        P(orchestra.aws.warm#callback) is enabled, the compiled templates of this collection's roles and playbooks are
        kept too.
      - A payload is used while ansible-core, Python, the collections and each source file, by time and size, are
        what they were when it was made. What has not changed for 30 days is removed.
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
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible import constants
from ansible.plugins.connection.local import Connection as LocalConnection
from ansible.utils.display import Display

if TYPE_CHECKING:
    from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.tasks import WarmTasks

display = Display()

# What the payload of a Python module says near its beginning.
PAYLOAD_MARK = b"_ANSIBALLZ_WRAPPER = True"


class Connection(LocalConnection):
    """A local connection that has an interpreter ready.

    Most tasks run no module, and each loads this file anew: what only modules need is imported when one comes.
    """

    # Ansible runs local connections in the folder of the playbook.
    transport = "local"
    has_pipelining = True

    def set_options(self, *arguments: Any, **keywords: Any) -> None:
        """Take the options, and in the first task give Ansible the payloads of earlier runs, before it builds any."""
        super().set_options(*arguments, **keywords)
        self._is_warm = bool(self.get_option("warm")) and supported()
        if self._is_warm and not os.path.exists(os.path.join(constants.DEFAULT_LOCAL_TMP, "warm", "prepared")):
            self._tasks.prepare()

    def start(self) -> None:
        """In the process of ansible-playbook, before the first task: get ready what all tasks need."""
        if self._is_warm:
            self._tasks.start()
            self._tasks.keep_templates()

    def is_pipelining_enabled(self, wrap_async: bool = False) -> bool:
        """Pipeline what runs in the warm interpreter; ask Ansible about everything else."""
        if self._is_warm:
            doubt = self._doubt(wrap_async)
            if not doubt:
                return True
            self._tasks.tell_cold(doubt)
        return bool(super().is_pipelining_enabled(wrap_async))

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Run a module in the warm interpreter, and everything else in a process of its own."""
        if self._is_warm and in_data and PAYLOAD_MARK in in_data[:8192]:
            self._connect()
            result = self._tasks.run(cmd, in_data, self.cwd, self._doubt())
            if result:
                return result
        status, stdout, stderr = super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        return status, stdout, stderr

    def _doubt(self, wrap_async: bool = False) -> str:
        if wrap_async:
            return "async is used"
        if self.become:
            return "become is used"
        return "ANSIBLE_KEEP_REMOTE_FILES is set" if constants.DEFAULT_KEEP_REMOTE_FILES else ""

    @cached_property
    def _tasks(self) -> WarmTasks:
        from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.tasks import Settings, WarmTasks

        settings = Settings(
            temporary=Path(constants.DEFAULT_LOCAL_TMP),
            executable=str(constants.DEFAULT_EXECUTABLE).split()[0],
            cache=Path(self.get_option("warm_cache_folder")) if self.get_option("warm_cache") else None,
            idle_seconds=max(1, self.get_option("warm_idle_seconds")),
        )
        return WarmTasks(settings, self._say, lambda line: display.vvv(line, host=self._play_context.remote_addr))

    def _say(self, sentence: str) -> None:
        """Tell the user. Not as a warning, which would become part of the task's result."""
        color = constants.config.get_config_value("COLOR_WARN")
        display.display(f"[orchestra.aws.warm]: {sentence}", color=color, stderr=True)


def supported() -> bool:
    """Whether this platform has what a warm interpreter needs: Linux with pidfd_open and memfd_create."""
    try:
        os.close(os.pidfd_open(os.getpid()))
        os.close(os.memfd_create("probe"))
    except (AttributeError, OSError):
        return False
    return os.path.isdir("/proc/self/fd")
