"""Figures of a learner, a group, a class and a school that add up."""

from mastery.planning.figures.counting import Figures, figures_of
from mastery.planning.figures.report import FigureLevel, FigureRow, Membership, SchoolFigures, school_figures

__all__ = ["FigureLevel", "FigureRow", "Figures", "Membership", "SchoolFigures", "figures_of", "school_figures"]
