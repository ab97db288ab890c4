"""Chinese as it is written: its marks, its spaces, the terms of the textbooks, and no English left among them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import landscape as ls
from landscape import animations, evidence, explore, figures, slides
from landscape.core import wording
from landscape.core.wording import filled, speaking
from landscape.figures import names
from landscape.figures.words import part_name
from landscape.networks import activations, initialisers, losses
from landscape.optimizers import schedules

HAN, MARKS = "\u4e00-\u9fff", "，。、；：？！（）《》“”"
# Latin words that Chinese textbooks leave as they are: names of methods and people, of keys and files, and in formulas.
LEFT = {
    *("SGD", "Adam", "AMSGrad", "Nesterov", "RMSProp", "SignSGD", "Shampoo", "SAM", "MNIST", "He", "Glorot", "LeCun"),
    *("ReLU", "Leaky", "ELU", "GELU", "SiLU", "Mish", "Sigmoid", "Softplus", "Softmax", "tanh", "Hessian"),
    *("Cohen", "Holm", "Kingma", "Ba", "Lee", "Reddi", "Rosenbrock"),
    *("JavaScript", "WebGL", "Home", "End", "PageUp", "PageDown", "Shift"),
    *("landscape", "evidence", "claims", "drawn", "npz"),
    *("Var", "fan", "in", "ln", "lr", "max", "pi"),
}
# What was said before, or is said elsewhere, and what a lecturer says.
TERMS = {
    r"批大小": "批量大小",
    r"死亡|死掉|杀死": "失活",
    r"极小值": "极小点",
    r"(?<!随机)种子(?!决定|配对)": "随机种子",
    r"学习率计划": "学习率调度",
    r"步长率": "有效学习率",
    r"步 Δx": "更新量 Δx",
    r"海森": "Hessian 矩阵",
    r"最高曲率|最[高低]特征值": "最大、最小",
    r"最后(的|最)?(训练)?损失|结束时的(训练)?损失$|最后最低": "最终（训练）损失",
    r"读对|认对|误读|认错": "准确率、正确识别、误识别",
    r"最(自信|有把握)": "置信度最高",
    r"95% 区间": "95% 置信区间",
    r"离平面(的)?距离": "到平面的距离",
    r"平面包含": "平面保留",
    r"平台|脊线": "平原、山脊",
    r"路径周围|沿着路径": "轨迹",
    r"任意方向$": "任意方向时的落点",
}


def _strings(words: Any) -> Iterator[str]:
    if isinstance(words, str):
        yield words
    elif isinstance(words, dict | list):
        for one in words.values() if isinstance(words, dict) else words:
            yield from _strings(one)


def _chinese(words: dict[str, Any]) -> Iterator[str]:
    """All that stands under "zh", at any depth."""
    for key, one in words.items():
        if key == "zh":
            yield from _strings(one)
        elif isinstance(one, dict | list):
            for inner in [one] if isinstance(one, dict) else one:
                yield from _chinese(inner) if isinstance(inner, dict) else ()


@cache
def corpus() -> dict[str, list[str]]:
    """The Chinese of each file of words."""
    found = {}
    for package in (wording, figures, slides, explore, evidence, animations):
        folder = Path(package.__file__).parent
        for file in sorted(folder.rglob("*.toml")):
            if told := [*_chinese(tomllib.loads(file.read_text(encoding="utf-8")))]:
                found[f"{folder.name}/{file.relative_to(folder)}"] = told
    return found


FILES = sorted(corpus())
ROOT = Path(__file__).parents[2]
PAGES = ("README.zh.md", "docs/evidence.zh-CN.md")


def wrong(file: str, pattern: str) -> list[str]:
    return [words for words in corpus()[file] if re.search(pattern, words)]


def test_all_files_of_words_are_read():
    assert {"figures/zh.toml", "core/terms.toml", "slides/words.toml", "animations/captions.toml"} < set(FILES)
    assert {f"explore/{one}.toml" for one in ("words", "guide", "presets", "challenges", "formulas")} < set(FILES)
    assert {f"animations/lessons/{one}.toml" for one in animations.lessons.names()} < set(FILES)
    assert {f"evidence/claims/{one}.toml" for one in evidence.experiments.known()} < set(FILES)


@pytest.mark.parametrize("file", FILES)
def test_marks_between_chinese_are_chinese(file):
    # Brackets of formulas stay; keys stand before a colon that nobody sees.
    told = [words for words in wrong(file, rf"[{HAN}{MARKS}] *[,;:!?]|[,;:!?] *[{HAN}]|[{HAN}]\.") if "\n" not in words]
    assert told == []
    assert wrong(file, rf"\([^()·−]*[{HAN}][^()·−]*\)") == []
    assert wrong(file, rf"[{HAN}]…(?!…)|(?<!…)…[{HAN}]") == []


@pytest.mark.parametrize("file", FILES)
def test_spaces_stand_between_chinese_and_latin_letters_alone(file):
    assert wrong(file, rf"[{HAN}{MARKS}] +[{HAN}{MARKS}]") == []
    assert wrong(file, rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%°][{HAN}]") == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_written_as_files_of_words_are(page):
    text = re.sub(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", " x ", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    prose = [line for line in text.splitlines() if not line.startswith(("设置：", "用时"))]
    for pattern in (rf"[{HAN}{MARKS}] *[,;:!?]|[,;:!?] *[{HAN}]|[{HAN}]\.", rf"[{HAN}{MARKS}] +[{HAN}{MARKS}]", *TERMS):
        assert [line for line in prose if re.search(pattern, line)] == []
    assert [line for line in prose if re.search(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%°][{HAN}]", line)] == []


@pytest.mark.parametrize("file", FILES)
def test_a_measure_stands_by_its_number_and_a_percent_sign_by_both_ends(file):
    assert wrong(file, r":spread\} ?[倍个次步张轮]") == []
    assert wrong(file, r"\d 至 [\d.]+%") == []


@pytest.mark.parametrize("file", FILES)
def test_no_english_is_left_in_chinese(file):
    latin = {word for words in corpus()[file] for word in re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^}]*\}", "", words))}
    assert latin - LEFT == set()


@pytest.mark.parametrize("other", TERMS)
def test_terms_are_those_of_the_textbooks(other):
    assert {file: told for file in FILES if (told := wrong(file, other))} == {}, f"a lecturer says {TERMS[other]}"


def test_each_pattern_finds_what_it_is_for():
    before = [
        *("批大小 32", "死亡单元", "极小值", "种子 3", "学习率计划", "步长率 −Δx/g", "步 Δx", "海森矩阵", "最高曲率"),
        *("结束时的训练损失", "读对的比例", "最自信的", "95% 区间", "离平面距离", "这个平面包含", "平台", "沿着路径"),
        "这个动量转向任意方向",
    ]
    assert [[other for other in TERMS if re.search(other, one)] for one in before] == [[one] for one in TERMS]


# Names in legends ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ls.optimizers.names())
def test_legends_carry_the_terms_of_all_that_an_optimizer_is_given(name):
    """Not one of its settings, nor those of gradient clipping, is called by an English word."""
    optimizer = ls.optimizers.get(name)
    given = [field.name for field in fields(optimizer) if isinstance(getattr(optimizer, field.name), float)]
    changed = ",".join(f"{one}={0.5 * getattr(optimizer, one) or 0.25!r}" for one in given)
    with figures.style(lang="zh"):
        told = names.name_of(ls.optimizers.parse(f"{name}:{changed},clip=2"))
    own = type(optimizer).__name__
    title, *settings = told.split("，")
    assert title in (own, "动量")
    assert [one for one in settings if re.search(r"[A-Za-z]{2,}", one)] == []
    assert (settings[0].startswith("学习率 "), settings[-1]) == (True, "裁剪阈值 2")


@pytest.mark.parametrize("family", [activations, initialisers, losses, schedules], ids=lambda one: one.__name__)
def test_legends_carry_the_terms_of_parts(family):
    with speaking("zh"):
        for name in family.registry.names():
            part = family.registry.get(name)
            given = [field.name for field in fields(part) if isinstance(getattr(part, field.name), float | int)]
            told = part_name(name + ":" + ",".join(f"{one}=3" for one in given))
            words = set(re.findall(r"[A-Za-z]{2,}", told))
            assert words - LEFT == set(), told
        assert part_name("warmup:length=10,then=cosine") == "预热（长度 10，之后余弦退火）"
    assert part_name("warmup:length=10,then=cosine") == "warmup:length=10,then=cosine"


# What is put into a sentence -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "values", "told"),
    [
        ("{n}次训练", {"n": "两"}, "两次训练"),
        ("{n}次训练", {"n": 12}, "12 次训练"),
        ("{a} 和 {b}", {"a": "动量", "b": "Adam"}, "动量和 Adam"),
        ("达到 {goal}", {"goal": "损失"}, "达到损失"),
        ("差{x:.1f}，即{share}的", {"x": 0.25, "share": "92%"}, "差 0.2，即 92% 的"),
        ("（{x}）：{y}", {"x": "a", "y": 3}, "（a）：3"),
        ("{a}{b}倍", {"a": "3", "b": ""}, "3 倍"),
        ("{a} 到 {b} 为止", {"a": "x", "b": "山谷"}, "x 到山谷为止"),
        ("重做：{command}", {"command": "\0"}, "重做：\0"),
        ("从 ({x}, {y}) 出发", {"x": 1, "y": 2}, "从 (1, 2) 出发"),
    ],
)
def test_spaces_around_what_is_put_into_chinese(words, values, told):
    assert filled(words, "zh", **values) == told
    assert filled(words, "en", **values) == words.format(**values)
