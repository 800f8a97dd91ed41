"""The provider takes what the network hands to it, whatever is asked for (stand-ins of the engine check nothing)."""

from __future__ import annotations

import json
from typing import Any

from tests.live.stand import ROOT, Stand

NETWORKS: dict[str, dict[str, Any]] = {
    "regional": {
        "cidr_block": "10.0.0.0/16",
        "nat": {"mode": "regional"},
        "tiers": {"public": None, "application": {"reachable_from": []}},
        "flow_logs": {
            "destination": "firehose",
            "destination_arn": "arn:aws:firehose:us-east-1:111111111111:deliverystream/x",
        },
    },
    "rich": {
        "cidr_block": "10.1.0.0/16",
        "ipv6": "amazon",
        "zones": ["use1-az1", "use1-az2"],
        "secondary_cidr_blocks": {"pods": "100.64.0.0/16"},
        "tiers": {
            "public": {"reachable_from": ["internet"]},
            "pods": {
                "role": "private",
                "slot": 0,
                "mask": 19,
                "range": "pods",
                "ipv6_slot": 9,
                "dns64": True,
            },
            "six": {"role": "private", "slot": 3, "ipv6_only": True, "dns64": True},
            "data": {
                "outside": ["192.168.0.0/24"],
                "routes": [{"destination": "192.168.0.0/24", "gateway_id": "vgw-1"}],
            },
        },
        "nat": {"mode": "single", "allocation_ids": {"use1-az1": ["eipalloc-1", "eipalloc-2"]}},
        "dhcp": {"domain_name": "corp.example.com", "ntp_servers": ["169.254.169.123"]},
        "encryption_control": "enforce",
        "block_public_access": {"mode": "block-ingress", "exclusion": "allow-bidirectional"},
        "endpoints": {
            "interface": ["ssm", "ecr.api"],
            "trust": "organization",
            "organization_id": "o-abcdefghij",
        },
        "transit_gateway": {"id": "tgw-1", "destinations": ["10.8.0.0/16"], "appliance_mode": True},
    },
    "hidden": {
        "ipv4_ipam": {"pool_id": "ipam-pool-1", "netmask_length": 16},
        "ipv6": "ipam",
        "ipv6_ipam": {"pool_id": "ipam-pool-2", "netmask_length": 56},
        "tiers": {"transit": {"role": "private", "slot": 3}},
        "nat": {"connectivity": "private", "tier": "transit", "destinations": ["10.8.0.0/16"]},
        "flow_logs": {"destination": "s3", "destination_arn": "arn:aws:s3:::logs"},
    },
    "abroad": {"cidr_block": "10.2.0.0/16", "region": "eu-west-1", "zones": ["a", "eu-west-1b"]},
}
PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from components.network import ThreeTierVpc, ThreeTierVpcArgs
for name, settings in {networks!r}.items():
    ThreeTierVpc(name, ThreeTierVpcArgs.read(settings, name))
"""


def test_every_option_is_accepted(stand: Stand) -> None:
    stand.write(PROGRAM.format(root=str(ROOT), networks=NETWORKS))
    created = stand.pulumi("stack", "init", "dev")
    assert created.returncode == 0, created.stderr
    answer = stand.pulumi("preview", "--json")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    steps = json.loads(answer.stdout)["steps"]
    assert {step["op"] for step in steps} == {"create"}
    kinds = {step["urn"].split("::")[2].rsplit(":", 1)[-1] for step in steps}
    assert {
        "VpcAttachment",
        "VpcEncryptionControl",
        "EgressOnlyInternetGateway",
        "VpcIpv4CidrBlockAssociation",
    } <= kinds
