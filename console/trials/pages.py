"""All trials, and roll-outs with what they did."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from console.access.visitors import needs
from console.trials.decisions import sorted_trials
from console.trials.kept import KeptTrial, kept_trials
from console.trials.outcome import Outcome
from console.web.rendering import Pages
from console.web.services import Services
from console.words import uplift as uplift_words
from console.words.trials import told
from domain.errors import InvalidInput, NotFound
from domain.people import Permission
from domain.planning import Status
from policies.trials.trial import State
from policies.uplift.claim import WEEKS_TO_LEARN


def router(pages: Pages) -> APIRouter:
    """`/trials`."""
    routes = APIRouter(dependencies=[needs(Permission.READ)])
    services = pages.services

    @routes.get("/trials")
    def show_trials(request: Request) -> HTMLResponse:
        estate = services.ledger.estate()
        kept = kept_trials(services.ledger).values()
        trials = sorted_trials(k for k in kept if k.trial.venue in estate.venue_by_id)
        found, why_not = _outcome(services)
        return pages.page(
            request,
            "trials/trials.html",
            trials=[k for k in trials if _stands(k)],
            past=[k for k in trials if not _stands(k)],
            rollouts=list(reversed(services.ledger.rollouts())),
            outcome=found,
            why_not=why_not,
            venues=estate.venue_by_id,
            estate=estate,
            trial_told=told,
            uplift_words=uplift_words,
            weeks=WEEKS_TO_LEARN,
            utc=ZoneInfo("UTC"),
        )

    return routes


def _stands(kept: KeptTrial) -> bool:
    """Whether somebody may still decide on it."""
    is_running = kept.status is Status.APPROVED and kept.trial.state is State.RUNNING
    return kept.status is Status.OPEN or is_running


def _outcome(services: Services) -> tuple[Outcome | None, str]:
    """What came of the roll-out drawn last, or why there is nothing to tell yet."""
    try:
        return services.uplift(), ""
    except (InvalidInput, NotFound) as error:
        return None, str(error)
