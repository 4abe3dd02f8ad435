# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: warm
type: notification
version_added: 0.1.0
short_description: Load plugins once instead of in each task
author: orchestra.aws contributors (@orchestra)
description:
  - Ansible forks a process for each task and host, and each of them loads the plugins that it uses, Jinja's filters and
    tests among them. This callback loads them before the first fork, so that all processes have them from the start.
  - It prints nothing and changes no result. Where it is not enabled, only time is lost.
requirements:
  - C(callbacks_enabled = orchestra.aws.warm) under C([defaults]) in C(ansible.cfg).
seealso:
  - plugin: orchestra.aws.warm
    plugin_type: connection
"""

from importlib import import_module
from pkgutil import iter_modules

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import action_loader, connection_loader, filter_loader, lookup_loader, test_loader

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


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "orchestra.aws.warm"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook: object) -> None:
        preload()
