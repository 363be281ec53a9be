"""What a notebook keeps of a widget, for where there is no kernel, no page or no script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from jupyter_automl.api import snapshot
from jupyter_automl.api.wording import cut
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run
    from jupyter_automl.api.still import About

VIEW = snapshot.VIEW
_MOST_LINES = 20
_LINE = 500

_STUB = """\
const here = (model) => model.send({ id: "here", kind: "here" });
export default {
  initialize({ model }) {
    here(model);
  },
  render({ model, el }) {
    el.textContent = $TEXT;
    here(model);
  },
};
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """What is kept of a widget.

    Attributes
    ----------
    run : Run or None
        Shown with its leaderboard and pictures.
    about : {"run", "explanation"}
        Which pictures of it.
    lines : tuple of str
        Plain sentences, where there is no run.
    """

    run: Run | None = None
    about: About = "run"
    lines: tuple[str, ...] = ()


def stub() -> str:
    """The module that stands for a bundle until a page says that it is there.

    Programs that run notebooks store the state of every widget, and with it the bundle: 100 KB
    and more an output that nobody has looked at.
    """
    return _STUB.replace("$TEXT", json.dumps(say("report-still-kernel")))


def texts_of(still: Still) -> Mapping[str, str]:
    """Plain text, Markdown and HTML without script, at most 40 KB each."""
    if still.run is not None:
        return snapshot.texts(still.run, still.about)
    lines = [cut(line, _LINE) for line in still.lines[:_MOST_LINES]] or [say("report-still-no-run")]
    return {
        "text/plain": "\n".join(lines),
        "text/markdown": "\n\n".join(map(snapshot.markdown_text, lines)),
        "text/html": "".join(f"<p>{escape(line)}</p>" for line in lines),
    }


def kind_of(content: object) -> str:
    """What a message from a page is; empty for what is none."""
    kind = content.get("kind") if isinstance(content, Mapping) else None
    return kind if isinstance(kind, str) else ""


def is_here(content: object) -> bool:
    """Whether a page says no more than that it is there."""
    return kind_of(content) == "here"
