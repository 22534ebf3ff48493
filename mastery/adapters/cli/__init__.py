"""The command line: `mastery`."""
