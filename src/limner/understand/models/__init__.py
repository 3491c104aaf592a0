"""Models: what customers will do, with a probability that comes true and the reasons for it."""

from limner.understand.models.coupon_redemption import MODEL as COUPON_REDEMPTION
from limner.understand.models.model import Model

TABLE: dict[str, Model] = {
    "coupon_redemption": COUPON_REDEMPTION,
}
