"""What holds for all tests."""

from hypothesis import settings

pytest_plugins = ["tests.fixtures.brokers", "tests.fixtures.influx"]

settings.register_profile("shared-machine", deadline=None)  # a timing is never pass or fail
settings.load_profile("shared-machine")
