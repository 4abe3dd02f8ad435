# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""JSONata expressions as tokens: enough to see which variables they read and whether they are closed. No parser.

Private to the collection. The notation: https://docs.jsonata.org/overview
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_SPACE = re.compile(r"\s+")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.DOTALL)
_QUOTED_NAME = re.compile(r"`[^`]*`")
_FLAGS = re.compile(r"[im]*")
_NUMBER = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_OPERATOR = re.compile(r"\.\.|:=|!=|>=|<=|\*\*|~>|[.\[\]{}(),@#;:?+\-*/%|=<>^&!~]")
# As in JSONata's own tokenizer, a name goes on until white space or an operator.
_WORD = re.compile(r"[^\s.\[\]{}(),@#;:?+\-*/%|=<>^&!~\"'`]+")
_OPENERS = {"(": ")", "[": "]", "{": "}"}
_CLOSERS = {closer: opener for opener, closer in _OPENERS.items()}
# Two operators in a row that JSONata does not have, though other languages do.
_FOREIGN = {("=", "="): "=", ("&", "&"): "and", ("|", "|"): "or", ("!=", "="): "!="}
# After these an expression cannot end.
_EXPECTING = frozenset({".", "&", "+", "-", "/", "=", "!=", "<", ">", "<=", ">=", ":=", "~>", ",", ":", "?", "!"})
_KEYWORDS = frozenset({"and", "or", "in"})
_FUNCTION = ("function", "λ")
_CONSTANTS = ("true", "false", "null")


class Token(NamedTuple):
    """kind: string, name, word, variable, number, regex or operator."""

    kind: str
    text: str
    start: int


class _Bracket(NamedTuple):
    """context: there is one inside. parameters: it holds the parameters of a function."""

    context: bool
    parameters: bool


class BadExpression(ValueError):
    """The expression cannot be read; one sentence."""


@dataclass
class Reading:
    """What an expression reads. variables: names that it has not bound itself. members: of $states.

    roots: the $, $$ and names that begin a path where there is no context.
    """

    variables: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)


def read(expression: str) -> Reading:
    """Return what an expression reads. Raises BadExpression."""
    tokens = list(_tokens(expression))
    if not tokens:
        raise BadExpression("The expression is empty.")
    _closed(tokens)
    bound = _bound(tokens)
    reading = Reading()
    for index, token in enumerate(tokens):
        name = token.text[1:]
        if token.kind != "variable" or name in ("", "$"):
            continue
        if name == "states":
            reading.members |= _member(tokens, index)
        if name not in bound:
            reading.variables.add(name)
    reading.roots = set(_roots(_without_signatures(tokens)))
    return reading


def _tokens(text: str) -> Iterator[Token]:
    position, before = 0, None
    while position < len(text):
        token, position = _next(text, position, before)
        if token is not None:
            yield token
            before = token


def _next(text: str, position: int, before: Token | None) -> tuple[Token | None, int]:
    """Return the token at a position, None for what is skipped, and the position behind it."""
    if text.startswith("/*", position):
        comment = _COMMENT.match(text, position)
        if not comment:
            raise BadExpression("A comment /* is not closed.")
        return None, comment.end()
    space = _SPACE.match(text, position)
    if space:
        return None, space.end()
    if text[position] == "/" and not _is_operand(before):
        end = _end_of_regex(text, position)
        return Token("regex", text[position:end], position), end
    kind, found = _found(text, position)
    return Token(kind, found[0], position), found.end()


def _end_of_regex(text: str, start: int) -> int:
    """Return the position behind a regular expression: as in JSONata, a / inside of brackets does not close it."""
    depth, position = 0, start + 1
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character == "/" and not depth:
            flags = _FLAGS.match(text, position + 1)
            return flags.end() if flags else position + 1
        depth += (character in _OPENERS) - (character in _CLOSERS)
        position += 1
    raise BadExpression("A regular expression / is not closed.")


def _found(text: str, position: int) -> tuple[str, re.Match[str]]:
    character = text[position]
    if character in "\"'":
        return "string", _closing(_STRING.match(text, position), f"A text that begins with {character} is not closed.")
    if character == "`":
        return "name", _closing(_QUOTED_NAME.match(text, position), "A name that begins with ` is not closed.")
    if character.isdigit():
        return "number", _closing(_NUMBER.match(text, position), "")
    operator = _OPERATOR.match(text, position)
    if operator:
        return "operator", operator
    return "variable" if character == "$" else "word", _closing(_WORD.match(text, position), "")


def _closing(match: re.Match[str] | None, sentence: str) -> re.Match[str]:
    if match is None:
        raise BadExpression(sentence)
    return match


def _is_operand(token: Token | None) -> bool:
    """Tell whether a token ends an operand, so that / after it divides and [ filters."""
    if token is None:
        return False
    if token.kind == "operator":
        return token.text in (")", "]", "}", "%", "*")
    return not (token.kind == "word" and token.text in _KEYWORDS)


def _closed(tokens: list[Token]) -> None:
    opened: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind != "operator":
            continue
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        instead = _FOREIGN.get((token.text, following.text)) if following and following.kind == "operator" else None
        if following and instead and following.start == token.start + len(token.text):
            raise BadExpression(f"JSONata has no {token.text}{following.text}: write {instead}.")
        if token.text in _OPENERS:
            opened.append(token.text)
        elif token.text in _CLOSERS and (not opened or opened.pop() != _CLOSERS[token.text]):
            raise BadExpression(f"A {token.text} closes nothing.")
    if opened:
        raise BadExpression(f"A {opened[-1]} is not closed.")
    if tokens[-1].kind == "operator" and tokens[-1].text in _EXPECTING:
        raise BadExpression(f"Something must follow the {tokens[-1].text} at the end.")


def _member(tokens: list[Token], index: int) -> set[str]:
    following = tokens[index + 1 : index + 3]
    if len(following) < 2 or following[0].text != "." or following[1].kind not in ("word", "name"):
        return set()
    return {following[1].text.strip("`")}


def _bound(tokens: list[Token]) -> set[str]:
    """Return the variables that an expression binds itself: by :=, by @ and #, as parameters of functions."""
    bound: set[str] = set()
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind == "variable" and following is not None and following.text == ":=":
            bound.add(token.text[1:])
        elif token.text in ("@", "#") and following is not None and following.kind == "variable":
            bound.add(following.text[1:])
        elif token.kind == "word" and token.text in _FUNCTION and following and following.text == "(":
            for parameter in tokens[index + 2 :]:
                if parameter.text == ")":
                    break
                if parameter.kind == "variable":
                    bound.add(parameter.text[1:])
    return bound


def _roots(tokens: list[Token]) -> Iterator[str]:
    """Find $, $$ and names that begin a path outside of everything that gives them a context.

    Filters, groupings, sort terms and later steps of a path give one; bodies and arguments of functions do not.
    What follows the | of a transformation is not looked at.
    """
    contexts: list[_Bracket] = []
    closed: _Bracket | None = None
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        in_context = bool(contexts) and contexts[-1].context
        after_step = before is not None and before.kind == "operator" and before.text in (".", "^")
        if token.kind == "operator" and token.text in _OPENERS:
            parameters = token.text == "(" and before is not None and before.text in _FUNCTION
            body = token.text == "{" and closed is not None and closed.parameters
            filters = token.text in "[{" and _is_operand(before) and not body
            contexts.append(_Bracket(in_context or after_step or filters, parameters))
        elif token.kind == "operator" and token.text in _CLOSERS:
            closed = contexts.pop()
            continue
        elif token.kind == "operator" and token.text == "|":
            return
        elif token.text == "$$" or (not in_context and not after_step and _begins_path(token, before)):
            yield token.text
        closed = None


def _without_signatures(tokens: list[Token]) -> list[Token]:
    """Drop the signatures of functions, as <n:n> in function($a)<n:n>{...}: their letters are no names."""
    kept: list[Token] = []
    index, depths, depth = 0, list[int](), 0
    while index < len(tokens):
        token = tokens[index]
        if token.text == "(" and kept and kept[-1].text in _FUNCTION:
            depths.append(depth)
        depth += (token.text in _OPENERS) - (token.text in _CLOSERS)
        kept.append(token)
        index += 1
        if token.text == ")" and depths and depths[-1] == depth:
            depths.pop()
            if index < len(tokens) and tokens[index].text == "<":
                index = next((at for at in range(index, len(tokens)) if tokens[at].text == "{"), len(tokens))
    return kept


def _begins_path(token: Token, before: Token | None) -> bool:
    if token.kind == "word":
        operator = token.text in _KEYWORDS and _is_operand(before)
        return token.text not in (*_FUNCTION, *_CONSTANTS) and not operator
    return token.kind == "name" or (token.kind == "variable" and token.text == "$")
