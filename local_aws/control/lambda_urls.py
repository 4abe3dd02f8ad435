# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""URLs of Lambda functions: their addresses and settings, and the statements that open them to everybody."""

from __future__ import annotations

import uuid
from typing import Any

from moto.awslambda.models import FunctionUrlConfig
from moto.awslambda.policy import Policy


def addresses_are_whole() -> None:
    """An address ends with a slash, the mode is BUFFERED, and both mode and CORS can be updated.

    moto leaves out the slash, writes Buffered, and updates neither the mode nor CORS to nothing.
    """
    original_init, original_describe = FunctionUrlConfig.__init__, FunctionUrlConfig.to_dict

    def init(self: Any, function: Any, config: dict[str, Any]) -> None:
        original_init(self, function, config)
        self.url_id = uuid.uuid4().hex
        self.url = f"https://{self.url_id}.lambda-url.{function.region}.on.aws/"

    def update(self: Any, new_config: dict[str, Any]) -> None:
        self.config |= {key: new_config[key] for key in ("AuthType", "Cors", "InvokeMode") if key in new_config}

    def to_dict(self: Any) -> dict[str, Any]:
        described: dict[str, Any] = original_describe(self)
        described["InvokeMode"] = self.config.get("InvokeMode") or "BUFFERED"
        return {key: value for key, value in described.items() if value not in (None, {})}

    FunctionUrlConfig.__init__, FunctionUrlConfig.to_dict, FunctionUrlConfig.update = init, to_dict, update


def statements_have_their_conditions() -> None:
    """FunctionUrlAuthType and InvokedViaFunctionUrl become conditions; moto puts them beside the action."""
    original = Policy.decode_policy

    def decode_policy(self: Any, obj: dict[str, Any]) -> Any:
        kind, via = obj.pop("FunctionUrlAuthType", None), obj.pop("InvokedViaFunctionUrl", None)
        decoded = original(self, obj)
        # moto calls this for every object inside the statement too; only the statement has these keys.
        if kind is not None:
            _condition(obj, "StringEquals", "lambda:FunctionUrlAuthType", kind)
        if via is not None:
            _condition(obj, "Bool", "lambda:InvokedViaFunctionUrl", str(via).lower())
        return decoded

    Policy.decode_policy = decode_policy


def _condition(statement: dict[str, Any], operator: str, key: str, value: str) -> None:
    statement.setdefault("Condition", {}).setdefault(operator, {})[key] = value


def apply() -> None:
    """Install both."""
    addresses_are_whole()
    statements_have_their_conditions()
