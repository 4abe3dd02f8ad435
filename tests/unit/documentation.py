# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the modules say of themselves: their argument specs, their documented options and return values.

Nothing here runs a module against AWS.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins import modules
from ansible_collections.orchestra.aws.plugins.doc_fragments.attributes import ModuleDocFragment
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

MODULES = sorted(found.name for found in pkgutil.iter_modules(modules.__path__))
# What Ansible itself documents for all modules.
COMMON_KEYS = {"changed", "diff", "failed", "invocation", "msg", "warnings"}
TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "dict": (dict,),
    "float": (float, int),
    "int": (int,),
    "list": (list,),
    "path": (str,),
    "raw": (object,),
    "str": (str,),
}
# Values whose keys are names that users or AWS choose, and values of which nothing is known below.
KEYED = {"endpoints", "environment", "retried", "route_settings", "security_group_ids", "states", "tags", "variables"}
FREE = {
    "aliases",
    "attributes",
    "cause",
    "definition",
    "details",
    "dimensions",
    "input",
    "key",
    "openapi",
    "output",
    "policies",
    "request_parameters",
    "response_parameters",
    "trust_policy",
    "unreadable",
}
CONDITION = re.compile(r"O\((?P<option>\w+)(?:=(?P<value>\w+))?\)")


class Option(NamedTuple):
    """What documentation and argument spec must agree on."""

    type: str
    elements: str | None
    choices: list[Any] | None
    default: Any
    required: bool
    aliases: list[str]


class _RecordedError(Exception):
    """Ends a module where it would have begun."""


def module(name: str) -> Any:
    return importlib.import_module(f"ansible_collections.orchestra.aws.plugins.modules.{name}")


def definition(name: str) -> dict[str, Any]:
    """Return what a module hands to AnsibleModule: argument_spec, supports_check_mode and the like."""
    recorded: dict[str, Any] = {}

    def record(**given: Any) -> None:
        recorded.update(given)
        raise _RecordedError

    settings = AnsibleAWSModule.default_settings
    before = settings["module_class"]
    settings["module_class"] = record
    try:
        module(name).main()
    except _RecordedError:
        return recorded
    finally:
        settings["module_class"] = before
    raise AssertionError(f"{name} makes no AnsibleAWSModule.")


def documentation(name: str) -> dict[str, Any]:
    return yaml.safe_load(module(name).DOCUMENTATION)


def attributes(name: str) -> dict[str, dict[str, Any]]:
    """Return the attributes of a module: what all modules of the collection support, and where it is otherwise."""
    common = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["attributes"]
    own = documentation(name).get("attributes", {})
    return {key: {**about, **own.get(key, {})} for key, about in common.items()}


def fragment_options(fragment: str) -> dict[str, Any]:
    """Return the options of a documentation fragment, which is named as modules name it."""
    namespace, collection, file, *variable = fragment.split(".")
    found = importlib.import_module(f"ansible_collections.{namespace}.{collection}.plugins.doc_fragments.{file}")
    text = getattr(found.ModuleDocFragment(), "".join(variable).upper() or "DOCUMENTATION")
    return yaml.safe_load(text).get("options") or {}


def documented_options(name: str) -> dict[str, Any]:
    """Return the options of a module as documented, those of its fragments included."""
    own = documentation(name)
    options: dict[str, Any] = {}
    for fragment in own["extends_documentation_fragment"]:
        options |= fragment_options(fragment)
    return options | own["options"]


def flat(options: dict[str, Any], inner: str, path: str = "") -> dict[str, Option]:
    """Return each option by its dotted name. inner: the key of an option's own options."""
    found: dict[str, Option] = {}
    for name, option in options.items():
        found[path + name] = Option(
            type=option.get("type", "str"),
            elements=option.get("elements"),
            choices=option.get("choices"),
            default=option.get("default"),
            required=bool(option.get("required")),
            aliases=sorted(option.get("aliases") or []),
        )
        found |= flat(option.get(inner) or {}, inner, f"{path}{name}.")
    return found


def return_values(name: str) -> dict[str, Any]:
    return yaml.safe_load(module(name).RETURN)


def flat_return_values(values: dict[str, Any], path: str = "") -> dict[str, dict[str, Any]]:
    """Return each documented value by its dotted name."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        found[path + name] = value
        found |= flat_return_values(value.get("contains") or {}, f"{path}{name}.")
    return found


def due(returned: str, options: dict[str, Any]) -> bool | None:
    """Tell whether a value is returned, by a text like "when O(state=present)"; None when only AWS can tell."""
    if re.match(r"always|success", returned):
        return True
    text, conditions = re.fullmatch(r"(when|with) O\(.*\)", returned), list(CONDITION.finditer(returned))
    if not text or len(conditions) != len(returned.split(" or ")):
        return None
    return any(
        options.get(met["option"]) is not None
        and (met["value"] is None or str(options[met["option"]]).lower() == met["value"])
        for met in conditions
    )


def faults(
    values: dict[str, Any], documented: dict[str, Any], options: dict[str, Any], path: str = ""
) -> Iterator[str]:
    """Yield where values differ from their documentation. options: of the module that returned them."""
    for key in sorted(values.keys() - documented):
        yield f"{path}{key} is not documented"
    for key, about in documented.items():
        expected = due(about.get("returned", "always"), options)
        if key in values and expected is False:
            yield f"{path}{key} is returned, which is documented as: {about['returned']}"
        if key in values:
            yield from value_faults(values[key], about, options, path + key)
        elif expected:
            yield f"{path}{key} is not returned"


def value_faults(value: Any, about: dict[str, Any], options: dict[str, Any], path: str) -> Iterator[str]:
    """Yield where one value differs from its documentation; the placeholder of check mode stands for any value."""
    if isinstance(value, str) and is_unknown(value):
        return
    if value is None:
        if "null" not in str(about["description"]):
            yield f"{path} is null, of which its description does not tell"
    elif not _is(value, about["type"]):
        yield f"{path} is no {about['type']}: {value!r}"
    elif isinstance(value, dict) and "contains" in about:
        yield from faults(value, about["contains"], options, f"{path}.")
    elif "sample" in about:
        name = path.rpartition(".")[2]
        for key in sorted(keys(value, name) - keys(about["sample"], name)):
            yield f"{path}.{key} is not in the sample"
    if isinstance(value, list):
        item = {"description": "", "type": about.get("elements", "raw")}
        if "contains" in about:
            item["contains"] = about["contains"]
        for each in value:
            yield from value_faults(each, item, options, f"{path}[]")


def keys(value: Any, name: str = "") -> set[str]:
    """Return the dotted keys of all that is in a value, but those that users or AWS choose. name: of the value."""
    if name in FREE:
        return set()
    if isinstance(value, list):
        return {key for item in value for key in keys(item)}
    if not isinstance(value, dict):
        return set()
    if name in KEYED:
        return {f"*.{key}" for item in value.values() for key in keys(item)}
    return {*value} | {f"{key}.{inner}" for key, item in value.items() for inner in keys(item, key)}


def returned_keys(values: dict[str, Any], documented: dict[str, Any], path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Yield the keys that each value has which is documented by a sample. values: what a module returned."""
    for name in values.keys() & documented:
        inner = documented[name].get("contains")
        if inner is None:
            yield path + name, keys(values[name], name)
            continue
        items = values[name] if isinstance(values[name], list) else [values[name]]
        for item in items:
            if isinstance(item, dict):
                yield from returned_keys(item, inner, f"{path}{name}.")


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind in ("bool", "raw") or not isinstance(value, bool))
