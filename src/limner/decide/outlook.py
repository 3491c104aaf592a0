"""What a list is expected to cost, to bring and to prove, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from limner.core.money import Money
from limner.core.words import Words
from limner.decide.offer import Offer
from limner.decide.power import detectable_effect


@dataclass(frozen=True, slots=True)
class Outlook:
    """The figures of a plan; amounts and redemptions are expectations over those contacted.

    `effect`: the smallest rise of the redemption or purchase rate, in points (0.01 is one), over
    a control rate of `base_rate`, that comparing the arms would find 4 times in 5; None when the
    arms are too small to find any.
    """

    contacts: int
    controls: int
    skipped: int
    redemptions: float
    cost: Money
    profit: Money
    base_rate: float
    effect: float | None

    @property
    def words(self) -> Words:
        """The plan in a sentence."""
        proof = Words(
            "The control group is too small to show any effect.", "对照组太小，无法显示任何效果。"
        )
        if self.effect is not None:
            proof = Words(
                f"A rise of {self.effect * 100:.1f} points over {self.base_rate:.1%} would be seen 4 times in 5.",
                f"若比例在 {self.base_rate:.1%} 之上提高 {self.effect * 100:.1f} 个百分点，五次中有四次能看出来。",
            )
        return Words(
            f"{self.contacts:,} are contacted, {self.controls:,} held back, {self.skipped:,} skipped; "
            f"expected cost {self.cost}, expected profit {self.profit}. {proof.en}",
            f"触达 {self.contacts:,} 人，留作对照 {self.controls:,} 人，跳过 {self.skipped:,} 人；"
            f"预期成本 {self.cost}，预期利润 {self.profit}。{proof.zh}",
        )


def outlook(decisions: pa.Table, offer: Offer, base_rate: float) -> Outlook:
    """The outlook of decisions that `choose` made for the offer.

    `base_rate`: the share, 0..1, of the control group expected to do what the arms are compared
    on (to buy in the campaign's weeks, say).
    """
    contacted = decisions.filter(pc.equal(decisions["action"], "contact"))
    controls = int(pc.sum(pc.equal(decisions["action"], "control")).as_py() or 0)
    redemptions = float(pc.sum(contacted["score"]).as_py() or 0.0)
    profit = float(pc.sum(contacted["expected_value"]).as_py() or 0.0)
    n = contacted.num_rows
    cost = offer.cost_per_contact * n + offer.discount * redemptions
    return Outlook(
        contacts=n,
        controls=controls,
        skipped=decisions.num_rows - n - controls,
        redemptions=redemptions,
        cost=cost.rounded(),
        profit=Money.of(profit, offer.currency).rounded(),
        base_rate=base_rate,
        effect=detectable_effect(base_rate, n, controls),
    )
