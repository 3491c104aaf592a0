import numpy as np

from limner.understand.models.card import verdict
from limner.understand.models.evaluate import compare


def compared(**probabilities: np.ndarray) -> tuple[str, str]:
    rng = np.random.default_rng(0)
    label = (rng.random(800) < 0.2).astype(float)
    named = {name: p if p.ndim else np.full(800, float(p)) for name, p in probabilities.items()}
    if "knows" in named:
        named = {"model": 0.1 + 0.3 * label, **{k: v for k, v in named.items() if k != "knows"}}
    found = compare(label, named, np.array([f"c{i}" for i in range(800)]), seed=0, draws=100)
    words = verdict(found, 3, label, 0.21)
    return words.en, words.zh


def test_a_newer_rate_alone_is_no_model() -> None:
    """Nearer to the rate but without a ranking: better in log loss, and still not worth having."""
    en, zh = compared(model=np.array(0.2), same_for_all=np.array(0.05))
    assert 'does not beat "the same for all"' in en
    assert "请改用更简单的“一视同仁”" in zh


def test_the_baseline_that_holds_out_is_named() -> None:
    rng = np.random.default_rng(1)
    en, _ = compared(model=rng.random(800) / 3, same_for_all=np.array(0.2))
    assert 'does not beat "the same for all"' in en


def test_what_beats_all_says_so_with_the_figures() -> None:
    en, zh = compared(
        knows=np.array(0.0), same_for_all=np.array(0.2), redeemed_before=np.array(0.3)
    )
    assert "beats every baseline" in en
    assert '"redeemed before" 50%' in en
    assert "3 later mailings (800 contacts" in en
    assert "其后 3 次活动" in zh
