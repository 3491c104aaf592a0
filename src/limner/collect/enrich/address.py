"""IP addresses: how much of one is kept, and whether it is the shop's own."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from limner.collect.enrich.treatment import KeptIp, Network

_KEPT_BITS = {4: 24, 6: 48}


@lru_cache(maxsize=20_000)
def kept_address(written: str, keep: KeptIp) -> str | None:
    """As much of an address as may be kept; None for what is no address.

    Truncated to /24 or /48 it is of a neighbourhood, not of a household.
    Source: Google Analytics, "IP anonymization" (/24, /80); /48 is what one IPv6 site gets
    (RFC 6177), so fewer bits than /80 are kept.

    >>> kept_address("203.0.113.77", "truncated"), kept_address("2001:db8:1:2::3", "truncated")
    ('203.0.113.0', '2001:db8:1::')
    """
    if keep == "none" or (address := _read(written)) is None:
        return None
    if keep == "full":
        return str(address)
    network = ipaddress.ip_network((address, _KEPT_BITS[address.version]), strict=False)
    return str(network.network_address)


@lru_cache(maxsize=20_000)
def is_within(written: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in one of some networks."""
    address = _read(written)
    return address is not None and any(address in network for network in networks)


def _read(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(written.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
