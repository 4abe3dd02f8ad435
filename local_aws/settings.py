# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What one embedded AWS is configured with; read from the environment, never changed behind the reader's back."""

from __future__ import annotations

import dataclasses
import fnmatch
import json
import os
import pathlib
import sys
from collections.abc import Mapping
from typing import Any

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
DEFAULT_PORT = 4566
DEFAULT_REGION = "us-east-1"
DEFAULT_ACCOUNT = "123456789012"
RUN_FILE = "server.json"  # in the state directory: pid, its start time and the run id of the live server
RESOURCES = ("nat", "alb", "vpc_link", "domain", "deployment", "ecs_task", "lambda", "deletions")


class SettingsError(ValueError):
    """A setting that cannot be used; the message is one sentence for the operator."""


@dataclasses.dataclass(frozen=True)
class Profile:
    """How long resources take to become available (seconds) and how long each API call takes (milliseconds)."""

    durations: Mapping[str, float] = dataclasses.field(default_factory=dict)
    scale: float = 1.0
    call_delay_ms: float = 0.0

    def seconds(self, resource: str) -> float:
        """Seconds that `resource` (one of RESOURCES) spends in its transitional state."""
        return self.durations.get(resource, 0.0) * self.scale

    def as_dict(self) -> dict[str, float]:
        """The flat form that profile_from() reads."""
        return {**{name: self.durations.get(name, 0.0) for name in RESOURCES}} | {
            "scale": self.scale,
            "call_delay_ms": self.call_delay_ms,
        }


@dataclasses.dataclass(frozen=True)
class Settings:
    """Everything that the parts of the embedded AWS share."""

    port: int
    endpoint: str
    state_dir: pathlib.Path
    images: Mapping[str, list[str]]
    profile: Profile
    region: str
    account: str

    def command_for(self, image: str) -> list[str] | None:
        """The local command that stands for a container image, None when no pattern matches."""
        for pattern, command in self.images.items():
            if fnmatch.fnmatchcase(image, pattern):
                return [_argument(part) for part in command]
        return None


def profile_from(values: Any, base: Profile | None = None) -> Profile:
    """A profile from a flat mapping such as {"nat": 60, "scale": 0.1}; names not given are taken from `base`."""
    if not isinstance(values, dict):
        raise SettingsError("A profile is a JSON object of resource names and seconds.")
    merged = (base or Profile()).as_dict()
    for name, value in values.items():
        if name not in merged:
            raise SettingsError(f"Unknown profile entry {name!r}; known are {', '.join(sorted(merged))}.")
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise SettingsError(f"Profile entry {name!r} must be a number of zero or more.")
        merged[name] = float(value)
    scale, delay = merged.pop("scale"), merged.pop("call_delay_ms")
    return Profile(durations=merged, scale=scale, call_delay_ms=delay)


def from_environment(environ: Mapping[str, str] | None = None, *, port: int | None = None) -> Settings:
    """Settings from LOCAL_AWS_* variables; `port` wins over LOCAL_AWS_PORT."""
    env = os.environ if environ is None else environ
    number = port if port is not None else _port(env.get("LOCAL_AWS_PORT", str(DEFAULT_PORT)))
    state_dir = env.get("LOCAL_AWS_STATE_DIR")
    return Settings(
        port=number,
        endpoint=f"http://127.0.0.1:{number}",
        state_dir=pathlib.Path(state_dir).absolute() if state_dir else REPOSITORY / ".local_aws" / str(number),
        images=_images(env.get("LOCAL_AWS_IMAGES")),
        profile=_profile(env.get("LOCAL_AWS_PROFILE")),
        region=env.get("LOCAL_AWS_REGION", DEFAULT_REGION),
        account=DEFAULT_ACCOUNT,
    )


_current: Settings | None = None


def current() -> Settings:
    """The settings in force; read again at every use, because the profile can be replaced at run time."""
    global _current
    if _current is None:
        _current = from_environment()
    return _current


def configure(settings: Settings) -> None:
    """Put `settings` in force."""
    global _current
    _current = settings


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"LOCAL_AWS_PORT must be a port number, not {text!r}.")
    return int(text)


def _argument(part: str) -> str:
    """`{python}` is this interpreter; a path that exists in the repository is made absolute."""
    if part == "{python}":
        return sys.executable
    inside = REPOSITORY / part
    return str(inside) if "/" in part and inside.exists() else part


def _images(path: str | None) -> dict[str, list[str]]:
    file = pathlib.Path(path) if path else pathlib.Path(__file__).parent / "images.json"
    value = _document(file, "LOCAL_AWS_IMAGES")
    if not isinstance(value, dict) or not all(
        isinstance(command, list) and command and all(isinstance(part, str) for part in command)
        for command in value.values()
    ):
        raise SettingsError(f"{file} must map image patterns to commands (lists of strings).")
    return value


def _profile(text: str | None) -> Profile:
    if not text:
        return Profile()
    if text.lstrip().startswith("{"):
        try:
            return profile_from(json.loads(text))
        except json.JSONDecodeError as error:
            raise SettingsError(f"LOCAL_AWS_PROFILE is not valid JSON: {error}.") from error
    return profile_from(_document(pathlib.Path(text), "LOCAL_AWS_PROFILE"))


def _document(file: pathlib.Path, variable: str) -> Any:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{variable}: {file} cannot be read ({error.strerror}).") from error
    try:
        return _parse(text, yaml=file.suffix in {".yml", ".yaml"})
    except ValueError as error:
        raise SettingsError(f"{variable}: {file} cannot be parsed ({error}).") from error


def _parse(text: str, *, yaml: bool) -> Any:
    if not yaml:
        return json.loads(text)
    import yaml as yaml_module

    try:
        return yaml_module.safe_load(text)
    except yaml_module.YAMLError as error:
        raise ValueError(str(error)) from error
