"""Trials as the ledger keeps them, and what people make of them: approve, decline, end."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.errors import Conflict, NotFound
from domain.planning import AuditLine, Status
from domain.ports import Ledger
from domain.schedules import earliest_effect
from policies.trials.trial import State, Trial

KEY = "trial:"
"""Before a trial's id, where the ledger keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTrial:
    """A trial and what was decided of it. Its lots and its propensity are in it for good."""

    trial: Trial
    status: Status = Status.OPEN
    """Open: it waits, and is superseded by the next run. Rejected: its edge rests as after a trial
    that was withdrawn."""
    actor: str = ""
    at: datetime | None = None
    note: str = ""

    def as_text(self) -> str:
        """As the ledger keeps it."""
        values: dict[str, Any] = {
            "status": self.status,
            "actor": self.actor,
            "at": self.at.isoformat() if self.at else None,
            "note": self.note,
            "trial": self.trial.as_json(),
        }
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def of_text(cls, text: str) -> "KeptTrial":
        """What `as_text` wrote."""
        said = json.loads(text)
        return cls(
            trial=Trial.of_json(said["trial"]),
            status=Status(said["status"]),
            actor=said["actor"],
            at=datetime.fromisoformat(said["at"]) if said["at"] else None,
            note=said["note"],
        )


def kept_trials(ledger: Ledger, venue: str | None = None) -> Mapping[str, KeptTrial]:
    """All trials there ever were, by id; only of a venue where one is given."""
    prefix = KEY if venue is None else f"{KEY}{venue}:"
    return {
        key.removeprefix(KEY): KeptTrial.of_text(text)
        for key, text in ledger.states(prefix).items()
    }


def decided_trials(kept: Iterable[KeptTrial]) -> tuple[Trial, ...]:
    """Those that people or the venue's rule have decided on: the policies must know of them."""
    return tuple(k.trial for k in kept if k.status in {Status.APPROVED, Status.REJECTED})


def approve_trial(
    ledger: Ledger, trial_id: str, *, actor: str, at: datetime, note: str = ""
) -> Trial:
    """Let a trial begin, on the first Monday after the notice period.

    Raises `NotFound`, or `Conflict` where it does not wait.
    """
    kept = _waiting(ledger, trial_id)
    venue = ledger.estate().venue(kept.trial.venue)
    trial = replace(kept.trial, first=max(kept.trial.first, earliest_effect(venue, at)))
    _decide(ledger, kept, replace(kept, trial=trial), Status.APPROVED, actor, at, note)
    return trial


def reject_trial(
    ledger: Ledger, trial_id: str, *, actor: str, at: datetime, note: str = ""
) -> None:
    """Decline a trial: nothing opens. Raises `NotFound`, or `Conflict` where it does not wait."""
    kept = _waiting(ledger, trial_id)
    never = replace(kept.trial, state=State.WITHDRAWN, ended=kept.trial.first)
    _decide(ledger, kept, replace(kept, trial=never), Status.REJECTED, actor, at, note)


def end_trial(ledger: Ledger, trial_id: str, *, actor: str, at: datetime, note: str = "") -> Trial:
    """End a trial before anything is proved; days that lie within the notice period stay open.

    Raises `NotFound`, or `Conflict` where it does not run.
    """
    kept = _kept(ledger, trial_id)
    if kept.status is not Status.APPROVED or kept.trial.state is not State.RUNNING:
        raise Conflict(f"the trial {trial_id} does not run", hint="look at the venue's page")
    ended = earliest_effect(ledger.estate().venue(kept.trial.venue), at)
    trial = replace(kept.trial, state=State.WITHDRAWN, ended=ended)
    line = AuditLine(at=at, actor=actor, action="trial.ended", subject=trial_id, detail=note)
    put_trial(ledger, kept, replace(kept, trial=trial), line)
    return trial


def put_trial(ledger: Ledger, before: KeptTrial | None, now: KeptTrial, line: AuditLine) -> None:
    """Keep a trial in the place of what it was. Raises `Conflict` where that has changed."""
    text = before.as_text() if before else None
    ledger.change_state(KEY + now.trial.id, text, now.as_text(), line)


def _kept(ledger: Ledger, trial_id: str) -> KeptTrial:
    text = ledger.state(KEY + trial_id)
    if not text:
        raise NotFound(f"there is no trial “{trial_id}”")
    return KeptTrial.of_text(text)


def _waiting(ledger: Ledger, trial_id: str) -> KeptTrial:
    kept = _kept(ledger, trial_id)
    if kept.status is not Status.OPEN:
        raise Conflict(f"the trial {trial_id} is {kept.status}, not open")
    return kept


def _decide(
    ledger: Ledger,
    before: KeptTrial,
    after: KeptTrial,
    outcome: Status,
    actor: str,
    at: datetime,
    note: str,
) -> None:
    line = AuditLine(
        at=at, actor=actor, action=f"trial.{outcome}", subject=before.trial.id, detail=note
    )
    decided = replace(after, status=outcome, actor=actor, at=at, note=note)
    put_trial(ledger, before, decided, line)
