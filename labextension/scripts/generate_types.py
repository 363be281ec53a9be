"""Write the TypeScript types of everything that crosses the wire, and the page's English texts.

Run from the repository's root: ``python labextension/scripts/generate_types.py``. With
``--check`` nothing is written and a file that is not current is an error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from jupyter_automl.core import patterns, words
from jupyter_automl.core.events import Event
from jupyter_automl.core.picture import Picture
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.widgets import requests, schema, upload_schema, view
from jupyter_automl.widgets.schema import monitor, whatif

WIDGETS = Path(__file__).parent.parent / "src" / "widgets"
HEAD = "// Made by scripts/generate_types.py from the Python values; do not edit.\n"
ROOTS: Sequence[Any] = (
    Event,
    TaskSpec,
    schema.WidgetState,
    schema.Delta,
    schema.Same,
    schema.AskRequest,
    schema.AskCancel,
    schema.AnswerBody,
    schema.CodeView,
    schema.ColumnsArgs,
    schema.ColumnsView,
    schema.SuspectsArgs,
    schema.SuspectsView,
    schema.TrialsArgs,
    schema.TrialsView,
    schema.DetailsArgs,
    schema.DetailsView,
    schema.ParallelArgs,
    schema.ParallelView,
    schema.ModelArgs,
    schema.EvaluationView,
    schema.EvaluatePictureArgs,
    schema.ThresholdsArgs,
    schema.ThresholdsView,
    schema.ExplainFacts,
    schema.ExplainPictureArgs,
    schema.BatchRef,
    schema.BatchSave,
    schema.BatchRead,
    schema.BatchReady,
    schema.BatchPreview,
    whatif.FormArgs,
    whatif.FormView,
    whatif.OutlookArgs,
    whatif.OutlookView,
    whatif.DependenceArgs,
    whatif.NearestView,
    whatif.FlipArgs,
    whatif.FlipView,
    monitor.FamilyArgs,
    monitor.ExtendArgs,
    monitor.MonitorArgs,
    monitor.MonitorView,
    monitor.LogArgs,
    monitor.LogView,
    monitor.CurveArgs,
    monitor.CurveView,
    view.ViewState,
    Picture,
    requests.OpenRequest,
    requests.ReadRequest,
    upload_schema.UploadStart,
    upload_schema.UploadChunk,
    upload_schema.UploadRef,
    upload_schema.UploadFinish,
    upload_schema.UploadPath,
)


class _Complete(GenerateJsonSchema):
    """A dataclass writes every field, so a page may rely on all of them."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        if field["type"] == "typed-dict-field":
            return super().field_is_required(field, total)
        return True


def generate() -> str:
    """The text of the file."""
    inputs = [(str(i), "serialization", TypeAdapter(root)) for i, root in enumerate(ROOTS)]
    _, definitions = TypeAdapter.json_schemas(inputs, schema_generator=_Complete)
    known = definitions["$defs"]
    parts = [f"export type {name} = {_type(known[name])};\n" for name in sorted(known)]
    return HEAD + "\n" + "\n".join(parts)


def _type(node: Mapping[str, Any], depth: int = 0) -> str:
    if "$ref" in node:
        return str(node["$ref"]).rsplit("/", 1)[-1]
    if "const" in node:
        return _literal(node["const"])
    if "enum" in node:
        return " | ".join(_literal(value) for value in node["enum"])
    for union in ("anyOf", "oneOf"):
        if union in node:
            return " | ".join(_type(item, depth) for item in node[union])
    kind = node.get("type")
    if kind == "array":
        return _array(node, depth)
    if kind == "object":
        return _object(node, depth)
    names = {"string": "string", "integer": "number", "number": "number"}
    return (names | {"boolean": "boolean", "null": "null"}).get(str(kind), "unknown")


def _array(node: Mapping[str, Any], depth: int) -> str:
    if "prefixItems" in node:
        return f"[{', '.join(_type(item, depth) for item in node['prefixItems'])}]"
    item = _type(node.get("items", {}), depth)
    return f"({item})[]" if "|" in item else f"{item}[]"


def _object(node: Mapping[str, Any], depth: int) -> str:
    if "properties" not in node:
        extra = node.get("additionalProperties", True)
        value = _type(extra, depth) if isinstance(extra, Mapping) else "unknown"
        return f"Record<string, {value}>"
    required = set(node.get("required", ()))
    pad = "  " * (depth + 1)
    lines = [
        f"{pad}{name}{'' if name in required else '?'}: {_type(item, depth + 1)};\n"
        for name, item in node["properties"].items()
    ]
    return "{\n" + "".join(lines) + "  " * depth + "}"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def messages() -> str:
    """The page's English texts as a module, ready to be put together; see `core.patterns`."""
    found = patterns.compiled(words.source(words.DEFAULT, "ui"))
    lines = [f"  {json.dumps(key)}: {_script(found[key])},\n" for key in sorted(found)]
    head = f'{HEAD}\nimport type {{ Pattern }} from "./messages.ts";\n'
    return f"{head}\nexport const ENGLISH: Record<string, Pattern> = {{\n{''.join(lines)}}};\n"


def _script(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    made = {"types.gen.ts": generate(), "messages.gen.ts": messages()}
    for name, text in made.items():
        target = WIDGETS / name
        current = target.read_text(encoding="utf-8") if target.exists() else ""
        if "--check" in sys.argv[1:]:
            if current != text:
                sys.exit(f"{name} is not current: run this script.")
        else:
            target.write_text(text, encoding="utf-8")
