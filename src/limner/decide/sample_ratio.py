"""Did the arms come out in the ratio that was asked for?  If not, no figure of theirs is to be trusted.

Source: Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import chisquare

from limner.core.errors import Malformed
from limner.core.words import Words

ALPHA = 0.0005  # a false alarm stops an analysis, so it must be rare


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The arms' sizes beside what was asked for; `p_value` of the chi-square test of the ratio."""

    treated: int
    control: int
    control_share: float
    p_value: float
    is_mismatch: bool

    @property
    def words(self) -> Words:
        """The finding, in a sentence."""
        total = self.treated + self.control
        seen = self.control / total if total else 0.0
        en = f"{seen:.1%} are in the control group, {self.control_share:.1%} were asked for"
        zh = f"对照组实际占比 {seen:.1%}，设定为 {self.control_share:.1%}"
        if self.is_mismatch:
            return Words(
                f"{en}: more than chance explains. Find out who went missing before reading any effect.",
                f"{zh}：差异超出偶然。请先查明缺失了哪些客户，再解读效果。",
            )
        return Words(f"{en}: within chance.", f"{zh}：在偶然范围内。")


def sample_ratio(
    treated: int, control: int, control_share: float, alpha: float = ALPHA
) -> SampleRatio:
    """Whether the sizes of the arms fit the share that was asked for (chi-square, 1 degree).

    Raises: `Malformed` for a share not in (0, 1) or a negative size.
    """
    if not 0 < control_share < 1:
        raise Malformed(
            "control-share-out-of-range",
            f"control share is {control_share}; a ratio needs a share over 0 and under 1",
        )
    if treated < 0 or control < 0:
        raise Malformed(
            "size-negative", f"arms of {treated} and {control}: sizes cannot be negative"
        )
    total = treated + control
    p_value = 1.0
    if total:
        wanted = [total * (1 - control_share), total * control_share]
        p_value = float(chisquare([treated, control], wanted).pvalue)
    return SampleRatio(treated, control, control_share, p_value, p_value < alpha)
