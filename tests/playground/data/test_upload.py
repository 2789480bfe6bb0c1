"""Tables of one's own: whatever a file holds, either it is understood or one sentence says why not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import DataError, DataSet, load
from playground.data.sheet import Sheet, read
from playground.data.upload import Upload

COUNT = "".join(f"{i},{i % 3}\n" for i in range(30))


def use(text: str | bytes, **choices: object) -> DataSet:
    record = Upload.received("own.csv", text if isinstance(text, bytes) else text.encode())
    return load(Upload.model_validate(record.model_dump() | choices))


def sheet(text: str | bytes) -> Sheet:
    return read("own.csv", text if isinstance(text, bytes) else text.encode())


def wide(columns: int) -> str:
    return "\n".join(",".join(f"{word}{i}" for i in range(columns)) for word in ("c", "", "1"))


REFUSED = {
    "empty": ("", "own.csv is empty. Choose a file"),
    "blank": ("\n \n\n", "own.csv is empty"),
    "binary": (bytes(range(256)) * 9, "own.csv is not text"),
    "workbook": (b"PK\x03\x04" + bytes(99), "is a workbook or an archive, not text. Export the sheet as CSV"),
    "short row": ("a,b,c\n1,2,3\n4,5\n", "Row 3 of own.csv has 2 values, the rows before it have 3. Make all rows equally long"),
    "long row": ("a,b\n1,2\n3,4,5\n", "Row 3 of own.csv has 3 values, the rows before it have 2"),
    "open quote": ('a,b\n1,2\n"x,3\n4,5\n', "Row 3 of own.csv has 1 value, the rows before it have 2"),
    "quote never closed": ('"a,b\n', "own.csv cannot be cut into rows; a quote may be open"),
    "target known once": ("a,b\n1,2\n3,\n5,\n", "has 1 row without missing values; at least 2 are needed. Choose another target"),
    "no row": ("a,b\n", "0 rows of data; at least 2 are needed"),
    "one row": ("a,b\n1,2\n", "1 row of data; at least 2 are needed"),
    "one class": ("a,b\n1,x\n2,x\n3,x\n", "'b' is 'x' in every row"),
    "one number": ("a,b\n1,0.5\n2,0.5\n", "'b' is '0.5' in every row|'b' is 0.5 in every row"),
    "10,000 columns": (wide(10_000), "10,000 columns or more; 1,024 fit"),
    "one endless line": ("," * 300_000, "columns or more; 1,024 fit"),
    "one endless value": ("x" * 300_000, "begins with a value of more than 131,072 characters"),
    "no input of use": (
        "a,b\n" + "".join(f"t{i},{i}\n" for i in range(60)),
        "no column of numbers, or of at most 50 categories, beside 'b'",
    ),
    "one column": ("a\n1\n2\n", "no column of numbers, or of at most 50 categories, beside 'a'"),
    "nothing but gaps": ("a,b\n,NA\n?,\n", "'b' has no values, so it cannot be the target"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_without_a_table_is_refused_in_a_sentence(case: str) -> None:
    text, sentence = REFUSED[case]
    with pytest.raises(DataError, match=sentence) as caught:
        use(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_file_of_200_mb_is_refused_before_it_is_read() -> None:
    with pytest.raises(DataError, match=r"own\.csv has 200 MB; 50 MB fit\. Take a part of its rows\."):
        sheet(bytes(200 * 2**20))


def test_too_many_values_are_refused() -> None:
    with pytest.raises(DataError, match="20,001 rows of 500 values; 10,000,000 values fit"):
        sheet("\n".join([",".join("c" * 500), *[",".join("1" * 500)] * 20_001]))


CHOICES = {
    "target missing": ({"target": "z"}, "own.csv has no column 'z'. Choose among: n, word, hole, gap, few"),
    "input missing": ({"inputs": ["n", "z"]}, "own.csv has no column 'z'"),
    "input is the target": ({"inputs": ["few"]}, "'few' is the target, so it cannot be an input too"),
    "too many categories": ({"inputs": ["word"]}, "'word' cannot be an input: it has 60 different texts, and 50 fit as categories"),
    "empty input": ({"inputs": ["gap"]}, "'gap' cannot be an input: it has no values"),
    "too many classes": ({"target": "n", "task": "classification"}, "'n' has 60 different values; 32 classes fit. .* or regression"),
    "too many texts": ({"target": "word"}, "'word' has 60 different values; 32 classes fit. Choose a target with fewer"),
    "text as numbers": ({"task": "regression"}, "'few' is text, not numbers. Choose classification, or another target"),
    "empty target": ({"target": "gap"}, "'gap' has no values"),
    "all rows dropped": ({"missing": "drop", "inputs": ["n", "hole"]}, "has 1 row without missing values; at least 2 are needed"),
    "wrong digest": ({"digest": "0" * 64}, "own.csv is not on this server, or no longer. Upload the CSV file"),
}


@pytest.mark.parametrize("case", CHOICES)
def test_a_choice_that_does_not_fit_the_table_is_refused(case: str) -> None:
    choice, sentence = CHOICES[case]
    text = "n,word,hole,gap,few\n" + "".join(f"{i},w{i},{7 if i == 9 else ''},,{'ab'[i % 2]}\n" for i in range(60))
    with pytest.raises(DataError, match=sentence):
        use(text, **choice)


def test_no_file_yet_is_said() -> None:
    with pytest.raises(DataError, match=r"There is no table yet\. Upload the CSV file"):
        load(Upload())


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_delimiter_encoding_and_line_ends_are_found(separator: str, encoding: str, newline: str) -> None:
    lines = [["größe", "b", "c"], ["1", "2.5", "ä"], ["2", "-3e2", "ö"]]
    table = sheet(newline.join(separator.join(line) for line in lines).encode(encoding))
    assert [column.name for column in table.columns] == ["größe", "b", "c"]
    assert [column.kind for column in table.columns] == ["number", "number", "text"]
    assert table.columns[1].values.tolist() == [2.5, -300]
    assert table.columns[2].categories == ("ä", "ö")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,b\n1,2\n3,4", ["a", "b"]),
        ("1,2\n3,4\n5,6", ["column 1", "column 2"]),
        ("a,,a\n1,2,3\n3,4,5", ["a", "column 2", "a (3)"]),
        (" a , b\n1,2\n3,4", ["a", "b"]),
        ('"a, b";c\n1;2\n3;4', ["a, b", "c"]),
        ("a,b\n\n1,2\n\n3,4\n\n", ["a", "b"]),
    ],
)
def test_the_header_is_found(text: str, names: list[str]) -> None:
    table = sheet(text)
    assert [column.name for column in table.columns] == names
    assert table.rows == (3 if names[0] == "column 1" else 2)


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["1", " 2", "3 "], "number", [1, 2, 3]),
        (["1,5", "2,25", "-3"], "number", [1.5, 2.25, -3]),
        (["1", "", "NaN"], "number", [1, np.nan, np.nan]),
        (["1", " ?", "-"], "number", [1, np.nan, np.nan]),
        (["1", "inf", "-inf"], "number", [1, np.nan, np.nan]),
        (["1", "1e400", "1e31"], "number", [1, np.nan, np.nan]),
        (["1970-01-02", "1970-01-03", ""], "number", [1, 2, np.nan]),
        (["1970-01-02 12:00:00", "1970-01-03 00:00:00", ""], "number", [1.5, 2, np.nan]),
        (["true", "false", "true"], "text", [1, 0, 1]),
        (["b", "a", ""], "text", [1, 0, np.nan]),
        (["1", "2", "x"], "text", [0, 1, 2]),
        (["", "NA", "null"], "empty", [np.nan] * 3),
    ],
)
def test_types_are_inferred(values: list[str], kind: str, expected: list[float]) -> None:
    column = sheet("a;b\n" + "\n".join(f"{value};0" for value in values)).columns[0]
    assert column.kind == kind
    if kind != "empty":
        np.testing.assert_array_equal(column.values, expected)
    assert column.missing + column.infinite == np.isnan(expected).sum()
    assert column.distinct == len({value for value in expected if not np.isnan(value)})


def test_the_profile_of_a_column_shows_what_is_in_it() -> None:
    n, city = sheet("n,city\n,Oslo\n2,Rome\ninf,Oslo\n2,\n").columns
    assert (n.kind, n.missing, n.infinite, n.distinct, n.example) == ("number", 1, 1, 1, "2.0")
    assert (city.kind, city.missing, city.infinite, city.distinct, city.example) == ("text", 1, 0, 2, "Oslo")
    assert n.usable
    assert city.usable


def test_text_and_few_whole_numbers_are_classes_and_other_numbers_are_not() -> None:
    assert use("a,b\n" + COUNT).classes == ("0", "1", "2")
    assert use("a,b\n" + COUNT, task="regression").task == "regression"
    assert use("a,b\n" + COUNT, target="a").task == "regression"
    assert use("a,b\n1,0.5\n2,1.5\n").task == "regression"
    assert use("a,b\n1,yes\n2,no\n").classes == ("no", "yes")


def test_a_category_is_a_column_of_zeros_and_ones_and_not_standardised() -> None:
    dataset = use("city,b\nOslo,1\nRome,2\nOslo,1\n")
    assert [column.name for column in dataset.columns] == ["city=Oslo", "city=Rome"]
    np.testing.assert_array_equal(dataset.features()(dataset.raw), [[1, 0], [0, 1], [1, 0]])


GAPS = "n,city,b\n" + "".join(f"{'' if i % 5 == 0 else i * i},{'' if i % 7 == 0 else 'OR'[i % 3 > 0]},{i % 2}\n" for i in range(60))


@pytest.mark.parametrize("missing", ["median", "frequent"])
def test_missing_values_become_what_is_usual_in_the_training_rows(missing: str) -> None:
    dataset = use(GAPS, missing=missing)
    gap, train = np.arange(60) % 5 == 0, np.isin(np.arange(60), dataset.train)
    known = dataset.raw[train & ~gap, 0]
    usual = np.median(known) if missing == "median" else known.min()  # all are different: the smallest of the most frequent
    np.testing.assert_array_equal(dataset.raw[gap, 0], usual)
    np.testing.assert_array_equal(dataset.raw[np.arange(60) % 7 == 0, 1:], [[0, 1]] * 9)
    assert dataset.notes[0].startswith("21 missing values became the m")


def test_rows_with_gaps_can_be_left_out() -> None:
    dataset = use(GAPS, missing="drop")
    assert len(dataset.raw) == 60 - 12 - 9 + 2
    assert dataset.notes == ("19 rows left out for want of a value.",)


def test_a_row_without_target_is_always_left_out_and_infinities_are_told() -> None:
    dataset = use("a,b\n1,2.5\ninf,3.5\n3,\n4,nan\n5,-inf\n6,1.5\n")
    assert len(dataset.raw) == 3
    assert dataset.notes == (
        "3 rows left out for want of a value.",
        "1 missing value became the median (text: the most frequent) of the training rows.",
        "2 infinite values counted as missing.",
    )


def test_test_rows_have_no_say_in_what_is_fitted() -> None:
    lines = [f"{i % 11},{'' if i % 9 == 4 else i * 1.5},{i / 7:.3f}" for i in range(80)]
    before = use("\n".join(["a,b,y", *lines]))
    changed = [line if i not in set(before.test) else f"1e6,1e7,{line.split(',')[2]}" for i, line in enumerate(lines)]
    after = use("\n".join(["a,b,y", *changed]))
    np.testing.assert_array_equal(before.train, after.train)
    np.testing.assert_array_equal(before.raw[before.train], after.raw[after.train])
    assert [(c.mean, c.scale) for c in before.columns] == [(c.mean, c.scale) for c in after.columns]
    assert (before.target_mean, before.target_scale) == (after.target_mean, after.target_scale)
    assert before.raw.max() < 200 < 1e6 <= after.raw.max()


def test_time_stamps_keep_their_seconds() -> None:
    dataset = use("t,y\n" + "".join(f"{1_700_000_000 + i},{i % 2}\n" for i in range(50)))
    x = dataset.features()(dataset.raw)[:, 0]
    assert len(np.unique(x)) == 50


def test_ten_thousand_pictures_of_784_pixels_fit() -> None:
    pixels = np.random.default_rng(0).integers(0, 2, (2_000, 784))
    header = ",".join(["label", *(f"p{i}" for i in range(784))])
    text = "\n".join([header, *(f"{i % 10}," + ",".join(map(str, row)) for i, row in enumerate(pixels.tolist()))])
    dataset = use(text, target="label")
    assert dataset.raw.shape == (2_000, 784)
    assert len(dataset.classes) == 10


def test_a_long_file_name_is_cut_at_its_beginning() -> None:
    record = Upload.received("x" * 200 + ".csv", ("a,b\n" + COUNT).encode())
    assert len(record.name) == 80
    assert record.name.endswith("x.csv")


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=300), st.text("a1.,;\t\"'\n -?", max_size=120).map(str.encode)))
def test_any_bytes_are_a_table_or_a_sentence(content: bytes) -> None:
    sentence = ""
    try:
        dataset = load(Upload.received("own.csv", content))
        assert np.isfinite(dataset.features()(dataset.raw)).all()
    except DataError as error:
        sentence = str(error)
    assert not sentence or 20 < len(sentence) < 300
