# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Which loopback address stands for which private address of a VPC.

Linux routes all of 127.0.0.0/8 to the loopback interface, so each task has its own address and may listen on its
container port. Elsewhere only 127.0.0.1 exists: there a task gets a free port instead.
"""

from __future__ import annotations

import dataclasses
import errno
import ipaddress
import socket
import threading
from collections.abc import Iterable, Mapping

_FIRST, _COUNT = 16, 200  # second octets in use: 127.16.0.0 to 127.215.255.255, clear of 127.0.0.1


@dataclasses.dataclass(frozen=True)
class Address:
    """Where a task listens: the host and, for each container port, the local port."""

    host: str
    ports: Mapping[int, int]


class NoAddress(Exception):
    """No loopback address is free for the wanted ports."""


_lock = threading.Lock()
_table: dict[tuple[str, str], Address] = {}


def allocate(vpc_id: str, private_ip: str, ports: Iterable[int]) -> Address:
    """The loopback address for a private address whose `ports` will be listened on; NoAddress."""
    wanted = sorted(set(ports))
    with _lock:
        taken = {address.host for address in _table.values()}
        address = _choose(private_ip, wanted, taken)
        _table[vpc_id, private_ip] = address
        return address


def resolve(vpc_id: str, private_ip: str, port: int) -> tuple[str, int] | None:
    """The (host, port) on this machine for an address of a VPC; None when no task has it."""
    with _lock:
        address = _table.get((vpc_id, private_ip))
    return None if address is None else (address.host, address.ports.get(port, port))


def release(vpc_id: str, private_ip: str) -> None:
    """Give an address back."""
    with _lock:
        _table.pop((vpc_id, private_ip), None)


def _choose(private_ip: str, ports: list[int], taken: set[str]) -> Address:
    # 10.0.3.7 becomes 127.16.3.7; the second octet moves on when another VPC or another server has the address.
    _, second, third, fourth = ipaddress.IPv4Address(private_ip).packed
    for step in range(_COUNT):
        host = f"127.{_FIRST + (second + step) % _COUNT}.{third}.{fourth}"
        if host in taken:
            continue
        found = _free(host, ports)
        if found is None:
            return Address("127.0.0.1", {port: _any_port() for port in ports})
        if found:
            return Address(host, {port: port for port in ports})
    raise NoAddress(private_ip)


def _free(host: str, ports: list[int]) -> bool | None:
    """Whether all ports can be bound; None when this machine does not have the address at all."""
    for port in ports or [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    return None
                return False
    return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
