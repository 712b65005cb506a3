"""The codecs, one module a vendor or standard; `CODECS` has them all."""

from ingest.codecs import (
    auto,
    axis,
    chirpstack,
    esphome,
    footfallcam,
    frigate,
    homeassistant,
    imbuildings,
    irisys,
    milesight_json,
    native,
    senml,
    sparkplug,
    terabee,
    ttn,
    vivotek,
    xovis,
    zigbee2mqtt,
)
from ingest.codecs.codec import Codec

FORMATS: tuple[Codec, ...] = (
    native.CODEC,
    homeassistant.CODEC,
    sparkplug.CODEC,
    ttn.CODEC,
    chirpstack.CODEC,
    terabee.CODEC,
    imbuildings.CODEC,
    milesight_json.CODEC,
    xovis.CODEC,
    *axis.CODECS,
    footfallcam.CODEC,
    irisys.CODEC,
    vivotek.CODEC,
    esphome.CODEC,
    zigbee2mqtt.CODEC,
    frigate.CODEC,
    senml.CODEC,
)
"""Every format, the stricter before the laxer."""
CODECS: tuple[Codec, ...] = (*FORMATS, auto.among(FORMATS))
"""Every codec; where a topic is read by several, the first reads it."""
