"""From MQTT to the store: codecs, the subscriber that acknowledges after commit."""
