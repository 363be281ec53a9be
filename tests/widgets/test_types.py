"""The TypeScript types say what Python sends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_generated_types_are_current() -> None:
    script = ROOT / "labextension" / "scripts" / "generate_types.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_the_recording_for_the_page_is_current() -> None:
    from tests.widgets.record import TARGET, record

    assert TARGET.read_text(encoding="utf-8") == record(), "run python -m tests.widgets.record"
