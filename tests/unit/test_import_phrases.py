"""Which headings and labels mean something, and which only look like it."""

import pytest

from articles.importing import phrases


@pytest.mark.parametrize(
    ("heading", "level"),
    [
        ("何时拨打120", "call_120"),
        ("五、立即拨打 120！", "call_120"),
        ("出现这些情况，请立即拨打120", "call_120"),
        ("什么时候要打120？", "call_120"),
        ("马上呼叫急救电话", "call_120"),
        ("何时就医", "see_doctor"),
        ("（三）什么时候该去医院", "see_doctor"),
        ("什么情况需要看医生？", "see_doctor"),
        ("尽快就医", "see_doctor"),
        ("居家护理", "self_care"),
        ("在家怎么做", "self_care"),
        # Two levels at once, or none: a librarian decides.
        ("何时就医，何时拨打120", ""),
        ("120个健康问题", ""),
        ("不用拨打120", ""),
        ("何时不用就医", ""),
        ("就医指南", ""),
        ("看医生前的准备", ""),
        ("在家", ""),
    ],
)
def test_care_levels(heading, level):
    assert phrases.care_level(heading) == level


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("摘要：少吃盐", [("summary", "摘要", "少吃盐")]),
        ("【导语】少吃盐", [("summary", "导语", "少吃盐")]),
        ("一句话: 少吃盐", [("key_message", "一句话", "少吃盐")]),
        (
            "作者：王芳 主任医师  科室：心内科",
            [("author", "作者", "王芳 主任医师"), ("department", "科室", "心内科")],
        ),
        ("作者：王芳 | 审核：李明", [("author", "作者", "王芳"), ("left", "审核", "李明")]),
        ("注意：少吃盐", []),
        ("专家的摘要：少吃盐", []),
        ("血压计的作者：王芳", []),
    ],
)
def test_labels(line, expected):
    assert phrases.labelled(line) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王芳 主任医师", ("王芳", "主任医师")),
        ("王芳（副主任护师）", ("王芳", "副主任护师")),
        ("王芳 主任医师、教授", ("王芳", "主任医师、教授")),
        ("王芳", ("王芳", "")),
        ("王芳 李明", ("王芳 李明", "")),
        ("张主任", ("张主任", "")),
    ],
)
def test_an_authors_title_is_taken_only_when_it_is_one(text, expected):
    assert phrases.author(text) == expected


@pytest.mark.parametrize("text", ["图1 坐姿", "图 2-1：坐姿", "图：坐姿", "图一、坐姿", "图3"])
def test_captions(text):
    assert phrases.caption(text, "图")
    assert not phrases.caption(text, "表")


@pytest.mark.parametrize("text", ["图书馆开放时间", "图1显示血压升高。" * 20, "如图1 所示", "表1 剂量"])
def test_what_is_no_caption_of_a_picture(text):
    assert not phrases.caption(text, "图")


@pytest.mark.parametrize(
    ("heading", "plain"),
    [
        ("一、怎么做", "怎么做"),
        ("（二）怎么做？", "怎么做"),
        ("3. 怎么做", "怎么做"),
        ("2.1 怎么做：", "怎么做"),
        ("【要点】", "要点"),
    ],
)
def test_headings_are_compared_without_number_and_marks(heading, plain):
    assert phrases.plain(heading) == plain
