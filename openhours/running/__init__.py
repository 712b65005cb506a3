"""The running service: its parts joined, its jobs, its pages, how it is watched."""
