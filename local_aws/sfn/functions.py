# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The functions that Step Functions adds to JSONata 2.0.6, and the one that it takes away.

Source: "Transforming data with JSONata", Step Functions developer guide. Each takes undefined to undefined where
JSONata's own functions do.
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from typing import Any

from jsonata import jsonata as engine
from jsonata.utils import Utils

HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
MAX_RANGE = 1_000  # States.ArrayRange, of which $range is the successor, "can generate up to 1000 elements"


class FunctionError(Exception):
    """A function was called in a way that it refuses."""


def bindings() -> dict[str, Any]:
    """What to bind; $eval is documented as not supported."""
    callables = {
        "partition": partition,
        "range": range_,
        "hash": hash_,
        "random": random_,
        "uuid": uuid_,
        "parse": parse,
    }
    return {"eval": None, **{name: engine.Jsonata.JLambda(function) for name, function in callables.items()}}


def partition(array: Any = None, size: Any = None) -> Any:
    """The array cut into arrays of `size` elements; the last may be shorter."""
    if array is None:
        return None
    items = array if isinstance(array, list) else [array]
    length = _integer("partition", "chunk size", size)
    if length < 1:
        raise FunctionError("$partition: the chunk size must be a positive integer.")
    return [list(items[start : start + length]) for start in range(0, len(items), length)]


def range_(first: Any = None, last: Any = None, step: Any = None) -> Any:
    """The numbers from `first` to `last` (included) in steps of `step`."""
    start, end, delta = (
        _integer("range", name, value) for name, value in (("first", first), ("last", last), ("step", step))
    )
    if delta == 0:
        raise FunctionError("$range: the step must not be 0.")
    numbers = range(start, end + (1 if delta > 0 else -1), delta)
    if len(numbers) > MAX_RANGE:
        raise FunctionError(f"$range: more than {MAX_RANGE} elements.")
    return list(numbers)


def hash_(value: Any = None, algorithm: Any = None) -> Any:
    """The hexadecimal digest of a string, or of the JSON text of anything else."""
    if value is None:
        return None
    if not isinstance(algorithm, str) or algorithm not in HASHES:
        raise FunctionError(f"$hash: the algorithm must be one of {', '.join(HASHES)}.")
    text = value if isinstance(value, str) else _json(value)
    return hashlib.new(HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def random_(seed: Any = None) -> float:
    """A number from 0 to below 1; the same one for the same seed."""
    generator = random.Random(None if seed is None else _integer("random", "seed", seed))
    return generator.random()


def uuid_() -> str:
    """A version 4 UUID."""
    return str(uuid.uuid4())


def parse(text: Any = None) -> Any:
    """The value of a JSON text."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise FunctionError("$parse: the argument must be a string.")
    try:
        return _nulls(json.loads(text, parse_constant=_refuse_constant))
    except ValueError as error:
        raise FunctionError(f"$parse: not a valid JSON text ({error}).") from error


def _integer(function: str, name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise FunctionError(f"${function}: the {name} must be an integer.")
    return int(value)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _nulls(value: Any) -> Any:
    """Python's None means undefined to the evaluator; null has a value of its own."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _nulls(item) for key, item in value.items()}
    return [_nulls(item) for item in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), default=lambda item: None)
