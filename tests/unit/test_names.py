"""How a colleague's name is written."""

import pytest

from cms.models.users import User, full_name


@pytest.mark.parametrize(
    ("family", "given", "written"),
    [
        ("张", "三", "张三"),
        ("欧阳", "明华", "欧阳明华"),
        ("", "买买提·艾力", "买买提·艾力"),
        ("Smith", "Ann", "Ann Smith"),
        ("", "Ann", "Ann"),
        ("Smith", "", "Smith"),
        (" 李 ", " 四 ", "李四"),
        ("𠮷", "田", "𠮷田"),
        ("", "", ""),
    ],
)
def test_han_names_have_no_space_and_start_with_the_family_name(family, given, written):
    assert full_name(family, given) == written


def test_a_colleague_without_a_name_is_shown_by_staff_number():
    assert str(User(username="A0012")) == "A0012"
    assert str(User(username="A0012", last_name="王", first_name="芳")) == "王芳"
