# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Which fields the Amazon States Language allows where, per query language (developer guide, "State types")."""

from __future__ import annotations

JSONATA, JSONPATH = "JSONata", "JSONPath"
LANGUAGES = (JSONATA, JSONPATH)

TOP_LEVEL = frozenset({"Comment", "StartAt", "States", "TimeoutSeconds", "Version", "QueryLanguage"})
BRANCH = frozenset({"Comment", "StartAt", "States", "QueryLanguage"})
ITEM_PROCESSOR = BRANCH | {"ProcessorConfig"}

_ANY_STATE = frozenset({"Type", "Comment", "QueryLanguage"})
_TRANSITION = frozenset({"Next", "End"})
_HANDLERS = frozenset({"Retry", "Catch"})
_MAP = frozenset(
    {
        "ItemProcessor",
        "Iterator",
        "ItemReader",
        "ItemSelector",
        "ItemBatcher",
        "ResultWriter",
        "MaxConcurrency",
        "ToleratedFailurePercentage",
        "ToleratedFailureCount",
        "Label",
    }
)
_BOTH: dict[str, frozenset[str]] = {
    "Task": _TRANSITION | _HANDLERS | {"Resource", "TimeoutSeconds", "HeartbeatSeconds", "Credentials", "Assign"},
    "Parallel": _TRANSITION | _HANDLERS | {"Branches", "Assign"},
    "Map": _TRANSITION | _HANDLERS | _MAP | {"Assign"},
    "Pass": _TRANSITION | {"Assign"},
    "Wait": _TRANSITION | {"Seconds", "Timestamp", "Assign"},
    "Choice": frozenset({"Choices", "Default", "Assign"}),
    "Succeed": frozenset(),
    "Fail": frozenset({"Error", "Cause"}),
}
_ONLY_JSONATA: dict[str, frozenset[str]] = {
    "Task": frozenset({"Arguments", "Output"}),
    "Parallel": frozenset({"Arguments", "Output"}),
    "Map": frozenset({"Items", "Output"}),
    "Pass": frozenset({"Output"}),
    "Wait": frozenset({"Output"}),
    "Choice": frozenset({"Output"}),
    "Succeed": frozenset({"Output"}),
    "Fail": frozenset(),
}
_PATHS = frozenset({"InputPath", "OutputPath"})
_RESULTS = _PATHS | {"Parameters", "ResultSelector", "ResultPath"}
_ONLY_JSONPATH: dict[str, frozenset[str]] = {
    "Task": _RESULTS | {"TimeoutSecondsPath", "HeartbeatSecondsPath"},
    "Parallel": _RESULTS,
    "Map": _RESULTS
    | {"ItemsPath", "MaxConcurrencyPath", "ToleratedFailurePercentagePath", "ToleratedFailureCountPath"},
    "Pass": _PATHS | {"Parameters", "Result", "ResultPath"},
    "Wait": _PATHS | {"SecondsPath", "TimestampPath"},
    "Choice": _PATHS,
    "Succeed": _PATHS,
    "Fail": frozenset({"ErrorPath", "CausePath"}),
}
TYPES = tuple(_BOTH)

RETRIER = frozenset(
    {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment"}
)
_CATCHER = frozenset({"ErrorEquals", "Next", "Assign", "Comment"})
CATCHERS = {JSONATA: _CATCHER | {"Output"}, JSONPATH: _CATCHER | {"ResultPath"}}
JSONATA_CHOICE = frozenset({"Condition", "Next", "Assign", "Output", "Comment"})

# Fields in which `$states.result` exists, besides those of a catcher, which has `$states.errorOutput`.
WITH_RESULT = frozenset({"Output", "Assign"})
TYPES_WITH_RESULT = frozenset({"Task", "Map", "Parallel"})


def allowed(state_type: str, language: str) -> frozenset[str]:
    """The fields of a state of that type in that language."""
    own = _ONLY_JSONATA if language == JSONATA else _ONLY_JSONPATH
    return _ANY_STATE | _BOTH[state_type] | own[state_type]
