# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Surveys, made from the roles' argument specs and the inventory. Pure functions only.

Private to the collection. A survey of AWX knows text, textarea, integer, float, multiplechoice and multiselect; it has
no boolean, and a default is a text or a number, whatever the type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.orchestra.aws.plugins.plugin_utils._controller.options import Option

_TYPES = {"int": "integer", "float": "float", "dict": "textarea", "list": "textarea"}


def survey(
    name: str,
    asked: Sequence[Mapping[str, Any]],
    options: Mapping[str, Option],
    inventory: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Return the survey with these questions; nothing when there is none.

    inventory: what a question may take its choices from, by name. Raises ValueError for a variable that no role knows,
    for choices that the role does not take, and for a default that is not among the choices.
    """
    if not asked:
        return {}
    return {"name": name, "description": "", "spec": [_question(one, options, inventory) for one in asked]}


def _question(
    asked: Mapping[str, Any], options: Mapping[str, Option], inventory: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    variable = asked["variable"]
    if variable not in options:
        raise ValueError(f"A survey asks for {variable}, which is no variable of any role.")
    option = options[variable]
    choices = _choices(asked, option, inventory)
    default = asked.get("default", option.default)
    if default is not None and not _takes(option, default):
        raise ValueError(f"A survey begins with {default!r}, which {variable} does not take.")
    question = {
        "question_name": asked["question"],
        "question_description": option.description,
        "variable": variable,
        "type": _type(option, choices, bool(asked.get("many"))),
        "required": bool(asked.get("required")),
        **{limit: asked[limit] for limit in ("min", "max") if limit in asked},
    }
    if choices:
        question["choices"] = choices
    # More than one choice is left out rather than given as a list, which AWX does not take as a default.
    if default not in (None, "") and question["type"] != "multiselect":
        question["default"] = _default(question, default)
    return question


def _choices(asked: Mapping[str, Any], option: Option, inventory: Mapping[str, Sequence[str]]) -> list[str]:
    given = asked.get("choices", option.choices or (("true", "false") if option.type == "bool" else ()))
    choices = [str(choice) for choice in (inventory[given] if isinstance(given, str) else given)]
    foreign = [choice for choice in choices if not _takes(option, [choice] if asked.get("many") else choice)]
    if foreign:
        raise ValueError(f"A survey offers {', '.join(foreign)}, which {option.name} does not take.")
    if not choices and given:
        raise ValueError(f"A survey asks for {option.name}, and the inventory has nothing to choose from.")
    return choices


def _type(option: Option, choices: Sequence[str], many: bool) -> str:
    if choices:
        return "multiselect" if many else "multiplechoice"
    return _TYPES.get(option.type, "text")


def _takes(option: Option, value: Any) -> bool:
    """Return whether the role takes an answer, by type and by choices."""
    spec = {option.name: {"type": option.type, **({"choices": list(option.choices)} if option.choices else {})}}
    return not ArgumentSpecValidator(spec).validate({option.name: value}).error_messages


def _default(question: Mapping[str, Any], default: Any) -> Any:
    if question["type"] in ("integer", "float"):
        return default
    text = default if isinstance(default, str) else json.dumps(default)
    if "choices" in question and text not in question["choices"]:
        raise ValueError(f"The default {text} of {question['variable']} is not among its choices.")
    return text
