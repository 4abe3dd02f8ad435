# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Inputs, outputs and causes as the page shows them: indented when they are JSON, cut when they are large.

Private to the collection.
"""

from __future__ import annotations

import json
import re

from ansible_collections.orchestra.aws.plugins.module_utils._report.markup import Child, Markup, element, escaped
from ansible_collections.orchestra.aws.plugins.module_utils._report.texts import size

_KEY = re.compile(r'^(\s*)("(?:[^"\\]|\\.)*")(: )')


def value(text: str, limit: int, label: str) -> Markup:
    """Return a value of which at most C(limit) characters are shown. label: what it is, for those who hear the page."""
    shown = readable(text)
    number = len(shown)
    cut = shown[:limit]
    lines = [_line(line) for line in cut.split("\n")]
    note = None
    if number > limit:
        note = element(
            "p",
            {"class": "cut"},
            f"The first {limit:,} of {number:,} characters are shown; the value has {size(len(_encoded(text)))}.",
        )
    box = element("pre", {"tabindex": "0", "role": "group", "aria-label": label}, Markup("\n".join(lines)))
    return element("div", {"class": "value"}, box, note)


def readable(text: str) -> str:
    """Return JSON indented, any other text as it is."""
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def folded(title: str, text: str | None, limit: int, is_open: bool = False, of: str = "the execution") -> Child:
    """Return a value that opens on demand; nothing when the history does not have it."""
    if text is None:
        return None
    heading = element("summary", {}, element("span", {}, title), element("span", {"class": "size"}, text_size(text)))
    return element("details", {"class": "part", "open": is_open}, heading, value(text, limit, f"{title} of {of}"))


def text_size(text: str) -> str:
    return size(len(_encoded(text)))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _line(line: str) -> Markup:
    match = _KEY.match(line)
    if not match:
        return escaped(line)
    rest = line[match.end() :]
    return Markup(f"{match[1]}{element('b', {}, match[2])}{match[3]}{escaped(rest)}")
