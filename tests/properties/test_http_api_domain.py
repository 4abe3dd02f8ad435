# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""http_api_domain: any domain name gets the desired settings and mappings in one run."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import domain_apply
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_domains import MemoryDomains
from tests.properties.strategies import maybe, tagging

NAME = "api.example.com"
CERTIFICATES = st.sampled_from([f"arn:aws:acm:eu-central-1:123456789012:certificate/{letter}" for letter in "ab"])
TLS = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"truststore_uri": st.sampled_from(["s3://shop/a.pem", "s3://shop/b.pem"])},
        optional={"truststore_version": st.sampled_from(["1", "2", ""])},
    ),
)
MAPPINGS = st.lists(
    st.fixed_dictionaries(
        {"api": st.sampled_from(["one", "two"])},
        optional={"stage": st.sampled_from(["$default", "live"]), "key": st.sampled_from(["", "v1", "v1/a"])},
    ),
    max_size=3,
    unique_by=lambda mapping: mapping.get("key", ""),
)
OPTIONS = maybe(
    certificate_arn=CERTIFICATES,
    security_policy=st.sampled_from(["TLS_1_2", "TLS_1_2", "TLS_1_0"]),
    ip_address_type=st.sampled_from(["ipv4", "dualstack"]),
    ownership_verification_certificate_arn=CERTIFICATES,
    mutual_tls=TLS,
    routing_mode=st.sampled_from(["API_MAPPING_ONLY", "ROUTING_RULE_THEN_API_MAPPING"]),
    mappings=MAPPINGS,
    purge_mappings=st.booleans(),
    **tagging(),
)


@st.composite
def wishes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return what the domain name shall be, one after the other; the first wish has the certificate of a new one."""
    first = {"certificate_arn": draw(CERTIFICATES), **draw(OPTIONS)}
    return [{"domain_name": NAME, **options} for options in [first, *draw(st.lists(OPTIONS, max_size=3))]]


class Account(Clients):
    """Two HTTP APIs with two stages each, and domain names."""

    def __init__(self) -> None:
        self.gateway = MemoryDomains()
        super().__init__(apigatewayv2=self.gateway)
        stages = [{"StageName": name, "AutoDeploy": True, "RouteSettings": {}} for name in ("$default", "live")]
        for name in ("one", "two"):
            self.gateway.add({"Name": name, "ProtocolType": "HTTP"}, stages=stages)

    def states(self) -> dict[str, Any]:
        return {**super().states(), "domains": copy.deepcopy(self.gateway.domains)}


@given(wishes())
def test_any_domain_name_becomes_any_other(following: list[dict[str, Any]]) -> None:
    clients = Account()
    for options in following:
        converges(domain_apply.ensure_present, "http_api_domain", options, clients)
    converges(domain_apply.ensure_absent, "http_api_domain", {"domain_name": NAME, "state": "absent"}, clients)
    assert clients.gateway.domains == {}
