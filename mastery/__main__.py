"""`python -m mastery` is the `mastery` command."""

from mastery.adapters.cli.app import main

main()
