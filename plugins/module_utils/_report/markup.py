# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Elements of HTML and SVG. Every text is escaped here, and only here: what is not a C(Markup) becomes text.

Private to the collection.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any, TypeAlias, Union

_VOID = frozenset({"br", "hr", "img", "link", "meta", "path", "rect", "line", "circle", "use"})
# Characters that HTML forbids, and lone halves of surrogate pairs, which UTF-8 cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


# The pylint of ansible-test takes a type statement for an error.
Child: TypeAlias = Union[str, int, None, Iterable["Child"]]  # noqa: UP007, UP040


def escaped(text: object) -> Markup:
    """Return a text as HTML, safe between tags and in quoted attributes."""
    return Markup(html.escape(_FORBIDDEN.sub("\ufffd", str(text)), quote=True))


def element(tag: str, attributes: dict[str, Any] | None = None, *children: Child) -> Markup:
    """Return an element. An attribute of None or False is left out, one of True stands alone."""
    opening = f"<{tag}{''.join(_attribute(key, value) for key, value in (attributes or {}).items())}>"
    if tag in _VOID:
        return Markup(opening.replace(">", "/>") if tag in ("path", "rect", "line", "circle", "use") else opening)
    return Markup(f"{opening}{joined(children)}</{tag}>")


def joined(children: Child) -> Markup:
    """Return children one after the other."""
    if children is None:
        return Markup("")
    if isinstance(children, Markup):
        return children
    if isinstance(children, (str, int)):
        return escaped(children)
    return Markup("".join(joined(child) for child in children))


def _attribute(key: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    return f" {key}" if value is True else f' {key}="{escaped(value)}"'
