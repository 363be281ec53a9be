"""Uploads that are encrypted on the disk."""

from __future__ import annotations

import io
import os
import random
import sys
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.api.settings import settings
from jupyter_automl.core.errors import SettingsError, UnavailableError
from jupyter_automl.widgets import spool as module
from jupyter_automl.widgets.sealed import TAG_BYTES, Seal, SealedFile, check_sealing
from jupyter_automl.widgets.spool import Spool, UploadedFile

HERE = sys.platform == "linux"
SLICE = 64
SECRET = b"the secret number"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small slices, in a folder of temporary files of its own."""
    pytest.importorskip("cryptography")
    if not HERE:
        pytest.skip("files are kept encrypted on Linux only")
    monkeypatch.setattr(module, "CHUNK_BYTES", SLICE)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def sealed(content: bytes, name: str = "data.csv") -> tuple[Spool, UploadedFile]:
    spool = Spool(name, len(content), sealed=True)
    for index in reversed(range(spool.n_chunks)):
        part = content[index * SLICE : (index + 1) * SLICE]
        spool.write(index, memoryview(part), zlib.crc32(part))
        spool.write(index, memoryview(part), zlib.crc32(part))
    return spool, spool.finish(zlib.crc32(content))


def everything_in(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def test_what_is_on_the_disk_says_nothing(folder: Path) -> None:
    content = SECRET * 40
    spool, file = sealed(content)
    stored = everything_in(folder)
    assert len(stored) == len(content) + TAG_BYTES * spool.n_chunks
    assert SECRET not in stored
    with file.open() as plain:
        assert plain.read() == content
    with file.as_path() as path:
        assert path.name == "data.csv"
        assert path.read_bytes() == content
        assert SECRET not in everything_in(folder)
    assert not path.is_symlink()
    spool.close()
    assert list(folder.iterdir()) == []


def test_equal_slices_and_equal_files_look_different(folder: Path) -> None:
    first, _ = sealed(b"x" * 4 * SLICE)
    second, _ = sealed(b"x" * 4 * SLICE)
    slices = [
        spool.path.read_bytes()[at : at + SLICE]
        for spool in (first, second)
        for at in range(0, 4 * (SLICE + TAG_BYTES), SLICE + TAG_BYTES)
    ]
    assert len(set(slices)) == 8
    first.close()
    second.close()


def test_it_reads_like_a_plain_file(folder: Path) -> None:
    content = random.Random(1).randbytes(5 * SLICE + 7)
    spool, file = sealed(content)
    plain = io.BytesIO(content)
    assert file.seal is not None
    with SealedFile(Path(file.path), file.seal) as raw:
        chance = random.Random(2)
        for _ in range(300):
            whence = chance.choice([os.SEEK_SET, os.SEEK_CUR, os.SEEK_END])
            offset = chance.randrange(-len(content) - 5, len(content) + 5)
            try:
                expected = plain.seek(offset, whence)
            except ValueError:
                # A file says this as an OSError.
                with pytest.raises(OSError, match="Invalid"):
                    raw.seek(offset, whence)
                continue
            if whence != os.SEEK_SET and offset < 0 and expected == 0:
                # BytesIO stops at the beginning, a file refuses; both are there now.
                raw.seek(0)
            else:
                assert raw.seek(offset, whence) == expected
            size = chance.randrange(3 * SLICE)
            with io.BufferedReader(SealedFile(Path(file.path), file.seal)) as buffered:
                buffered.seek(expected)
                assert buffered.read(size) == plain.read(size)
            raw.seek(plain.tell())
            assert raw.tell() == plain.tell()
    spool.close()


@pytest.mark.parametrize("change", ["a bit", "slices", "cut off"])
def test_a_file_that_was_changed_on_the_disk_cannot_be_read(folder: Path, change: str) -> None:
    spool, file = sealed(b"x" * 3 * SLICE)
    stored = bytearray(spool.path.read_bytes())
    step = SLICE + TAG_BYTES
    if change == "a bit":
        stored[step + 3] ^= 1
    elif change == "slices":
        stored[:step], stored[step : 2 * step] = stored[step : 2 * step], stored[:step]
    else:
        del stored[-5:]
    spool.path.write_bytes(stored)
    with pytest.raises(OSError, match="changed on the disk"), file.open() as plain:
        plain.read()
    with pytest.raises(OSError, match="changed on the disk"), file.as_path():
        pass
    spool.close()
    assert list(folder.iterdir()) == []


def test_without_its_key_it_is_lost(folder: Path) -> None:
    spool, file = sealed(b"x" * SLICE)
    stored = spool.path.read_bytes()
    spool.close()
    spool.path.parent.mkdir()
    spool.path.write_bytes(stored)
    with pytest.raises(OSError, match="key is gone"), file.open() as plain:
        plain.read()
    assert file.seal is not None
    assert not any(file.seal._key)


def test_another_file_of_the_same_key_is_refused() -> None:
    pytest.importorskip("cryptography")
    if not HERE:
        pytest.skip("files are kept encrypted on Linux only")
    seal = Seal("a", 10, 10)
    stored = seal.encrypt(0, b"0123456789")
    assert seal.decrypt(0, stored) == b"0123456789"
    seal.size = 11
    with pytest.raises(OSError, match="changed on the disk"):
        seal.decrypt(0, stored)


def test_tables_of_every_kind_can_be_read_from_it(folder: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
    made = folder / "made"
    made.mkdir()
    frame.to_csv(made / "t.csv", index=False)
    frame.to_csv(made / "t.csv.gz", index=False)
    frame.to_parquet(made / "t.parquet")
    frame.to_feather(made / "t.feather")
    frame.to_excel(made / "t.xlsx", index=False)
    frame.to_json(made / "t.json", orient="records")
    frame.to_json(made / "t.jsonl", orient="records", lines=True)
    for path in sorted(made.iterdir()):
        spool, file = sealed(path.read_bytes(), path.name)
        read = file.read()
        spool.close()
        # What was mapped of it is readable after the file is gone.
        pd.testing.assert_frame_equal(read, frame, check_dtype=False)


def test_nobody_is_given_its_path_by_mistake(folder: Path) -> None:
    spool, file = sealed(b"x" * SLICE)
    with pytest.raises(UnavailableError, match=r"read\(\) or open\(\)"):
        os.fspath(file)
    assert "Seal" not in repr(file)
    spool.close()


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "memfd_create", lambda *_: -1, raising=False)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(UnavailableError, match=r'pip install "jupyter_automl\[secure\]"'):
        check_sealing()


def test_a_system_that_cannot_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    with pytest.raises(UnavailableError, match="Linux only"):
        check_sealing()


@pytest.mark.parametrize(("text", "value"), [("true", True), ("On", True), ("0", False)])
def test_the_setting(text: str, value: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().encrypt_uploads is False
    monkeypatch.setenv("JUPYTER_AUTOML_ENCRYPT_UPLOADS", text)
    assert settings().encrypt_uploads is value
    assert settings(encrypt_uploads=not value).encrypt_uploads is not value


@given(st.text(max_size=8).filter(lambda text: text.strip().casefold() not in module_words()))
def test_any_other_text_is_no_setting(text: str) -> None:
    with pytest.raises(SettingsError, match="true or false"):
        settings(encrypt_uploads=text)


def module_words() -> set[str]:
    return {"true", "yes", "on", "1", "false", "no", "off", "0"}
