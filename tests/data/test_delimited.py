"""Delimiter-separated text in all its variety."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.data import Opened, open_table

PLAIN = 'id,größe,name\n1,1.5,Ännchen\n2,2.5,Bob\n3,,"C, D"\n'


def _open(folder: Path, content: bytes | str, name: str = "t.csv") -> Opened:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_table(path)


def _rows(opened: Opened) -> list[dict[str, object]]:
    return opened.table.to_pylist()


EXPECTED = [
    {"id": 1, "größe": 1.5, "name": "Ännchen"},
    {"id": 2, "größe": 2.5, "name": "Bob"},
    {"id": 3, "größe": None, "name": "C, D"},
]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert _rows(_open(tmp_path, PLAIN.encode(encoding))) == EXPECTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows(csv.reader(io.StringIO(PLAIN)))
    assert _rows(_open(tmp_path, out.getvalue())) == EXPECTED


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.bz2", "t.csv.xz", "t.zip", "t.csv", "t"])
def test_packed_files_whatever_their_name(tmp_path: Path, name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "nothing " * 999)
        archive.writestr("inner.csv", PLAIN)
    content = {
        "t.csv.gz": gzip.compress(PLAIN.encode()),
        "t.csv.bz2": bz2.compress(PLAIN.encode()),
        "t.csv.xz": lzma.compress(PLAIN.encode()),
        "t.zip": packed.getvalue(),
    }.get(name, gzip.compress(PLAIN.encode()))
    assert _rows(_open(tmp_path, content, name)) == EXPECTED


def test_an_archive_with_two_tables_says_which_was_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("small.csv", "a\n1\n")
        archive.writestr("large.csv", PLAIN)
    opened = open_table(tmp_path / "t.zip")
    assert _rows(opened) == EXPECTED
    assert [notice.code for notice in opened.notices] == ["archive_member"]


def test_missing_marks(tmp_path: Path) -> None:
    marks = ["", "NA", "N/A", "NaN", "null", "None", "?", " ? "]
    opened = _open(tmp_path, "n,t\n" + "".join(f"{m},{m}\n" for m in marks) + "5,a?\n")
    assert opened.table["n"].to_pylist() == [None] * len(marks) + [5]
    assert opened.table["t"].to_pylist() == [None] * len(marks) + ["a?"]


def test_ids_beyond_53_bits_keep_their_digits(tmp_path: Path) -> None:
    ids = [2**53 + 1, 2**63 - 1, -(2**62) - 1]
    huge = [10**19 + 1, 10**20 + 3, 5]
    text = "a,b\n" + "".join(f"{a},{b}\n" for a, b in zip(ids, huge, strict=True))
    opened = _open(tmp_path, text)
    assert opened.table["a"].to_pylist() == ids
    assert [int(cell) for cell in opened.table["b"].to_pylist()] == huge


def test_leading_zeros_are_codes(tmp_path: Path) -> None:
    opened = _open(tmp_path, "zip,n\n01234,1\n98765,2\n00501,3\n")
    assert opened.table["zip"].to_pylist() == ["01234", "98765", "00501"]


def test_written_numbers(tmp_path: Path) -> None:
    text = 'a;b;c;d;e\n"1.234,5";£1,234.50;12 %;(5);74 bhp\n2,5;£2.00;7%;3;80 bhp\n'
    row = _rows(_open(tmp_path, text))[0]
    assert row == {"a": 1234.5, "b": 1234.5, "c": 12, "d": -5, "e": 74}


def test_a_few_words_among_numbers_become_missing_and_are_reported(tmp_path: Path) -> None:
    opened = _open(tmp_path, "a,b\n" + "1,x\n" * 40 + "oops,x\n")
    assert opened.table["a"].null_count == 1
    assert "'oops'" in opened.notices[0].message
    mixed = _open(tmp_path, "a,b\n" + "1,x\n" * 5 + "oops,x\n" * 5)
    assert mixed.table["a"].to_pylist()[0] == "1"


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["2024-03-01", "2023-12-31"], "2024-03-01"),
        (["2024-03-01 10:30", "2023-12-31 00:00:05"], "2024-03-01 10:30:00"),
        (["2024-03-01T10:30:00Z", "2023-12-31T10:30:00Z"], "2024-03-01 10:30:00"),
        (["31/03/2024", "01/02/2024"], "2024-03-31"),
        (["03/31/2024", "01/02/2024"], "2024-03-31"),
        (["31.03.2024", "01.02.2024"], "2024-03-31"),
        (["3-Mar-24", "14-Oct-23"], "2024-03-03"),
        (["Jun 12 1998", "Aug 1 1998"], "1998-06-12"),
        (["March 3, 2024", "May 14, 2023"], "2024-03-03"),
        (["1949-01", "1949-12"], "1949-01-01"),
    ],
)
def test_dates(tmp_path: Path, texts: list[str], first: str) -> None:
    opened = _open(tmp_path, "d;x\n" + "".join(f"{text};1\n" for text in texts))
    assert str(opened.table.schema.field("d").type) == "timestamp[us]"
    assert str(opened.table["d"][0].as_py()).removesuffix(" 00:00:00") == first


@pytest.mark.parametrize(
    "texts", [["20240301", "20231231"], ["2024", "2023"], ["1.10.2", "1.11.0"], ["12-34", "56-78"]]
)
def test_what_only_looks_like_dates_stays(tmp_path: Path, texts: list[str]) -> None:
    opened = _open(tmp_path, "d;x\n" + "".join(f"{text};1\n" for text in texts))
    assert "timestamp" not in str(opened.table.schema.field("d").type)


def test_ragged_rows_are_repaired_and_reported(tmp_path: Path) -> None:
    opened = _open(tmp_path, 'a,b,c\r\n1,2,3\r\n4,5\r\n6,7,8,9\r\n"x\ny",1,2\r\n')
    assert opened.table.num_rows == 4
    assert opened.table["a"].to_pylist() == ["1", "4", "6", "x\ny"]
    assert opened.table["c"].to_pylist() == [3, None, 8, 2]
    assert opened.notices[-1].code == "ragged_rows"


def test_remarks_above_the_table_are_left_out(tmp_path: Path) -> None:
    text = "Report of May\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n"
    opened = _open(tmp_path, text)
    assert opened.table.column_names == ["a", "b", "c"]
    assert opened.table.num_rows == 3
    assert opened.notices[0].code == "lines_skipped"


def test_no_header(tmp_path: Path) -> None:
    opened = _open(tmp_path, "5.1,3.5,setosa\n4.9,3.0,setosa\n6.1,2.8,virginica\n")
    assert opened.table.column_names == ["column_1", "column_2", "column_3"]
    assert opened.table.num_rows == 3
    assert opened.notices[0].code == "no_header"


def test_years_as_names_are_a_header(tmp_path: Path) -> None:
    opened = _open(tmp_path, "2019,2020,2021\n5,6,7\n8,9,10\n")
    assert opened.table.column_names == ["2019", "2020", "2021"]


@pytest.mark.parametrize("text", ["a\n1\n2\n3\n", "a\nx y\n", "only\n2024-01-01\n"])
def test_one_column(tmp_path: Path, text: str) -> None:
    assert _open(tmp_path, text).table.num_columns == 1


def test_five_thousand_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{i}" for i in range(5000))
    row = ",".join(str(i % 7) for i in range(5000))
    opened = _open(tmp_path, f"{header}\n{row}\n{row}\n{row}\n")
    assert opened.table.shape == (3, 5000)


def test_quoted_line_breaks_across_a_large_file(tmp_path: Path) -> None:
    text = "a,b\n" + '"x\ny",1\n' * 30_000
    assert _open(tmp_path, text).table.num_rows == 30_000


_names = st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=2, max_size=4, unique=True)
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
_FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_FEW
@given(st.data(), _names)
def test_any_text_comes_back(data: st.DataObject, names: list[str]) -> None:
    row = st.lists(_texts.map(lambda t: f"t{t}t"), min_size=len(names), max_size=len(names))
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    with tempfile.TemporaryDirectory() as folder:
        opened = _open(Path(folder), out.getvalue())
    assert opened.table.column_names == names
    got = [list(row.values()) for row in _rows(opened)]
    assert got == rows


@_FEW
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_one_clear_error(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            opened = _open(Path(folder), content)
        except AutoMLError as error:
            hint, opened = error.hint, None
    if opened is None:
        assert hint
    else:
        assert opened.table.num_rows
        assert len(set(opened.table.column_names)) == opened.table.num_columns


@_FEW
@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=8),
)
def test_any_whole_numbers_come_back(numbers: list[int | None]) -> None:
    text = "key;n\n" + "".join(f"a;{'' if n is None else n}\n" for n in numbers)
    with tempfile.TemporaryDirectory() as folder:
        assert _open(Path(folder), text).table["n"].to_pylist() == numbers
