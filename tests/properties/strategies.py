# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the strategies of all services share. Few different values, so that states often overlap."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

TAGS = st.dictionaries(st.sampled_from(["team", "stage", "orchestra:project"]), st.sampled_from(["a", "b", ""]))
# As a user writes them: numbers and booleans too.
WANTED_TAGS = st.dictionaries(
    st.sampled_from(["team", "stage", "orchestra:project"]), st.sampled_from(["a", "b", "", 1, True])
)
# As AWS has them: its own among them.
FOUND_TAGS = st.dictionaries(
    st.sampled_from(["team", "stage", "aws:cloudformation:stack-name"]), st.sampled_from(["a", "b", ""])
)


def maybe(**options: Strategy) -> Strategy:
    """Return mappings in which every option may be left out."""
    return st.fixed_dictionaries({}, optional=options)


def tagging() -> dict[str, Strategy]:
    """Return the options tags and purge_tags."""
    return {"tags": WANTED_TAGS, "purge_tags": st.booleans()}


@st.composite
def merged(draw: st.DrawFn, *parts: Strategy) -> dict[str, Any]:
    """Return several mappings as one."""
    return {key: value for part in parts for key, value in draw(part).items()}
