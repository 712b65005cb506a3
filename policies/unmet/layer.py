"""Unmet demand as a layer of a map: GeoJSON (RFC 7946), a point for each venue."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.estate import Venue
from policies.profile import DemandProfile
from policies.unmet.losses import Cause

Floats = NDArray[np.float64]


def unmet_layer(
    profile: DemandProfile, venues: Sequence[Venue], lost: Mapping[Cause, Floats]
) -> dict[str, Any]:
    """People a week who are not served, by venue and cause, as plain lists, texts and numbers.

    Their interval takes all of a venue's week to err together. `unknown_hours` are hours of the
    week of which nothing is known; where that is all of them, people are null. Venues without
    coordinates are left out.

    Arguments as for `unmet_table`.
    """
    features = [
        {
            "type": "Feature",
            "id": venue.id,
            "geometry": {"type": "Point", "coordinates": [venue.longitude, venue.latitude]},
            "properties": {
                "name": venue.name,
                "name_zh": venue.name_zh,
                "venue_type": venue.type,
                **_people(profile, row, lost),
            },
        }
        for row, venue in enumerate(venues)
        if venue.longitude is not None and venue.latitude is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def _people(
    profile: DemandProfile, row: int, lost: Mapping[Cause, Floats]
) -> dict[str, float | None]:
    """A week's people who are not served: mean, 80 % interval, and means by cause."""
    share = np.sum([lost[cause][row] for cause in Cause], axis=0)
    sums = {
        name: rate[row, :7] * share
        for name, rate in (("people", profile.rate), ("low", profile.low), ("high", profile.high))
    } | {str(cause): profile.rate[row, :7] * lost[cause][row] for cause in Cause}
    unknown = np.isnan(sums["people"])
    told: dict[str, float | None] = {
        name: None if unknown.all() else round(float(np.nansum(x)), 1) for name, x in sums.items()
    }
    return told | {"unknown_hours": float(unknown.sum()) / 4}
