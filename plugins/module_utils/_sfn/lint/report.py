# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a module does with findings: errors stop it with one sentence, warnings are returned.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import definition as structure
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.linter import lint
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import ERROR, Finding, structural

SHOWN_FINDINGS = 5


def warnings_of(params: dict[str, Any], document: Any, type_: str) -> list[dict[str, Any]]:
    """Return the warnings for a definition, or none for no definition. Raises InputError that names the errors.

    Without O(lint) only the structure is checked, which AWS would refuse anyway.
    """
    if document is None:
        return []
    findings = _findings(params, document, type_)
    errors = [finding for finding in findings if finding.severity == ERROR]
    if errors:
        more = f"; and {len(errors) - SHOWN_FINDINGS} more" if len(errors) > SHOWN_FINDINGS else ""
        shown = "; ".join(str(finding) for finding in errors[:SHOWN_FINDINGS])
        raise InputError(f"The definition of state machine {params['name']} is not valid: {shown}{more}.")
    return [finding.as_dict() for finding in findings]


def _findings(params: dict[str, Any], document: Any, type_: str) -> list[Finding]:
    if not params["lint"]:
        return [structural(finding) for finding in structure.check(document)]
    try:
        return lint(document, type=type_, routes=params["lint_routes"], api_hosts=params["lint_api_hosts"])
    except ValueError as error:
        raise InputError(f"lint_routes: {error}") from error
