# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which fields stand where, in which query language, with values of which kind. Tables only.

Facts: the pages "State types" of the developer guide, https://docs.aws.amazon.com/step-functions/latest/dg/.

Private to the collection.
"""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import JSONATA, JSONPATH, words

TOP = frozenset({"Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"})
BRANCH = frozenset({"Comment", "StartAt", "States", "QueryLanguage"})
ITERATOR = frozenset({"Comment", "StartAt", "States"})
PROCESSOR = ITERATOR | {"ProcessorConfig"}

_STATE = frozenset({"Type", "Comment", "QueryLanguage"})
_STEP = frozenset({"Next", "End", "Assign"})
_HANDLED = _STEP | {"Retry", "Catch"}
_MAP = words(
    "ItemProcessor Iterator ItemReader ItemSelector ItemBatcher ResultWriter MaxConcurrency Label "
    "ToleratedFailureCount ToleratedFailurePercentage"
)
_BOTH = {
    "Task": _HANDLED | {"Resource", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"},
    "Parallel": _HANDLED | {"Branches"},
    "Map": _HANDLED | _MAP,
    "Pass": _STEP,
    "Wait": _STEP | {"Seconds", "Timestamp"},
    # Next and End of these have a finding of their own.
    "Choice": frozenset({"Choices", "Default", "Assign", "Next", "End"}),
    "Succeed": frozenset({"Next", "End"}),
    "Fail": frozenset({"Error", "Cause", "Next", "End"}),
}
_IN_JSONATA = {
    "Task": {"Arguments", "Output"},
    "Parallel": {"Arguments", "Output"},
    "Map": {"Items", "Output"},
    "Pass": {"Output"},
    "Wait": {"Output"},
    "Choice": {"Output"},
    "Succeed": {"Output"},
    "Fail": set[str](),
}
_PATHS = {"InputPath", "OutputPath"}
_RESULT = _PATHS | {"Parameters", "ResultSelector", "ResultPath"}
_IN_JSONPATH = {
    "Task": _RESULT | {"TimeoutSecondsPath", "HeartbeatSecondsPath"},
    "Parallel": _RESULT,
    "Map": _RESULT | {"ItemsPath", "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"},
    "Pass": _PATHS | {"Result", "ResultPath", "Parameters"},
    "Wait": _PATHS | {"SecondsPath", "TimestampPath"},
    "Choice": _PATHS,
    "Succeed": _PATHS,
    "Fail": {"ErrorPath", "CausePath"},
}
_LANGUAGE_OF = {
    **{field: JSONATA for fields in _IN_JSONATA.values() for field in fields},
    **{field: JSONPATH for fields in _IN_JSONPATH.values() for field in fields},
}

RETRIER = words("ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment")
_CATCHER = frozenset({"ErrorEquals", "Next", "Assign", "Comment"})
_CATCHER_IN = {JSONATA: {"Output"}, JSONPATH: {"ResultPath"}}
JSONATA_CHOICE = frozenset({"Condition", "Next", "Assign", "Output", "Comment"})

DISTRIBUTED_ONLY = (
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
)

# Of each pair at most one may be there.
EXCLUSIVE = {
    "Task": [("TimeoutSeconds", "TimeoutSecondsPath"), ("HeartbeatSeconds", "HeartbeatSecondsPath")],
    "Map": [
        ("ItemProcessor", "Iterator"),
        ("ItemSelector", "Parameters"),
        ("MaxConcurrency", "MaxConcurrencyPath"),
        ("ToleratedFailureCount", "ToleratedFailureCountPath"),
        ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ],
    "Fail": [("Error", "ErrorPath"), ("Cause", "CausePath")],
}
WAIT_TIMES = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")


class Numeric(NamedTuple):
    """The limits of a number. whole: only integers. expressions: in a JSONata state an expression may stand for it."""

    lowest: float
    highest: float
    whole: bool = True
    expressions: bool = True


_SECONDS = 99_999_999
STATE_NUMBERS = {
    "TimeoutSeconds": Numeric(1, _SECONDS),
    "HeartbeatSeconds": Numeric(1, _SECONDS),
    "Seconds": Numeric(0, _SECONDS),
    "MaxConcurrency": Numeric(0, float("inf")),
    "ToleratedFailureCount": Numeric(0, float("inf")),
    "ToleratedFailurePercentage": Numeric(0, 100, whole=False),
}
TOP_NUMBERS = {"TimeoutSeconds": Numeric(1, _SECONDS, expressions=False)}
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html, Retry field examples
RETRY_NUMBERS = {
    "IntervalSeconds": Numeric(1, _SECONDS, expressions=False),
    "MaxAttempts": Numeric(0, _SECONDS, expressions=False),
    "BackoffRate": Numeric(1, float("inf"), whole=False, expressions=False),
    "MaxDelaySeconds": Numeric(1, 31_622_400, expressions=False),
}

STRINGS = ("Comment", "Error", "Cause", "Timestamp", "Label")
LISTS = ("Retry", "Catch", "Choices", "Branches")
MAPPINGS = ("Assign", "Credentials", "ItemProcessor", "Iterator", "ItemReader", "ItemBatcher", "ResultWriter")

# What has to be a path, and whether null is allowed. Intrinsic functions stand in the last two only.
NULLABLE_PATHS = ("InputPath", "OutputPath", "ResultPath")
REFERENCE_PATHS = (
    "ResultPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "SecondsPath",
    "TimestampPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
)
ANY_PATHS = ("InputPath", "OutputPath", "ItemsPath")
INTRINSIC_PATHS = ("ErrorPath", "CausePath")

# Fields whose values are built from templates, with keys that end with .$ in JSONPath.
TEMPLATES = (
    *("Parameters", "ResultSelector", "ItemSelector", "Assign"),
    *("ItemReader", "ItemBatcher", "ResultWriter", "Credentials"),
)
# Fields that are never evaluated, in no language.
CONSTANTS = ("Type", "Comment", "Resource", "Next", "End", "Default", "QueryLanguage", "Label", "Retry")
LITERALS = ("Result", "Parameters", "Arguments", "Output")


def allowed(kind: str, language: str) -> frozenset[str]:
    """Return the fields of a state of that type in that language; for an unknown language, of both."""
    own: set[str] = set()
    if language != JSONPATH:
        own |= _IN_JSONATA[kind]
    if language != JSONATA:
        own |= _IN_JSONPATH[kind]
    return _STATE | _BOTH[kind] | own


def catcher(language: str) -> frozenset[str]:
    """Return the fields of a catcher in that language; for an unknown language, of both."""
    own = _CATCHER_IN.get(language) or set().union(*_CATCHER_IN.values())
    return _CATCHER | own


def language_of(field: str) -> str | None:
    """Return the one query language in which a field exists, or None."""
    return _LANGUAGE_OF.get(field)
