# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Schedules in memory: an update replaces a schedule as a whole."""

from __future__ import annotations

import copy
from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, refusal

Item = dict[str, Any]


class MemoryScheduler(Memory):
    """state: schedules by name, as GetSchedule says them, all of one group."""

    def get_schedule(self, GroupName: str, Name: str) -> Item:
        if Name not in self.state:
            raise refusal("ResourceNotFoundException")
        return copy.deepcopy(self.state[Name])

    def create_schedule(self, GroupName: str, Name: str, **request: Any) -> None:
        if Name in self.state:
            raise refusal("ConflictException")
        arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{GroupName}/{Name}"
        self.state[Name] = {"Arn": arn, "Name": Name, "GroupName": GroupName, **copy.deepcopy(request)}

    def update_schedule(self, GroupName: str, Name: str, **request: Any) -> None:
        self.delete_schedule(GroupName, Name)
        self.create_schedule(GroupName, Name, **request)

    def delete_schedule(self, GroupName: str, Name: str) -> None:
        self.get_schedule(GroupName, Name)
        del self.state[Name]
