"""`openhours demo`: a simulated neighbourhood, played fast and then live."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Annotated

import structlog
import typer
from rich.progress import Progress

from console.web.services import Source
from domain.clock import Clock, ManualClock, SystemClock
from domain.estate import Estate
from domain.planning import Status
from openhours.context import context_of
from openhours.entering.estates import import_estate
from openhours.playing.demo import Demo, Point
from openhours.playing.player import Player
from openhours.running.door import demo_link
from openhours.running.jobs import jobs
from openhours.running.joining import service
from openhours.running.serving import address, listen, serve
from openhours.settings.model import Settings
from openhours.storing.stores import stores
from simulator.neighbourhood import neighbourhood, scenario
from simulator.world import World

log = structlog.get_logger(__name__)

END_WITHIN_S = 30.0


def demo(
    ctx: typer.Context,
    *,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="Weeks to play fast.")] = 8,
    speed: Annotated[
        float, typer.Option(min=1, help="Times as fast as the wall clock, once live.")
    ] = 60.0,
    seed: Annotated[int, typer.Option(help="Of the world's random numbers.")] = 20,
) -> None:
    """Play a simulated neighbourhood: some weeks fast, then live. Ctrl-C stops it.

    It is kept apart, in the folder `demo` of data_dir; a second start continues there. Delete the
    folder to begin anew.
    """
    settings = context_of(ctx).settings.apart("demo")
    wall, estate, stopped = SystemClock(), neighbourhood(), Event()
    point = _point(settings, estate, seed=seed, weeks=weeks, wall=wall)
    clock = ManualClock(point.clock)
    with (
        listen(settings) as listener,
        service(settings, clock, any_port=True) as running,
        jobs(running),
    ):
        import_estate(running.ledger, estate, actor="demo", clock=clock)
        play = Demo(running, clock, World.restore(estate, scenario(), point.world), point)
        typer.echo(f"console  {address(running.settings)}")
        typer.echo(f"log in   {demo_link(running)}   (once: it may do everything)")

        def perform() -> None:
            _play_fast(play, stopped)
            waiting = len(running.ledger.proposals(status=Status.OPEN))
            typer.echo(f"{waiting} proposals wait: {address(running.settings)}/proposals")
            play.play_live(Player(clock, speed, wall, stopped))

        with _performing(perform, stopped):
            serve(running, listener, Source.DEMO, speed)
    typer.echo("stopped; a new start continues here")


def _point(settings: Settings, estate: Estate, *, seed: int, weeks: int, wall: Clock) -> Point:
    """Where an earlier start stopped, or the beginning."""
    with stores(settings) as (ledger, _):
        found = Point.load(ledger)
    world = World(estate, scenario(), seed)
    return found or Point.first(estate, world.state(), weeks=weeks, now=wall.now())


def _play_fast(play: Demo, stopped: Event) -> None:
    total = (play.point.live_from - play.point.clock).days
    if total <= 0:
        return
    with Progress() as bar:
        task = bar.add_task(f"playing {total // 7} weeks", total=total)
        play.play_fast(lambda day: bar.update(task, advance=1, description=f"{day}"), stopped)


@contextmanager
def _performing(perform: Callable[[], None], stopped: Event) -> Iterator[None]:
    """Run `perform` beside the block; the block's end stops it, its failure ends the program."""

    def guarded() -> None:
        try:
            perform()
        except Exception:
            log.exception("the demo broke off")
            signal.raise_signal(signal.SIGINT)

    thread = Thread(target=guarded, name="demo")
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(END_WITHIN_S)
