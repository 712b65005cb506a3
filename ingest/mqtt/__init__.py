"""A receiving MQTT client made for one thing: many messages, acknowledged when they are safe.

Written for its rate (docs/decisions/0007-mqtt-client.md); what we publish goes by paho-mqtt.
"""
