"""What a learner has shown and what they may do next: competency-based progression over a prerequisite graph."""
