# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The step that changes the tags of something that exists.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ansible_collections.orchestra.aws.plugins.module_utils._network import write_api
from ansible_collections.orchestra.aws.plugins.module_utils._network.steps import Ids, Phase, Step, Work
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes


def id_in(section: str, key: str) -> Callable[[Ids], str]:
    """Return a function that looks an id up in a section of the ids, once it is there."""
    return lambda ids: str(getattr(ids, section)[key])


def retag_steps(
    what: str, id_of: Callable[[Ids], str], before: Mapping[str, str], after: Mapping[str, str]
) -> list[Step]:
    """Return one step, or none when the tags are right. what: like "subnet shop-public-1"."""
    to_set, to_remove = tag_changes(before, after)
    if not to_set and not to_remove:
        return []

    def retag(work: Work) -> None:
        resource_id = id_of(work.ids)
        if to_set:
            write_api.tag(work.ec2, resource_id, to_set)
        if to_remove:
            write_api.untag(work.ec2, resource_id, to_remove)

    return [Step(Phase.PARTS, [f"update tags of {what}"], retag)]
