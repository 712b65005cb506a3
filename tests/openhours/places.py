"""A small estate for the tests of what joins the parts."""

from domain.estate import Area, Estate, Room, Sensor, Venue
from domain.hours import WeeklyHours


def estate_of(*, interval_s: int = 900) -> Estate:
    """A hall with one door."""
    hours = WeeklyHours.parse({"mon-sun": "08:00-20:00"})
    return Estate(
        areas=(Area(id="town", name="Town"),),
        venues=(Venue(id="house", name="House", type="library", area="town", hours=hours),),
        rooms=(Room(id="hall", name="Hall", venue="house"),),
        sensors=(Sensor(id="front", room="hall", interval_s=interval_s),),
    )
