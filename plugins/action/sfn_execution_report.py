# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Give the module of the same name the files of the page, which Ansible does not send along with a module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

FOLDER = Path(__file__).resolve().parents[2] / "files" / "report"
FILES = {"page_template": "page.html", "page_style": "style.css", "page_script": "script.js"}


class ActionModule(ActionBase):
    """Runs the module; what it returns says nothing of the files."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        given = {option: (FOLDER / name).read_text(encoding="utf-8") for option, name in FILES.items()}
        result.update(
            self._execute_module(
                module_name="orchestra.aws.sfn_execution_report",
                module_args={**given, **self._task.args},
                task_vars=task_vars,
            )
        )
        for option in FILES:
            result.get("invocation", {}).get("module_args", {}).pop(option, None)
        return result
