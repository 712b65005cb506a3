pytest_plugins = ["tests.fixtures.brokers"]
