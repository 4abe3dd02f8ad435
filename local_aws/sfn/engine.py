# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Small corrections to moto's interpreter of the Amazon States Language."""

from __future__ import annotations

import datetime
import functools
import json
import logging
import threading
from typing import Any

from moto.stepfunctions.parser.asl.antlr.runtime.ASLIntrinsicLexer import ASLIntrinsicLexer
from moto.stepfunctions.parser.asl.antlr.runtime.ASLIntrinsicParser import ASLIntrinsicParser
from moto.stepfunctions.parser.asl.antlr.runtime.ASLLexer import ASLLexer
from moto.stepfunctions.parser.asl.component.component import Component
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state import state as state_module
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branch_worker import BranchWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.utils import TMP_THREADS

from local_aws.sfn import expressions, failures, interrupts
from local_aws.sfn.errors import MAX_DATA_BYTES

_parsing = threading.Lock()


def apply() -> None:
    _own_scope_per_parse()
    _quiet_lexers()
    _quiet_log()
    _timestamps()
    _map_context_in_iterations()
    _no_choice_matched()
    _close_stopped_branches()
    _size_in_bytes()


@functools.lru_cache(maxsize=256)
def parse(definition: str) -> Any:
    """The program of a definition; raises what moto's parser raises. Programs keep no state, so they are shared."""
    with _parsing:  # antlr keeps tables that all its parsers fill
        program, _ = AmazonStateLanguageParser.parse(definition)
    expressions.annotate(program)
    return program


def timestamp(moment: datetime.datetime) -> str:
    """A time as the context object shows it: UTC, milliseconds, none if they are zero (developer guide sample)."""
    utc = moment.astimezone(datetime.UTC)
    milliseconds = utc.microsecond // 1000
    return utc.strftime("%Y-%m-%dT%H:%M:%S") + (f".{milliseconds:03d}Z" if milliseconds else "Z")


def forget_ended_threads() -> None:
    """moto keeps every thread that it ever started in one list."""
    TMP_THREADS[:] = [thread for thread in TMP_THREADS if thread.is_alive()]


def _own_scope_per_parse() -> None:
    """Query languages are scoped per definition.

    moto keeps the scopes in one list for all parsers: a definition that fails leaves its language to the next one,
    and two threads that parse at once mix theirs.
    """

    def __init__(self: Any) -> None:
        self._query_language_per_scope = []

    Preprocessor.__init__ = __init__


def _quiet_lexers() -> None:
    """antlr prints what it does not recognise on stderr; the listener of moto's parser reports the error anyway."""
    for recognizer in (ASLLexer, ASLIntrinsicLexer, ASLIntrinsicParser):
        recognizer.__init__ = _without_listeners(recognizer.__init__)


def _without_listeners(construct: Any) -> Any:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        construct(self, *args, **kwargs)
        self.removeErrorListeners()

    return __init__


def _quiet_log() -> None:
    """moto logs each failure of a state, payload and all; the history and the log group are the place for it."""
    logger = logging.getLogger("moto.stepfunctions")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    # What was logged, and each thread's name, held the text of the whole definition.
    Component.__str__ = lambda self: type(self).__name__
    EvalComponent._log_exception = lambda self, exception: None
    EvalComponent._log_failure_event_exception = lambda self, failure_event_exception: None


def _timestamps() -> None:
    """AWS shows EnteredTime as 2025-08-27T10:04:42.123Z, moto as 2025-08-27T10:04:42.123456+00:00."""

    def state_data(EnteredTime: str, Name: str) -> dict[str, Any]:  # noqa: N803  # the names of the context object
        entered = timestamp(datetime.datetime.fromisoformat(EnteredTime))
        return {"EnteredTime": entered, "Name": Name, "RetryCount": 0}

    state_module.StateData = state_data


def _map_context_in_iterations() -> None:
    """`$states.context.Map` exists in every state of an iteration; moto drops it in Task states."""
    original = Environment.as_inner_frame_of.__func__

    def as_inner_frame_of(cls: Any, env: Any, *args: Any, **kwargs: Any) -> Any:
        frame = original(cls, env, *args, **kwargs)
        context = env.states.context_object.context_object_data
        if "Map" in context:
            frame.states.context_object.context_object_data["Map"] = context["Map"]
        return frame

    Environment.as_inner_frame_of = classmethod(as_inner_frame_of)


def _no_choice_matched() -> None:
    """A Choice state without a matching rule fails with States.NoChoiceMatched, in moto with States.Runtime."""
    original = StateChoice._eval_state

    def _eval_state(self: Any, env: Any) -> None:
        try:
            original(self, env)
        except RuntimeError as error:
            raise failures.no_choice_matched(env) from error

    StateChoice._eval_state = _eval_state


def _close_stopped_branches() -> None:
    """When one branch fails, the others end without a further event; moto's write on."""
    original = BranchWorker.stop

    def stop(self: Any, *args: Any, **kwargs: Any) -> None:
        interrupts.close(self.env)
        original(self, *args, **kwargs)

    BranchWorker.stop = stop


def within_size(value: Any) -> bool:
    """Whether a state's or a task's data is at most 256 KiB of UTF-8, as compact JSON."""
    return (
        len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")) <= MAX_DATA_BYTES
    )


def _size_in_bytes() -> None:
    """moto measures a text with blanks after every separator and six characters for an umlaut."""
    for module in (state_module, state_task_service):
        module.is_within_size_quota = within_size
