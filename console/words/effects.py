"""The measured effect of a decision, in a sentence."""

from console.proposals.effects import MeasuredEffect
from console.words.i18n import Language, mark

BESIDE = mark(
    "In the {weeks} weeks since, {after} visits a week came, before {before}. Beside {controls}"
    " other venues that is a change of {share}% (95% interval {low}% to {high}%)."
)
ALONE = mark(
    "In the {weeks} weeks since, {after} visits a week came, before {before}: a change of {share}%"
    " (95% interval {low}% to {high}%), with no other venue to compare with."
)
UNSURE = mark("It may be chance.")


def told(lang: Language, effect: MeasuredEffect) -> str:
    """What came of it, and how sure that is."""
    said = lang.text(
        BESIDE if effect.controls else ALONE,
        weeks=effect.weeks_after,
        after=lang.number(effect.after),
        before=lang.number(effect.before),
        controls=effect.controls,
        **{n: lang.signed(100 * getattr(effect, n), 1) for n in ("share", "low", "high")},
    )
    return said if effect.is_told else f"{said} {lang.text(UNSURE)}"
