"""A framework as a picture: what is drawn, where, and how it looks. `competencies.formats.diagram` is the way in."""
