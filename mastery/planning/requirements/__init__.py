"""Requirements for a course, a credential or graduation: what is met, what is not, and the cheapest way to the rest."""

__all__: list[str] = []
