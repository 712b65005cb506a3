"""What queues at the broker are made of."""

import subprocess

SENSORS = 500
START_MS = 1_795_397_400_000
FILTER = "openhours/v1/+/counts"


def subscribe(port: int, session: str, topic_filter: str) -> None:
    """Have the broker keep messages for a session from now on."""
    command = ["mosquitto_sub", "-p", str(port), "-i", session, "-c", "-q", "1", "-E"]
    subprocess.run([*command, "-t", topic_filter], check=True)
