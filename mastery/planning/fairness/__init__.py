"""How gates treat subgroups: a report for adults, from a file that nothing that decides can read."""

__all__: list[str] = []
