"""What turns a service's rooms into a process: settings, clocks, app, worker, command line."""
