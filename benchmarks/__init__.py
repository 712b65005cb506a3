"""What performance and policy quality are measured with: `python -m benchmarks.NAME`."""
