"""Chance without dice: the same customer draws the same lot of the same thing, however often asked.

Source: Kohavi, Tang & Xu, "Trustworthy Online Controlled Experiments", 2020, chapter 4 (assignment by
hashing, a separate hash for each experiment).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def chance(seed: int, subject: str, purpose: str, customers: Sequence[str]) -> NDArray[np.float64]:
    """A uniform number in [0, 1) for each customer, from (seed, subject, purpose, customer) alone.

    `subject`: what is drawn for, such as a campaign's id or an audience's code.  Two purposes (such
    as `arm` and `order`) draw independently; so do two subjects.
    """
    prefix = hashlib.blake2b(digest_size=8)
    for part in (str(seed), subject, purpose):
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
