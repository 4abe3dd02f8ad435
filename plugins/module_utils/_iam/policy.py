# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Policy documents: parsed, written in one form, and compared by what they mean. Pure functions only.

Own rather than amazon.aws's compare_policies, because the same form is also what the diff shows, and because
actions are compared without regard to case, and account principals in every partition.

Private to the collection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

# What IAM assumes when a document names no version (IAM User Guide, "Version" element).
DEFAULT_VERSION = "2008-10-17"
_ACCOUNT_ROOT = re.compile(r"arn:[a-z-]+:iam::(\d{12}):root")
# IAM JSON policy elements: Sid.
_SID = re.compile(r"[A-Za-z0-9]*")
_ACTIONS = ("Action", "NotAction")
_PRINCIPALS = ("Principal", "NotPrincipal")


def parse(document: Any, what: str) -> dict[str, Any]:
    """Return a document given as mapping or as JSON text. what: names it in the message of InputError."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            raise InputError(f"{what} is no valid JSON: {error}.") from error
    if not isinstance(document, Mapping) or not document.get("Statement"):
        raise InputError(f"{what} must be a policy document, that is a mapping with a Statement.")
    statements = document["Statement"]
    for statement in _items(statements):
        if not isinstance(statement, Mapping):
            raise InputError(f"{what}: every Statement must be a mapping.")
        if not _SID.fullmatch(str(statement.get("Sid", ""))):
            raise InputError(f"{what}: the Sid {statement['Sid']!r} has other characters than letters and digits.")
        tests = statement.get("Condition", {})
        if not isinstance(tests, Mapping) or not all(isinstance(keys, Mapping) for keys in tests.values()):
            raise InputError(f"{what}: a Condition must map operators to mappings of keys.")
    sids = [str(statement["Sid"]) for statement in _items(statements) if statement.get("Sid")]
    for sid in sids:
        if sids.count(sid) > 1:
            raise InputError(f"{what}: the Sid {sid} is there twice.")
    return dict(document)


def text(document: Mapping[str, Any]) -> str:
    """Return a document as it is sent: compact, because IAM's limits count what we send."""
    return json.dumps(document, separators=(",", ":"), default=str)


def readable(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document in one form: lists sorted and without doubles, scalars in lists, values as strings."""
    statements = [_statement(statement) for statement in _items(document.get("Statement", []))]
    head = {"Id": str(document["Id"])} if document.get("Id") else {}
    return {
        "Version": str(document.get("Version", DEFAULT_VERSION)),
        **head,
        "Statement": sorted(statements, key=_order),
    }


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two documents mean the same."""
    return _folded(one) == _folded(other)


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _order(statement: Mapping[str, Any]) -> str:
    return json.dumps(statement, sort_keys=True)


def _values(value: Any) -> list[str]:
    return sorted({_scalar(item) for item in _items(value)})


def _scalar(value: Any) -> str:
    """Return a condition's number or boolean as the text that IAM makes of it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for key, value in statement.items():
        if key in _PRINCIPALS:
            known[key] = _principals(value)
        elif key == "Condition":
            known[key] = {test: {name: _values(of) for name, of in keys.items()} for test, keys in value.items()}
        elif key in ("Sid", "Effect"):
            known[key] = str(value)
        else:
            known[key] = _values(value)
    return {key: value for key, value in known.items() if value not in ("", {})}


def _principals(value: Any) -> dict[str, list[str]]:
    """Return principals by kind; "*" is short for {"AWS": "*"}, an account id for the ARN of its root."""
    kinds = value if isinstance(value, Mapping) else {"AWS": value}
    return {kind: sorted({_ACCOUNT_ROOT.sub(r"\1", name) for name in _values(names)}) for kind, names in kinds.items()}


def _folded(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the readable form with everything in lower case where IAM ignores case."""
    form = readable(document)
    statements = []
    for statement in form["Statement"]:
        folded = dict(statement)
        for key in _ACTIONS:
            if key in folded:
                folded[key] = sorted({action.lower() for action in folded[key]})
        if "Condition" in folded:
            folded["Condition"] = {
                test: {name.lower(): of for name, of in keys.items()} for test, keys in folded["Condition"].items()
            }
        statements.append(folded)
    return {**form, "Statement": sorted(statements, key=_order)}
