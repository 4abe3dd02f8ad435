# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Definitions in several spellings, and state machines."""

from __future__ import annotations

import json
from typing import Any

import yaml  # type: ignore[import-untyped]
from hypothesis import strategies as st

from tests.properties.strategies import FOUND_TAGS, maybe, merged, tagging

NAME = "shop-prod-workflow"
ROLES = [f"arn:aws:iam::123456789012:role/{name}" for name in ("a", "b")]
KEYS = ["a1b2", "arn:aws:kms:eu-central-1:123456789012:key/a1b2", "alias/shop"]
GROUP = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/states/shop"

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="$"), max_size=8)
JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Return small definitions that lint without a fault."""
    states: dict[str, Any] = {"Done": {"Type": "Succeed"}}
    first = draw(st.sampled_from(["Pause", "Done"]))
    if first == "Pause":
        states["Pause"] = {"Type": "Wait", "Seconds": draw(st.sampled_from([1, 2])), "Next": "Done"}
    comment = draw(maybe(Comment=st.sampled_from(["Größe 1", "{% 'a' %}", "two"])))
    return {"StartAt": first, "States": states, **comment}


@st.composite
def reordered(draw: st.DrawFn, value: Any) -> Any:
    """Return the same JSON value with the keys of its mappings in another order."""
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value)))
        return {key: draw(reordered(value[key])) for key in keys}
    if isinstance(value, list):
        return [draw(reordered(item)) for item in value]
    return value


@st.composite
def written(draw: st.DrawFn, document: Any) -> Any:
    """Return a document as a mapping, as JSON with other white space, or as YAML."""
    again = draw(reordered(document))
    spaces = draw(st.sampled_from([None, 2, "\t"]))
    text = json.dumps(again, indent=spaces, ensure_ascii=draw(st.booleans()))
    flow = yaml.safe_dump(again, allow_unicode=True, sort_keys=False)
    return draw(st.sampled_from([again, text, flow]))


@st.composite
def given_definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Return the option definition, with substitutions where it has placeholders."""
    document, substitutions = draw(definitions()), {}
    if draw(st.booleans()):
        document["Comment"] = "of ${who}"
        substitutions["who"] = draw(st.sampled_from(["shop", 1]))
    if "Pause" in document["States"] and draw(st.booleans()):
        document["States"]["Pause"]["Seconds"] = "${seconds}"
        substitutions["seconds"] = draw(st.sampled_from([1, 2]))
    return {"definition": draw(written(document)), **({"substitutions": substitutions} if substitutions else {})}


_PUBLISHING = st.one_of(
    maybe(publish=st.booleans()),
    st.fixed_dictionaries({"publish": st.just(True), "version_description": st.sampled_from(["", "One"])}),
)
_REST = maybe(
    role_arn=st.sampled_from(ROLES),
    type=st.sampled_from(["STANDARD", "STANDARD", "EXPRESS"]),
    replace=st.booleans(),
    logging=st.fixed_dictionaries(
        {"level": st.sampled_from(["OFF", "ERROR", "ALL"]), "log_group_arn": st.sampled_from([GROUP, f"{GROUP}:*"])},
        optional={"include_execution_data": st.booleans()},
    )
    | st.sampled_from([{"level": "OFF"}, {"level": "FATAL"}]),
    tracing=st.booleans(),
    encryption=st.sampled_from(
        [
            {"type": "AWS_OWNED_KEY"},
            *({"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": key} for key in KEYS),
            {"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": KEYS[0], "data_key_reuse_seconds": 60},
            {"type": "CUSTOMER_MANAGED_KMS_KEY"},
        ]
    ),
    keep_versions=st.sampled_from([1, 2]),
    **tagging(),
)
OPTIONS = merged(st.just({"name": NAME}), st.just({}) | given_definitions(), _PUBLISHING, _REST)


@st.composite
def wishes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return what the machine shall be, one after the other; the first wish has all that a new one needs."""
    first = draw(OPTIONS)
    if "definition" not in first:
        first |= draw(given_definitions())
    return [{"role_arn": draw(st.sampled_from(ROLES)), **first}, *draw(st.lists(OPTIONS, max_size=3))]


@st.composite
def found_machines(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, str], list[int]]:
    """Return a machine that somebody else has made: what is described, its tags, the numbers of its versions."""
    document = draw(definitions().flatmap(reordered))
    machine = {
        "name": NAME,
        "type": draw(st.sampled_from(["STANDARD", "EXPRESS"])),
        "definition": json.dumps(document, indent=draw(st.sampled_from([None, 2]))),
        "roleArn": draw(st.sampled_from(ROLES)),
        **draw(
            maybe(
                revisionId=st.sampled_from(["INITIAL", "r1"]),
                loggingConfiguration=st.sampled_from([{"level": "OFF"}, {"level": "OFF", "destinations": []}]),
                tracingConfiguration=st.just({"enabled": True}),
            )
        ),
    }
    return machine, draw(FOUND_TAGS), draw(st.lists(st.integers(1, 5), max_size=3, unique=True))


@st.composite
def alias_options(draw: st.DrawFn, versions: list[str]) -> dict[str, Any]:
    """Return options of an alias of one of these versions or of two."""
    options = draw(maybe(description=st.sampled_from(["", "One", "Two"])))
    kind = draw(st.sampled_from(["nothing", "version", "routing"]))
    if kind == "version":
        options["version_arn"] = draw(st.sampled_from(versions))
    if kind == "routing":
        chosen = draw(st.lists(st.sampled_from(versions), min_size=1, max_size=2, unique=True))
        weight = 100 if len(chosen) == 1 else draw(st.integers(0, 100))
        weights = [weight, 100 - weight]
        options["routing"] = [
            {"version_arn": version, "weight": part} for version, part in zip(chosen, weights, strict=False)
        ]
    return {"name": "live", "state_machine": NAME, **options}
