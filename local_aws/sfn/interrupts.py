# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lets whatever an execution waits for end at once when its part of the execution ends.

moto's environments only know that they have ended; who sleeps between two retries, waits for a response or for a
point in time does not hear of it, and late events of abandoned work still reach the history.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

_ENDINGS = ("set_ended", "set_error", "set_timed_out", "set_stop")


class Halt:
    """Tells those who wait that one environment has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    def set(self) -> None:
        """Wake everybody."""
        with self._lock:
            self._ended.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def wait(self, seconds: float) -> bool:
        """Sleep for `seconds`; True when the environment ended meanwhile."""
        return self._ended.wait(seconds)

    @contextlib.contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call `callback` if the environment ends (or has ended) during the block."""
        with self._lock:
            ended = self._ended.is_set()
            if not ended:
                self._callbacks.append(callback)
        if ended:
            callback()
        try:
            yield
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._callbacks.remove(callback)


def halt_of(env: Any) -> Halt:
    """The environment's Halt."""
    halt: Halt = env.orchestra_halt
    return halt


def close(env: Any) -> None:
    """Keep whatever still happens in an abandoned environment, and in those inside it, out of the history."""
    env.event_history_context.orchestra_closed = True
    for frame in list(env._frames):
        close(frame)


def apply() -> None:
    _tell_who_waits()
    _ignore_late_events()
    _sleep_between_retries()
    _wait_states()
    _wait_for_task_tokens()


def _tell_who_waits() -> None:
    """Every way in which an environment ends sets its Halt; moto pulses an event that a late waiter misses."""
    construct = Environment.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        self.orchestra_halt = Halt()
        construct(self, *args, **kwargs)

    Environment.__init__ = __init__
    for name in _ENDINGS:
        setattr(Environment, name, _ending(getattr(Environment, name)))


def _ending(original: Callable[..., None]) -> Callable[..., None]:
    def ending(self: Any, *args: Any, **kwargs: Any) -> None:
        frames = list(self._frames)
        original(self, *args, **kwargs)
        if not self.is_running():
            for frame in frames:
                close(frame)
            halt_of(self).set()

    return ending


def _ignore_late_events() -> None:
    """AWS writes nothing of a branch, iteration or call that it has given up; moto's threads write on."""
    add_event = EventManager.add_event

    def add_open_event(self: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(context, "orchestra_closed", False):
            return context.last_published_event_id
        return add_event(self, context, *args, **kwargs)

    EventManager.add_event = add_open_event


def _sleep_between_retries() -> None:
    """moto sleeps out the whole interval in an execution that was stopped or has timed out."""

    def _eval_body(self: Any, env: Any) -> None:
        self.error_equals.eval(env)
        if not env.stack.pop():
            env.stack.append(retrier_decl.RetrierOutcome.Skipped)
            return
        self.max_attempts.eval(env=env)
        if env.stack.pop() == retrier_decl.MaxAttemptsOutcome.EXHAUSTED:
            env.stack.append(retrier_decl.RetrierOutcome.Failed)
            return
        for step in (self.interval_seconds, self.backoff_rate, self.max_delay_seconds, self.jitter_strategy):
            step.eval(env=env)
        halt_of(env).wait(env.stack.pop())
        env.stack.append(retrier_decl.RetrierOutcome.Executed)

    retrier_decl.RetrierDecl._eval_body = _eval_body


def _wait_states() -> None:
    """A Wait state lasts exactly its time, or until the execution ends; moto rounds to whole seconds."""

    def _wait_interval(self: Any, env: Any, wait_seconds: float) -> None:
        if wait_seconds > 0:
            halt_of(env).wait(wait_seconds)

    WaitFunction._wait_interval = _wait_interval


def _wait_for_task_tokens() -> None:
    """A task that waits for its token's return ends with its execution; moto's thread waits for ever."""
    original = StateTaskServiceCallback._eval_integration_pattern

    def _eval_integration_pattern(self: Any, env: Any, *args: Any, **kwargs: Any) -> None:
        task = env.states.context_object.context_object_data.get("Task")
        if task is None:
            original(self, env, *args, **kwargs)
            return
        endpoint = env.callback_pool_manager.get(task["Token"])
        with halt_of(env).calling(endpoint.interrupt_all):
            original(self, env, *args, **kwargs)

    StateTaskServiceCallback._eval_integration_pattern = _eval_integration_pattern
