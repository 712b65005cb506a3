"""Hours and proposals as JSON text and back.

NaN, which is *unknown*, is written as Python's json writes it and comes back as it was.
"""

import json
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import RowMapping

from domain.hours import WeeklyHours
from domain.planning import Effect, Interval, Proposal, Reason, Status, Verdict


def hours_text(hours: WeeklyHours) -> str:
    """The text that `parse_hours` reads."""
    return json.dumps(hours.as_text())


@lru_cache(maxsize=4096)
def parse_hours(text: str) -> WeeklyHours:
    """From `hours_text`."""
    return WeeklyHours.parse(json.loads(text))


def proposal_body(proposal: Proposal) -> str:
    """All of a proposal that is not a column of its table."""
    body = {
        "current": proposal.current.as_text(),
        "proposed": proposal.proposed.as_text(),
        "effective_from": proposal.effective_from.isoformat(),
        "reasons": [{"code": r.code, "facts": dict(r.facts)} for r in proposal.reasons],
        "evidence": dict(proposal.evidence),
        "effect": asdict(proposal.effect),
        "policy": proposal.policy,
        "inputs": proposal.inputs,
        "linked": proposal.linked,
    }
    return json.dumps(body, ensure_ascii=False)


def parse_proposal(row: RowMapping) -> Proposal:
    """From a row of the table `proposals`."""
    body = json.loads(row["body"])
    created_at: datetime = row["created_at"]
    return Proposal(
        id=row["id"],
        venue=row["venue"],
        run=row["run"],
        created_at=created_at,
        verdict=Verdict(row["verdict"]),
        status=Status(row["status"]),
        current=WeeklyHours.parse(body["current"]),
        proposed=WeeklyHours.parse(body["proposed"]),
        effective_from=date.fromisoformat(body["effective_from"]),
        reasons=tuple(Reason(**reason) for reason in body["reasons"]),
        evidence=body["evidence"],
        effect=Effect(**{**body["effect"], "visits": Interval(*body["effect"]["visits"])}),
        policy=body["policy"],
        inputs=body["inputs"],
        linked=tuple(body.get("linked", ())),
    )
