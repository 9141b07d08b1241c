"""CSV lists that carry one hash a row beside the name of its algorithm."""

import io

import pytest

from hashsets.formats import Refusal, choose_format
from hashsets.formats.rows import ListRow
from hashsets.values import Algorithm

MD5 = "9e107d9d372bb6826bd81d3542a419d6"


@pytest.mark.parametrize(
    "header",
    [
        "algorithm,hash,label",  # plain words
        "Type;Value;Category",  # semicolons, other words, capitals
        "signal_type,indicator,label",  # as exchanges name them
    ],
)
def test_a_row_of_one_hash_and_its_algorithm_is_read(header):
    mark = ";" if ";" in header else ","
    stream = io.BytesIO(f"{header}\nmd5{mark}{MD5}{mark}A\n".encode())

    rows = list(choose_format(stream).read_rows(stream))

    assert [ListRow(((Algorithm.MD5, MD5),), entry=None, label="A")] == rows


def test_a_hash_of_an_unknown_algorithm_is_refused_without_being_repeated():
    stream = io.BytesIO(f"type,hash\ncrc32,{MD5}\n,{MD5}\n".encode())

    rows = list(choose_format(stream).read_rows(stream))

    assert [row.line for row in rows if isinstance(row, Refusal)] == [2, 3]
    assert all(MD5 not in row.cause for row in rows)
