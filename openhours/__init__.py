"""Where everything is joined: settings, wiring, jobs, command line."""
