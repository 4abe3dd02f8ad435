# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: warm
type: notification
version_added: 0.1.0
short_description: Load plugins once instead of in each task, and start the warm interpreter early
author: orchestra.aws contributors (@orchestra)
description:
  - Ansible forks a process for each task and host, and each of them loads the plugins that it uses, Jinja's filters and
    tests among them. This callback loads them before the first fork, so that all processes have them from the start.
  - Where the inventory's first host uses the connection P(orchestra.aws.warm#connection), its interpreter is started
    with the first play, so that it loads boto3 while Ansible gets to the first module. Templates of
    this collection's roles and playbooks are then compiled once for all runs, not in each task.
  - It prints nothing and changes no result. Where it is not enabled, only time is lost.
requirements:
  - C(callbacks_enabled = orchestra.aws.warm) under C([defaults]) in C(ansible.cfg).
seealso:
  - plugin: orchestra.aws.warm
    plugin_type: connection
"""

import contextlib
import gc
import os
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from ansible.errors import AnsibleError
from ansible.playbook.play_context import PlayContext
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import action_loader, connection_loader, filter_loader, lookup_loader, test_loader

if TYPE_CHECKING:
    from ansible.playbook.play import Play
    from ansible.vars.manager import VariableManager

_COLLECTION = "orchestra.aws"
_PACKAGE = f"ansible_collections.{_COLLECTION}.plugins"


def preload() -> None:
    """Load the plugins that the playbooks of this collection use."""
    # The first lookup of a plain name loads all that ansible-core brings.
    filter_loader.get("default")
    test_loader.get("defined")
    for name in ("env", "file", "template", "vars"):
        lookup_loader.get(f"ansible.builtin.{name}", class_only=True)
    for name in ("assert", "normal", "set_fact", "validate_argument_spec"):
        action_loader.get(f"ansible.builtin.{name}", class_only=True)
    for found in iter_modules(import_module(f"{_PACKAGE}.filter").__path__):
        filter_loader.get(f"{_COLLECTION}.{found.name}")
    if connection_loader.get(f"{_COLLECTION}.warm", class_only=True):
        import_module(f"{_PACKAGE}.plugin_utils._warm.tasks")


def start(variables: VariableManager) -> None:
    """Start the warm interpreter, if the first host of the inventory says in plain words that it uses it.

    What is in doubt here, as a setting that is a template, is left to the first task, which starts the interpreter too.
    """
    hosts = variables._inventory.get_hosts()
    given = variables.get_vars(host=hosts[0], include_hostvars=False, stage="all") if hosts else {}
    templates = [name for name, value in given.items() if name.startswith("orchestra_warm") and "{" in str(value)]
    if given.get("ansible_connection") != f"{_COLLECTION}.warm" or templates:
        return
    with contextlib.suppress(AnsibleError, OSError):
        connection = connection_loader.get(f"{_COLLECTION}.warm", PlayContext(), os.devnull)
        connection.set_options(var_options=given)
        connection.start()


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "orchestra.aws.warm"
    CALLBACK_NEEDS_ENABLED = True
    _tried = False

    def v2_playbook_on_start(self, playbook: object) -> None:
        preload()

    def v2_playbook_on_play_start(self, play: Play) -> None:
        if not self._tried:
            self._tried = True
            start(play.get_variable_manager())
            # What is loaded by now stays: no fork need look through it for what can be freed.
            gc.freeze()
