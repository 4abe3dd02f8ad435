# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Every rule of the definition linter: its id, how bad a breach is, and where AWS says so.

An error is what AWS refuses to save, what the Amazon States Language forbids, or what fails whenever it is reached.
A warning is what AWS accepts and what then does not do what it says, or hardly ever what was meant.

Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import Finding as StructuralFinding

Severity = Literal["error", "warning"]
ERROR: Severity = "error"
WARNING: Severity = "warning"


class Rule(NamedTuple):
    """One rule. title: what it demands. source: address of the page that says so."""

    severity: Severity
    title: str
    source: str


@dataclass(frozen=True)
class Finding:
    """One breach of a rule. pointer: the JSON pointer of the place. sentence: what is wrong there."""

    rule: str
    severity: Severity
    pointer: str
    sentence: str
    source: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.sentence} [{self.rule}]"

    def as_dict(self) -> dict[str, Any]:
        """Return the finding in the form of the plugins' return values."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "pointer": self.pointer,
            "sentence": self.sentence,
            "source": self.source,
        }


def breach(rule: str, pointer: str, sentence: str) -> Finding:
    """Return the finding of a rule of the table."""
    return Finding(rule, RULES[rule].severity, pointer, sentence, RULES[rule].source)


def structural(finding: StructuralFinding) -> Finding:
    """Return a finding of the structural check as one of the linter."""
    return breach(finding.rule, finding.pointer, finding.sentence)


_GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg/"
_API = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_LANGUAGE = "https://states-language.net/spec.html"

_DIAGNOSTICS = (
    "https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html"
)
_EXPRESSIONS = f"{_LANGUAGE}#jsonata"
_STRUCTURE = f"{_GUIDE}statemachine-structure.html"
_QUOTAS = f"{_GUIDE}service-quotas.html"
_ERRORS = f"{_GUIDE}concepts-error-handling.html"
_JSONATA = f"{_GUIDE}transforming-data.html"
_VARIABLES = f"{_GUIDE}workflow-variables.html"
_PATHS = f"{_GUIDE}amazon-states-language-paths.html"
_TEMPLATES = f"{_GUIDE}input-output-inputpath-params.html"
_INTRINSICS = f"{_GUIDE}intrinsic-functions.html"
_TYPES = f"{_GUIDE}choosing-workflow-type.html"
_PATTERNS = f"{_GUIDE}connect-to-resource.html"
_TASK = f"{_GUIDE}state-task.html"
_CHOICE = f"{_GUIDE}state-choice.html"
_WAIT = f"{_GUIDE}state-wait.html"
_MAP = f"{_GUIDE}state-map.html"
_DISTRIBUTED = f"{_GUIDE}state-map-distributed.html"
_INVOKE = f"{_GUIDE}connect-api-gateway.html"
_HTTP_API_QUOTAS = f"{_API}http-api-quotas.html"
_ROUTES = f"{_API}http-api-develop-routes.html"
_ROUTE_IAM = f"{_API}http-api-access-control-iam.html"

RULES: dict[str, Rule] = {
    # The structure.
    "definition-type": Rule(ERROR, "A definition is a mapping.", _STRUCTURE),
    "definition-size": Rule(ERROR, "A definition has at most 1048576 characters.", _QUOTAS),
    "states-missing": Rule(ERROR, "States has at least one state.", _STRUCTURE),
    "start-missing": Rule(ERROR, "StartAt names the first state.", _STRUCTURE),
    "start-unknown": Rule(ERROR, "StartAt names a state of the same States.", _STRUCTURE),
    "state-name": Rule(ERROR, "A state's name has 1 to 80 characters.", _STRUCTURE),
    "state-name-twice": Rule(ERROR, "A state's name is unique in the whole state machine.", _DIAGNOSTICS),
    "state-type": Rule(ERROR, "A state has one of the eight types.", _STRUCTURE),
    "next-missing": Rule(ERROR, "A state goes on or ends.", _STRUCTURE),
    "next-and-end": Rule(ERROR, "A state does not both go on and end.", _STRUCTURE),
    "next-forbidden": Rule(ERROR, "Choice, Succeed and Fail have neither Next nor End.", _STRUCTURE),
    "next-unknown": Rule(ERROR, "A transition leads to a state of the same States.", _STRUCTURE),
    "choices-missing": Rule(ERROR, "A Choice state has at least one choice.", _CHOICE),
    "branches-missing": Rule(ERROR, "A Parallel state has at least one branch.", f"{_GUIDE}state-parallel.html"),
    "state-unreachable": Rule(ERROR, "Every state can be reached from StartAt.", _DIAGNOSTICS),
    "no-end": Rule(ERROR, "An end can be reached from StartAt.", _DIAGNOSTICS),
    # Fields.
    "query-language": Rule(ERROR, "JSONata for the whole machine leaves no state JSONPath.", _JSONATA),
    "field-unknown": Rule(ERROR, "A field is one that its place allows.", _STRUCTURE),
    "field-language": Rule(ERROR, "A field belongs to the query language of its state.", _JSONATA),
    "field-missing": Rule(ERROR, "Required fields are there.", _STRUCTURE),
    "field-exclusive": Rule(ERROR, "Of fields that exclude each other there is one.", _STRUCTURE),
    "field-type": Rule(ERROR, "A field has a value of its type.", _STRUCTURE),
    "field-range": Rule(ERROR, "A number is within its limits.", _STRUCTURE),
    "wait-time": Rule(ERROR, "A Wait state has exactly one time to wait for.", _WAIT),
    "choice-operator": Rule(ERROR, "A JSONPath choice compares one variable by one known operator.", _CHOICE),
    "choice-default": Rule(WARNING, "A Choice state has a Default, so that one choice always matches.", _CHOICE),
    "map-mode": Rule(ERROR, "A distributed Map says which type its child executions have.", _DISTRIBUTED),
    "map-distributed-only": Rule(WARNING, "Fields of a distributed Map stand in one only.", _DISTRIBUTED),
    "payload-size": Rule(ERROR, "A literal payload has at most 262144 bytes.", _QUOTAS),
    # Paths and templates of JSONPath.
    "path-syntax": Rule(ERROR, "A path begins with $; a reference path selects one node.", _PATHS),
    "template-value": Rule(ERROR, "A key that ends with .$ has a path or an intrinsic function.", _TEMPLATES),
    "intrinsic-syntax": Rule(ERROR, "An intrinsic function is one call, which is closed.", _INTRINSICS),
    "intrinsic-unknown": Rule(ERROR, "An intrinsic function is one that AWS documents.", _INTRINSICS),
    "intrinsic-arguments": Rule(ERROR, "An intrinsic function has its number of arguments.", _INTRINSICS),
    "expression-in-jsonpath": Rule(WARNING, "{% %} stands in JSONata states only.", _JSONATA),
    # Expressions of JSONata.
    "expression-open": Rule(ERROR, "A string that starts with {% ends with %}.", _JSONATA),
    "expression-inside-text": Rule(WARNING, "An expression is the whole string, blanks included.", _JSONATA),
    "expression-syntax": Rule(ERROR, "What is opened in an expression is closed.", _JSONATA),
    "states-member": Rule(ERROR, "$states has input, context, result and errorOutput.", _JSONATA),
    "states-place": Rule(ERROR, "$states.result and $states.errorOutput stand where they exist.", _JSONATA),
    "expression-root": Rule(ERROR, "A path begins with $states or a variable, not with $, $$ or a name.", _EXPRESSIONS),
    "function-eval": Rule(ERROR, "$eval is not there: $parse reads JSON.", _JSONATA),
    "variable-unknown": Rule(WARNING, "A variable is assigned where it can be seen.", _VARIABLES),
    "variable-name": Rule(ERROR, "A variable's name is an identifier of 1 to 80 characters, not states.", _VARIABLES),
    "variable-scope": Rule(ERROR, "An inner state does not assign a variable of an outer scope.", _VARIABLES),
    "jsonpath-in-jsonata": Rule(WARNING, "Paths and intrinsic functions are plain text in JSONata.", _JSONATA),
    # Retriers and catchers.
    "error-names": Rule(ERROR, "ErrorEquals is a list of at least one error name.", _ERRORS),
    "error-all-alone": Rule(ERROR, "States.ALL stands alone in its list.", _ERRORS),
    "error-all-last": Rule(ERROR, "States.ALL stands in the last retrier or catcher.", _ERRORS),
    "error-name-reserved": Rule(ERROR, "No error but AWS's own begins with States.", _ERRORS),
    "error-name-unknown": Rule(WARNING, "A name that begins with States. is one that AWS documents.", _ERRORS),
    "error-name-spelling": Rule(WARNING, "Error names are compared letter by letter, case included.", _ERRORS),
    "error-name-pattern": Rule(WARNING, "Error names have no wildcards but States.ALL and States.TaskFailed.", _ERRORS),
    "error-name-success": Rule(WARNING, "A status from 200 to 299 is no error.", _INVOKE),
    "error-name-elsewhere": Rule(WARNING, "A name is one that the called service reports.", _ERRORS),
    "error-name-final": Rule(WARNING, "States.Runtime ends the execution whatever is retried or caught.", _ERRORS),
    "error-name-shadowed": Rule(WARNING, "Of several entries for an error the first is taken.", _ERRORS),
    "retry-delay": Rule(WARNING, "MaxDelaySeconds is not below IntervalSeconds.", _ERRORS),
    # Tasks.
    "resource-arn": Rule(ERROR, "Resource is the ARN of an integration, a function or an activity.", _TASK),
    "heartbeat-longer": Rule(ERROR, "HeartbeatSeconds is below TimeoutSeconds.", _TASK),
    "task-timeout": Rule(
        WARNING, "A task that waits for something else has an end.", f"{_GUIDE}sfn-best-practices.html"
    ),
    "task-token": Rule(WARNING, "A task that waits for its token passes it on.", _PATTERNS),
    # Express.
    "express-pattern": Rule(ERROR, "An Express workflow has no .sync, .waitForTaskToken and activities.", _TYPES),
    "express-distributed": Rule(ERROR, "An Express workflow has no distributed Map.", _DISTRIBUTED),
    "express-time": Rule(WARNING, "An Express workflow ends within 300 seconds.", _TYPES),
    # apigateway:invoke.
    "api-parameter": Rule(WARNING, "A parameter is one that apigateway:invoke documents.", _INVOKE),
    "api-required": Rule(ERROR, "ApiEndpoint and Method are given.", _INVOKE),
    "api-endpoint": Rule(ERROR, "ApiEndpoint is a host name without scheme, port and path.", _INVOKE),
    "api-endpoint-host": Rule(WARNING, "ApiEndpoint is an execute-api host: custom domains do not work.", _INVOKE),
    "api-value": Rule(ERROR, "Method and AuthType have one of their values.", _INVOKE),
    "api-lists": Rule(ERROR, "Every header and query parameter has a list of values.", _INVOKE),
    "api-header": Rule(ERROR, "Headers that Step Functions sets itself are not given.", _INVOKE),
    "api-body": Rule(WARNING, "A body is sent with PATCH, POST and PUT only.", _INVOKE),
    "api-timeout": Rule(WARNING, "A call waits longer than the API, whose limit is 30 seconds.", _HTTP_API_QUOTAS),
    # Against the routes that an API has.
    "route-missing": Rule(ERROR, "The API has a route for every call.", _ROUTES),
    "route-slash": Rule(WARNING, "A call's path does not end with a slash that its route has not.", _ROUTES),
    "route-authorization": Rule(ERROR, "A call of a route with AWS_IAM is signed.", _ROUTE_IAM),
    "route-authorizer": Rule(WARNING, "A route with a JWT authorizer cannot be called.", _INVOKE),
    "route-host": Rule(WARNING, "A call goes to a host of the stack.", _INVOKE),
}
