"""What a teacher plans with: what to do next, with whom, by when. It reads what `evaluate` says and decides nothing."""
