# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Every option of the tables: predicted, done, repeated without a change, and taken back; deleted twice.

Where a table can put a thing back without the module, the change behind its back is found and repaired.

What a run did is seen with boto3. Each module has one thing, which all its cases change and leave as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown
from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.modules.table import TAGS, Case, Options, Table, differences, having, leaves, unseen
from tests.modules.tables import ALL
from tests.modules.world import filled, world

TABLES = {table.module: table for table in ALL}
CASES = [
    pytest.param(table, case, id=f"{table.module}: {name}") for table in ALL for name, case in table.all_cases().items()
]

FIXED = [pytest.param(table, path, id=f"{table.module}: {path}") for table in ALL for path in table.fixed]


@pytest.fixture(scope="module")
def known(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with world(aws, tmp_path_factory.mktemp("world")) as made:
        yield made


class Standing:
    """The things that the cases change, as they were made; made anew when a case has failed half-way."""

    def __init__(self, aws: EmbeddedAws, known: dict[str, str]) -> None:
        self.aws, self.known, self.modules = aws, known, Modules(aws)
        self.looks: dict[str, Any] = {}

    def options(self, table: Table) -> Options:
        return filled(table.starting(), self.known)

    def stand(self, table: Table) -> Any:
        """Return how the thing looks, which is made when it is not there as it shall be."""
        if table.module not in self.looks:
            self.modules(table.module, **self.options(table))
            self.looks[table.module] = self.look(table)
        return self.looks[table.module]

    def look(self, table: Table) -> Any:
        return table.look(self.aws, self.known)

    def predicted(self, table: Table, options: Options, before: Any) -> dict[str, Any]:
        """Run a module as check mode has predicted it, which leaves everything as it was seen before."""
        told = self.modules.check(table.module, **options)
        assert self.look(table) == before, "Check mode changed something."
        done = self.modules(table.module, **options)
        assert (done["changed"], done["actions"], done["diff"]) == (told["changed"], told["actions"], told["diff"])
        return done

    def unchanged(self, table: Table, options: Options) -> Options:
        """Run a module that has nothing to do; return the settings that it tells."""
        again = self.modules(table.module, **options)
        assert (again["changed"], again["actions"]) == (False, [])
        assert again["diff"]["before"] == again["diff"]["after"]
        return again["diff"]["after"]


@pytest.fixture(scope="module")
def standing(aws: EmbeddedAws, known: dict[str, str]) -> Iterator[Standing]:
    made = Standing(aws, known)
    yield made
    for module in made.looks:
        table = TABLES[module]
        made.modules(module, **filled({**table.identity, **table.absent}, known), state="absent")


@pytest.mark.parametrize("table", ALL, ids=TABLES)
def test_a_thing_is_made_once_and_deleted_once(standing: Standing, table: Table) -> None:
    options, identity = standing.options(table), filled(table.identity, standing.known)
    assert standing.predicted(table, options, standing.look(table))["changed"]
    made = standing.look(table)
    assert made is not None
    standing.unchanged(table, options)
    standing.unchanged(table, {**identity, **filled(table.least, standing.known)})
    absent = {**identity, **table.absent, "state": "absent"}
    assert standing.predicted(table, absent, made)["changed"]
    assert standing.look(table) is None
    standing.unchanged(table, absent)


@pytest.mark.parametrize(("table", "path"), FIXED)
def test_what_aws_cannot_change_is_refused(standing: Standing, table: Table, path: str) -> None:
    before = standing.stand(table)
    other = having(standing.options(table), {path: table.fixed[path]})
    refused = [standing.modules.failure(table.module, check=check, **other) for check in (True, False)]
    assert refused[0] == refused[1]
    assert not re.search("Failed to|An error occurred", refused[0]), "Refused by AWS, not by the module."
    assert standing.look(table) == before


@pytest.mark.parametrize(("table", "case"), CASES)
def test_options_are_changed_and_changed_back(aws: EmbeddedAws, standing: Standing, table: Table, case: Case) -> None:
    before = standing.stand(table)
    del standing.looks[table.module]
    start = standing.options(table)
    options = having(start, filled(case.options, standing.known))
    put_back = table.remembered(aws) if table.remembered and "tags" not in case.options else None
    changed = standing.predicted(table, options, before)
    told = differences(changed["diff"]["before"], changed["diff"]["after"])
    assert counted(told, case) == expected(case), told
    look = standing.look(table)
    assert look != before
    assert unseen(table, filled(case.options, standing.known), look) == []
    settled = standing.unchanged(table, options)
    untold = [each for each in differences(settled, changed["diff"]["after"]) if unknown() not in str(each)]
    assert table.is_secret or untold == []
    if put_back:
        put_back()
        assert differences(before, standing.look(table)) == []
        repaired = standing.modules(table.module, **options)
        assert differences(changed["diff"], repaired["diff"]) == []
        assert differences(look, standing.look(table)) == []
    assert standing.predicted(table, having(start, filled(case.back, standing.known)), look)["changed"]
    assert differences(before, standing.look(table)) == []
    standing.looks[table.module] = before


def counted(told: list[tuple[str, Any, Any]], case: Case) -> int:
    """How many differences are told; of tags, which all parts of a thing carry, each counts once."""
    return len({path.rpartition(".tags.")[2] if case in TAGS.values() else path for path, _before, _after in told})


def expected(case: Case) -> int:
    """How many differences a case makes."""
    return len(leaves(case.options)) if case.leaves is None else case.leaves
