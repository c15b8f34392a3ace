"""Whom an “@” in a comment calls."""

import pytest

from articles.comments import mentioned


PEOPLE = [
    (1, "lin", "林晓示"),
    (2, "linda", "林晓"),
    (3, "w-03", "王示例"),
    (4, "w-04", "王示例"),
    (5, "2301", ""),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@lin 请看", [1]),
        ("@lin请看", [1]),
        ("@linda 请看", [2]),
        ("@Linda，第二段", [2]),
        ("@lindax 不是谁", []),
        ("@林晓示请看", [1]),
        ("@林晓 请看", [2]),
        ("＠林晓示（lin）看", [1]),
        ("@王示例 两位都看", [3, 4]),
        ("@王示例(w-04) 一位", [4]),
        ("@王示例(nobody) 不认得的工号", [3, 4]),
        ("@2301 与 @lin、@lin", [5, 1]),
        ("写信到 mail@lin 或 a.b@linda.cn", []),
        ("@ @@ @（lin）", []),
        ("@" * 2000 + "lin", [1]),
    ],
)
def test_whom_a_comment_calls(text, expected):
    assert mentioned(text, PEOPLE) == expected
