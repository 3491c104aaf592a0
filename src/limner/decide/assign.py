"""Who of a campaign's customers is held back as its control group: drawn by lot, the same every time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from limner.core.chance import chance
from limner.core.errors import Malformed


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
