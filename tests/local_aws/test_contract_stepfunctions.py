# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What moto does without our corrections. Each test fails when moto no longer needs the one that its message names.

moto runs unpatched, in a process of its own: each test is one script that prints what it saw, once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import Any

import pytest

PRELUDE = """
import contextlib, importlib, inspect, io, json, os, sys, time
os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1")
import boto3, moto
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/r"
NO_RETRIES = Config(retries={"total_max_attempts": 1})

def machine(**states):
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}

def create(definition, name="m", **options):
    text = json.dumps(definition)
    return sfn.create_state_machine(name=name, definition=text, roleArn=ROLE, **options)["stateMachineArn"]

def run(definition, value="{}", name="m", **options):
    started = sfn.start_execution(stateMachineArn=create(definition, name), name="x", input=value, **options)
    deadline = time.time() + 15
    while (found := sfn.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
        assert time.time() < deadline
        time.sleep(0.02)
    return found

def failing(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except ClientError as error:
        return error.response["Error"]["Code"]
    except Exception as error:
        return type(error).__name__
    return None
PASS = {"Type": "Pass", "End": True}
PATH = {"StartAt": "A", "States": {"A": PASS}}
INVOKE = {"Type": "Task", "Resource": "arn:aws:states:::apigateway:invoke", "End": True}
REFUSED = {**INVOKE, "Parameters": {"ApiEndpoint": "http://127.0.0.1:1", "Method": "GET"}}

def api_gateway_task():
    service = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_api_gateway"
    return importlib.import_module(service).StateTaskServiceApiGateway

answers = {}
for name, script in json.load(sys.stdin).items():
    with moto.mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        sfn = boto3.client("stepfunctions", config=NO_RETRIES)
        scope = globals()
        scope["said"] = "the script failed"
        try:
            exec(script, scope)
        except Exception as error:
            scope["said"] = repr(error)
        answers[name] = scope["said"]
print("SAID", json.dumps(answers, default=str))
"""


# Correction that can go -> script -> what moto says today.
CONTRACTS: dict[str, tuple[str, Any]] = {
    "sfn/expressions.py (no JSONata evaluator)": (
        "said = run(machine(A={**PASS, 'Output': '{% 1 + 1 %}'}))['error']",
        "States.Runtime",
    ),
    "sfn/expressions.py (_assigned_variables: strings are not escaped)": (
        """
        from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
        store = VariableStore()
        store.set("x", 'a"b')
        said = store.get_assigned_variables()["x"]
        """,
        '"a"b"',
    ),
    "sfn/apigateway_task.py (_eval_service_task: called with arguments that it does not take)": (
        """
        said = "state_credentials" in inspect.signature(api_gateway_task()._eval_service_task).parameters
        """,
        False,
    ),
    "sfn/apigateway_task.py (_SUPPORTED_API_PARAM_BINDINGS: parameters are dropped)": (
        """
        said = sorted(api_gateway_task()._SUPPORTED_API_PARAM_BINDINGS["invoke"])
        """,
        ["ApiEndpoint", "Method"],
    ),
    "sfn/apigateway_task.py (_from_error: a failed call is an internal error)": (
        """
        said = run({"StartAt": "A", "States": {"A": REFUSED}})["error"]
        """,
        "States.Runtime",
    ),
    "sfn/failures.py (_accept_reserved_names: unknown States.* names are refused)": (
        """
        state = {**REFUSED, "Retry": [{"ErrorEquals": ["States.Http.StatusCode.503"]}]}
        said = failing(create, {"StartAt": "A", "States": {"A": state}}) is not None
        """,
        True,
    ),
    "sfn/failures.py (_match_error_names: States.ALL handles States.Runtime)": (
        """
        from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
        from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
        class Env:
            stack = [StatesErrorName.from_name("States.Runtime")]
        ErrorEqualsDecl([StatesErrorName.from_name("States.ALL")])._eval_body(Env)
        said = Env.stack[-1]
        """,
        True,
    ),
    "sfn/failures.py (_decorate_once: a cause is introduced twice)": (
        """
        from moto.stepfunctions.parser.asl.component.common.error_name import failure_event
        class Env:
            next_state_name = "Outer"
            class event_history_context:
                source_event_id = 1
        cause = "An error occurred while executing the state 'Inner' (entered at the event id #2). Why."
        details = {"executionFailedEventDetails": {"error": "States.QueryEvaluationError", "cause": cause}}
        failure = failure_event.FailureEventException(failure_event.FailureEvent(Env, None, "ExecutionFailed", details))
        said = failure.get_execution_failed_event_details()["cause"].count("An error occurred")
        """,
        2,
    ),
    "sfn/attempts.py (_attempt_loop: Output is no part of the attempt, so its errors cannot be caught)": (
        """
        from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
        said = "self.output" in inspect.getsource(ExecutionState._evaluate_with_timeout)
        """,
        False,
    ),
    "sfn/attempts.py (_attempt_loop: arguments of Parallel are evaluated outside of it)": (
        """
        from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
        text = inspect.getsource(StateParallel._eval_state)
        said = text.index("self.parargs.eval") < text.index("try:")
        """,
        True,
    ),
    "sfn/attempts.py (_assign_with_output: Output sees the state's own new variables)": (
        """
        from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
        from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
        class Binding:
            def eval(self, env): env.stack.append({"x": 1})
        class Env:
            stack, variable_store = [], VariableStore()
        AssignDecl([Binding()])._eval_body(Env)
        said = Env.variable_store.get("x")
        """,
        1,
    ),
    "sfn/interrupts.py (_sleep_between_retries: a stopped execution sleeps on)": (
        """
        from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
        said = "time.sleep(" in inspect.getsource(RetrierDecl._eval_body)
        """,
        True,
    ),
    "sfn/interrupts.py (_ignore_late_events: abandoned work writes on)": (
        """
        from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager
        manager, context = EventManager(), EventHistoryContext.of_program_start()
        context.orchestra_closed = True
        manager.add_event(context=context, event_type="TaskSucceeded")
        said = len(manager.get_event_history())
        """,
        1,
    ),
    "sfn/interrupts.py (_tell_who_waits: a pulse instead of a state)": (
        """
        from moto.stepfunctions.parser.asl.eval.environment import Environment
        said = "program_state_event.clear()" in inspect.getsource(Environment.set_stop)
        """,
        True,
    ),
    "sfn/interrupts.py (_wait_states: waiting in whole seconds)": (
        """
        from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
        said = "int(t1 - t0)" in inspect.getsource(WaitFunction._wait_interval)
        """,
        True,
    ),
    "sfn/interrupts.py (_wait_for_task_tokens: nothing wakes who waits for a token)": (
        """
        from moto.stepfunctions.parser.asl.eval.environment import Environment
        said = "callback" in inspect.getsource(Environment.set_stop)
        """,
        False,
    ),
    "sfn/engine.py (_own_scope_per_parse: one scope for all definitions)": (
        """
        from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
        said = Preprocessor()._query_language_per_scope is Preprocessor()._query_language_per_scope
        """,
        True,
    ),
    "sfn/engine.py (_quiet_lexers: antlr prints)": (
        """
        stderr = io.StringIO()
        with contextlib.redirect_stderr(stderr), contextlib.redirect_stdout(stderr):
            failing(sfn.create_state_machine, name="bad", definition="@@", roleArn=ROLE)
        said = "token recognition error" in stderr.getvalue()
        """,
        True,
    ),
    "sfn/engine.py (_quiet_log: the definition in each thread's name)": (
        """
        from moto.stepfunctions.parser.asl.component.common.comment import Comment
        said = "secret" in str(Comment("secret"))
        """,
        True,
    ),
    "sfn/engine.py (_timestamps: EnteredTime with an offset)": (
        """
        path = {"StartAt": "A", "States": {"A": {**PASS, "Parameters": {"t.$": "$$.State.EnteredTime"}}}}
        said = json.loads(run(path)["output"])["t"].endswith("+00:00")
        """,
        True,
    ),
    "sfn/engine.py (_map_context_in_iterations: Map is dropped in frames)": (
        """
        from moto.stepfunctions.parser.asl.eval.environment import Environment
        said = '"Map"' in inspect.getsource(Environment.as_inner_frame_of)
        """,
        False,
    ),
    "sfn/engine.py (_no_choice_matched: States.Runtime)": (
        """
        rules = [{"Variable": "$.a", "IsPresent": True, "Next": "B"}]
        said = run({"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": rules}, "B": PASS}})["error"]
        """,
        "States.Runtime",
    ),
    "sfn/engine.py (_size_in_bytes: text is measured with blanks and escapes)": (
        """
        from moto.stepfunctions.parser.quotas import is_within_size_quota
        said = is_within_size_quota({"a": "\\u00fc" * 130_000})
        """,
        False,
    ),
    "sfn/execution.py (StartTime breaks DescribeExecution)": (
        """
        path = {"StartAt": "A", "States": {"A": {**PASS, "Parameters": {"t.$": "$$.Execution.StartTime"}}}}
        said = failing(run, path)
        """,
        "TypeError",
    ),
    "sfn/execution.py (a top-level timeout has no stopDate)": (
        """
        found = run({"StartAt": "A", "TimeoutSeconds": 1, "States": {"A": {"Type": "Wait", "Seconds": 3, "End": True}}})
        said = [found["status"], "stopDate" in found, found.get("error")]
        """,
        ["TIMED_OUT", False, None],
    ),
    "sfn/executions.py (start without a name)": (
        """
        arn = create(PATH)
        said = sfn.start_execution(stateMachineArn=arn)["executionArn"].rpartition(":")[2]
        """,
        "None",
    ),
    "sfn/executions.py (start of an alias)": (
        """
        arn = create(PATH, publish=True)
        routing = [{"stateMachineVersionArn": arn + ":1", "weight": 100}]
        alias = sfn.create_state_machine_alias(name="live", routingConfiguration=routing)["stateMachineAliasArn"]
        said = failing(sfn.start_execution, stateMachineArn=alias, name="x")
        """,
        "StateMachineDoesNotExist",
    ),
    "sfn/executions.py (histories backwards)": (
        """
        arn = run(PATH)["executionArn"]
        said = sfn.get_execution_history(executionArn=arn, reverseOrder=True)["events"][0]["type"]
        """,
        "ExecutionStarted",
    ),
    "sfn/executions.py (stop loses error and cause)": (
        """
        arn = create({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 5, "End": True}}})
        started = sfn.start_execution(stateMachineArn=arn, name="x")["executionArn"]
        time.sleep(0.5)
        sfn.stop_execution(executionArn=started, error="E", cause="C")
        time.sleep(0.5)
        said = sfn.describe_execution(executionArn=started).get("error")
        """,
        None,
    ),
    "sfn/machines.py (another definition under the same name)": (
        """
        create(PATH)
        said = failing(create, {"StartAt": "B", "States": {"B": PASS}})
        """,
        None,
    ),
    "sfn/machines.py (any role will do)": ("said = failing(create, PATH)", None),
    "sfn/machines.py (no revisions)": (
        """
        arn = create(PATH)
        sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps({"StartAt": "B", "States": {"B": PASS}}))
        said = "revisionId" in sfn.describe_state_machine(stateMachineArn=arn)
        """,
        False,
    ),
    "sfn/machines.py and backend.py (deleting is over at once)": (
        """
        arn = create(PATH)
        sfn.delete_state_machine(stateMachineArn=arn)
        said = failing(sfn.describe_state_machine, stateMachineArn=arn)
        """,
        "StateMachineDoesNotExist",
    ),
    "sfn/definition.py (StartAt may name nothing)": (
        "said = failing(create, {'StartAt': 'B', 'States': {'A': PASS}})",
        None,
    ),
    "sfn/definition.py (InvalidDefinition without a code)": (
        "said = failing(sfn.create_state_machine, name='bad', definition='{', roleArn=ROLE) == 'InvalidDefinition'",
        False,
    ),
    "sfn/versions.py (a version in use can be deleted, or not at all)": (
        """
        arn = create(PATH, publish=True)
        routing = [{"stateMachineVersionArn": arn + ":1", "weight": 100}]
        sfn.create_state_machine_alias(name="live", routingConfiguration=routing)
        said = failing(sfn.delete_state_machine_version, stateMachineVersionArn=arn + ":1")
        """,
        "NotImplementedError",
    ),
    "sfn/logging.py (nothing is logged)": (
        """
        logs = boto3.client("logs")
        logs.create_log_group(logGroupName="g")
        destination = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:g:*"}}
        configuration = {"level": "ALL", "includeExecutionData": True, "destinations": [destination]}
        arn = create(PATH, name="logged", loggingConfiguration=configuration)
        sfn.start_execution(stateMachineArn=arn, name="x")
        time.sleep(1)
        said = logs.filter_log_events(logGroupName="g")["events"]
        """,
        [],
    ),
}


OPERATIONS = [
    "list_state_machine_versions",
    "publish_state_machine_version",
    "delete_state_machine_version",
    "validate_state_machine_definition",
    "start_sync_execution",
    "test_state",
    "redrive_execution",
]


@pytest.fixture(scope="module")
def moto_says() -> dict[str, Any]:
    """What every script found, from one process with nothing of ours in it; each script has an account of its own."""
    scripts = {name: textwrap.dedent(script) for name, (script, _) in CONTRACTS.items()}
    response = "from moto.stepfunctions.responses import StepFunctionResponse\n"
    scripts |= {name: f"{response}said = hasattr(StepFunctionResponse, {name!r})" for name in OPERATIONS}
    command = [sys.executable, "-c", PRELUDE]
    result = subprocess.run(
        command, input=json.dumps(scripts), capture_output=True, text=True, timeout=240, check=False
    )
    lines = [line for line in result.stdout.splitlines() if line.startswith("SAID ")]
    assert lines, result.stderr[-2000:]
    found: dict[str, Any] = json.loads(lines[-1].removeprefix("SAID "))
    return found


@pytest.mark.parametrize("correction", CONTRACTS)
def test_moto_still_needs(moto_says: dict[str, Any], correction: str) -> None:
    _, today = CONTRACTS[correction]
    message = f"moto no longer does this: look whether local_aws/{correction} can be deleted"
    assert moto_says[correction] == today, message


@pytest.mark.parametrize("operation", OPERATIONS)
def test_moto_still_lacks(moto_says: dict[str, Any], operation: str) -> None:
    message = f"moto has {operation}: look whether control/stepfunctions.py still needs its own"
    assert moto_says[operation] is False, message
