"""Which tests PostgreSQL runs: together they have the product send whatever it sends in any test."""

import pytest

from tests.tools.statements import enough, shape


@pytest.mark.parametrize(
    ("sql", "same"),
    [
        ("SELECT 1 FROM a WHERE id IN (%s, %s, %s)", "SELECT 1 FROM a WHERE id IN (%s)"),
        ("INSERT INTO a (x, y) VALUES (%s, NULL), (%s, NULL)", "INSERT INTO a (x, y) VALUES (%s, %s)"),
        ("UPDATE a SET x = NULL", "UPDATE a SET x = %s"),
        ("SELECT 1 FROM a LIMIT 2", "SELECT 1 FROM a LIMIT 21"),
        ('SELECT 1 WHERE "a"."x" = %s OR "a"."x" = %s OR "a"."x" = %s', 'SELECT 1 WHERE "a"."x" = %s'),
        ('SELECT "a"."x", "a"."y" FROM "a" WHERE "a"."x" = %s', 'SELECT "a"."y" FROM "a" WHERE "a"."x" = %s'),
        ('UPDATE "a" SET "x" = %s, "y" = NULL WHERE "z" = %s', 'UPDATE "a" SET "y" = %s WHERE "z" = %s'),
    ],
)
def test_values_and_their_number_make_no_other_statement(sql, same):
    assert shape(sql) == shape(same) != ""


@pytest.mark.parametrize(
    ("sql", "other"),
    [
        ("SELECT 1 FROM a WHERE x = %s", "SELECT 1 FROM a WHERE y = %s"),
        ("SELECT 1 FROM a WHERE x IS NULL", "SELECT 1 FROM a WHERE x = %s"),
        ("SELECT 1 FROM a ORDER BY x", "SELECT 1 FROM a ORDER BY x DESC"),
        ('SELECT 1 WHERE "a"."x" = %s OR "a"."y" = %s', 'SELECT 1 WHERE "a"."x" = %s'),
        # PostgreSQL has rules about the columns of these.
        (
            'SELECT DISTINCT "a"."x" FROM "a" ORDER BY "a"."x"',
            'SELECT DISTINCT "a"."y" FROM "a" ORDER BY "a"."x"',
        ),
        ('SELECT "a"."x" FROM "a" GROUP BY "a"."x"', 'SELECT "a"."y" FROM "a" GROUP BY "a"."x"'),
        ('SELECT "a"."x" FROM "a"', 'SELECT UPPER("a"."x") FROM "a"'),
        ('UPDATE "a" SET "x" = %s', 'UPDATE "a" SET "x" = ("a"."x" + %s)'),
    ],
)
def test_another_question_is_another_statement(sql, other):
    assert shape(sql) != shape(other)


def test_what_has_become_needless_is_left_out():
    """The best at first, and then nothing of its own."""
    tests = {
        "wide": (frozenset("abcd"), 1.0, False),
        "left": (frozenset("abe"), 1.0, False),
        "right": (frozenset("cdf"), 1.0, False),
    }
    assert enough(tests, set()) == {"left", "right"}


def test_everything_is_sent_and_the_cheap_are_preferred():
    tests = {
        "long": (frozenset("abcd"), 10.0, False),
        "short": (frozenset("ab"), 1.0, False),
        "last": (frozenset("cd"), 1.0, False),
        "same": (frozenset("ab"), 2.0, False),
    }
    assert enough(tests, set()) == {"short", "last"}
    assert enough(tests, {"long"}) == set()


def test_what_the_database_refused_is_always_tried():
    tests = {"refused": (frozenset("a"), 10.0, True), "well": (frozenset("a"), 1.0, False)}
    assert enough(tests, set()) == {"refused"}


def test_each_process_of_the_run_leaves_out_the_same():
    """Either of two can be left out, not both; the order of a set is another in each process, and with each name."""
    for number in range(30):
        former, latter = f"{number} former", f"{number} latter"
        tests = {
            former: (frozenset("z123"), 1.0, False),
            latter: (frozenset("z45"), 1.0, False),
            "first": (frozenset("126"), 1.0, False),
            "second": (frozenset("347"), 1.0, False),
            "third": (frozenset("58"), 1.0, False),
        }
        assert enough(tests, set()) == {latter, "first", "second", "third"}
