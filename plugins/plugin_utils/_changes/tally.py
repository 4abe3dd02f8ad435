# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""All resources of a run, each once, and how many of them change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.change import Change, Verb

Key = tuple[str, str]


@dataclass(frozen=True)
class Problem:
    """One failure. about: the host, or the service that it is about."""

    about: str
    task: str
    message: str
    remedy: str = ""


@dataclass
class Tally:
    """What a run does. A resource that several tasks touch is counted once, with all that happened to it."""

    changes: dict[Key, Change] = field(default_factory=dict)
    hosts: dict[Key, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, changes: Iterable[Change], host: str) -> list[Change]:
        """Count the changes, and return those that say something new of their resource."""
        news = []
        for change in changes:
            key = (change.kind, change.name)
            known = self.changes.get(key)
            self.changes[key] = change if known is None else _merged(known, change)
            self.hosts.setdefault(key, host)
            if self.changes[key] != known:
                news.append(change)
        return news

    def count(self, verb: Verb) -> int:
        return sum(1 for change in self.changes.values() if change.verb == verb)

    @property
    def changed(self) -> list[Change]:
        """The resources that do not stay as they are, in the order of the run."""
        return [change for change in self.changes.values() if change.verb != "none"]


def _merged(first: Change, then: Change) -> Change:
    """Return what two tasks did to one resource, as one change."""
    if then.verb == "none":
        return first
    if first.verb == "none":
        return then
    if first.verb == "add" and then.verb == "change":
        return Change("add", first.kind, first.name, {}, then.after)
    if first.verb == "remove" and then.verb == "add":
        return Change("change", first.kind, first.name, first.before, then.after)
    if first.verb == "change" and then.verb == "change":
        steps = tuple(dict.fromkeys((*first.steps, *then.steps)))
        return Change("change", first.kind, first.name, first.before, then.after, steps)
    return then
