"""What holds for all tests."""

from hypothesis import settings

pytest_plugins = [
    "tests.fixtures.brokers",
    "tests.fixtures.influx",
    "tests.fixtures.mail",
    "tests.fixtures.postgres",
    "tests.fixtures.stores",
]

# One commit, one result; `--hypothesis-profile=hunt` looks for what no run has found yet.
settings.register_profile("same", deadline=None, derandomize=True)  # a timing is never pass or fail
settings.register_profile("hunt", deadline=None, max_examples=2000)
settings.load_profile("same")
