# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""State machine definitions as documents: read JSON or YAML, fill in substitutions, write one canonical text.

What a definition means is checked in C(definition). No client here.

Private to the collection.
"""

from __future__ import annotations

import importlib
import json
import math
import re
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

try:
    yaml: Any = importlib.import_module("yaml")
except ImportError:
    yaml = None

# The names that CloudFormation's DefinitionSubstitutions allows. JSONata never has a bare name between ${ and }.
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z][A-Za-z0-9_.-]*)\}")


def canonical(document: Any) -> str:
    """Return the one text of a document, whatever the order of its keys: CreateStateMachine compares texts."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; unlike Python's ==, true is not 1."""
    return canonical(plain(one)) == canonical(plain(other))


def loaded(text: str) -> Any:
    """Return the value of a JSON text that AWS gave, or the text itself when it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def read(definition: Any, definition_file: str | None) -> Any:
    """Return the document of the options O(definition) and O(definition_file). Raises InputError."""
    if definition_file is not None:
        try:
            text = Path(definition_file).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"definition_file {definition_file} cannot be read: {error}.") from error
        return plain(_parsed(text, f"definition_file {definition_file}"), "definition_file")
    if isinstance(definition, str):
        return plain(_parsed(definition, "definition"))
    return plain(definition)


def plain(value: Any, pointer: str = "definition") -> Any:
    """Return a value in JSON's types; 2.0 becomes 2. Raises InputError for what JSON cannot say."""
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise InputError(f"{pointer} has the key {key!r}, which is no string: put it in quotes.")
        return {str(key): plain(item, f"{pointer}/{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{pointer}/{index}") for index, item in enumerate(value)]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value.is_integer() else float(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str(value)
    raise InputError(f"{pointer} is {value!r}, which JSON cannot say: put it in quotes.")


def _parsed(text: str, what: str) -> Any:
    try:
        if text.lstrip()[:1] in ("{", "["):
            try:
                return json.loads(text, object_pairs_hook=_unique)
            except json.JSONDecodeError as error:
                return _yaml(text, what, f"{what} is not JSON: {error}.")
        return _yaml(text, what)
    except _DuplicateKey as error:
        raise InputError(f"{what} has the key {error} twice in one mapping.") from error


def _yaml(text: str, what: str, otherwise: str | None = None) -> Any:
    if yaml is None:
        raise InputError(otherwise or f"{what} is not JSON, and reading YAML needs the Python library PyYAML.")
    try:
        return yaml.load(text, Loader=_loader())
    except yaml.YAMLError as error:
        raise InputError(otherwise or f"{what} is neither JSON nor YAML: {error}.") from error


def _loader() -> type[Any]:
    class Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML is untyped.
        """Refuses a key that occurs twice, and leaves dates as the strings that they are in JSON."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
            pairs = [(self.construct_object(key, deep=True), None) for key, _value in node.value if key.tag != _MERGE]
            _unique(pairs)
            mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
            return mapping

    Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))
    return Loader


_MERGE = "tag:yaml.org,2002:merge"


class _DuplicateKey(Exception):
    """A key occurs twice in one mapping: JSON readers would silently take the last."""


def _unique(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    mapping: dict[Any, Any] = {}
    for key, value in pairs:
        if key in mapping:
            raise _DuplicateKey(key)
        mapping[key] = value
    return mapping


def substitute(document: Any, substitutions: Mapping[str, Any] | None) -> Any:
    """Replace ${name} in all strings of a document, keys too.

    A string that is nothing but a placeholder becomes the value with its type. Raises InputError for
    a placeholder without a value and for a value without a placeholder. None replaces nothing.
    """
    if substitutions is None:
        return document
    used: set[str] = set()

    def value_of(name: str) -> Any:
        if name not in substitutions:
            raise InputError(f"definition has the placeholder ${{{name}}}, for which substitutions has no value.")
        used.add(name)
        return substitutions[name]

    filled = _filled(document, value_of)
    unused = sorted(set(substitutions) - used)
    if unused:
        raise InputError(f"substitutions has {', '.join(unused)}, for which definition has no placeholder.")
    return filled


def _filled(node: Any, value_of: Callable[[str], Any]) -> Any:
    if isinstance(node, dict):
        filled = {_text(key, value_of): _filled(item, value_of) for key, item in node.items()}
        if len(filled) < len(node):
            raise InputError("substitutions make two keys of one mapping in definition equal.")
        return filled
    if isinstance(node, list):
        return [_filled(item, value_of) for item in node]
    if isinstance(node, str):
        whole = _PLACEHOLDER.fullmatch(node)
        return plain(value_of(whole[1]), f"substitutions/{whole[1]}") if whole else _text(node, value_of)
    return node


def _text(text: str, value_of: Callable[[str], Any]) -> str:
    def piece(match: re.Match[str]) -> str:
        value = value_of(match[1])
        if isinstance(value, (Mapping, list)) or value is None:
            raise InputError(f"substitutions/{match[1]} is no string, number or boolean, but stands inside a text.")
        return str(value) if isinstance(value, str) else json.dumps(value)

    return _PLACEHOLDER.sub(piece, text)
