"""Chance without dice: the same customer draws the same lot of a campaign, however often asked.

Source: Kohavi, Tang & Xu, "Trustworthy Online Controlled Experiments", 2020, chapter 4 (assignment by
hashing, a separate hash for each experiment).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from limner.core.errors import Malformed


def chance(
    seed: int, campaign_id: str, purpose: str, customers: Sequence[str]
) -> NDArray[np.float64]:
    """A uniform number in [0, 1) for each customer, from (seed, campaign, purpose, customer) alone.

    Two purposes (such as `arm` and `order`) draw independently; so do two campaigns.
    """
    prefix = hashlib.blake2b(digest_size=8)
    for part in (str(seed), campaign_id, purpose):
        raw = part.encode()
        prefix.update(len(raw).to_bytes(8, "big") + raw)
    drawn = bytearray()
    for customer in customers:
        lot = prefix.copy()
        lot.update(customer.encode())
        drawn += lot.digest()
    # 53 bits are what a float in [0, 1) can hold exactly.
    lots = np.frombuffer(bytes(drawn), ">u8") >> 11
    return np.asarray(lots * 2.0**-53, dtype=np.float64)


def arms(
    seed: int, campaign_id: str, customers: Sequence[str], control_share: float
) -> NDArray[np.bool_]:
    """Who is held back as control: True with probability `control_share`, each independently.

    Raises: `Malformed` for a share outside [0, 1).
    """
    if not 0 <= control_share < 1:
        raise Malformed(
            "control-share-out-of-range",
            f"control share is {control_share}; write a share from 0 to under 1, such as 0.1",
        )
    held: NDArray[np.bool_] = chance(seed, campaign_id, "arm", customers) < control_share
    return held
