"""One `core.picture.Picture` on every surface but the page: SVG, HTML, Markdown, text, plotly."""

from jupyter_automl.api.pictures.plot import figure_of
from jupyter_automl.api.pictures.svg import picture_svg
from jupyter_automl.api.pictures.texts import picture_html, picture_markdown, picture_text

__all__ = ["figure_of", "picture_html", "picture_markdown", "picture_svg", "picture_text"]
