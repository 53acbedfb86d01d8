"""Valid files, damaged by the hundred: the answer is an import or a refusal, nothing else."""

import random

import pytest

from isotrain import formats
from isotrain.formats import FORMATS, Unreadable, child
from tests.formats.damaging import mutant, valid

MUTANTS, IN_CHILDREN = 500, 5


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
def test_damaged_files_are_read_or_refused(format_):
    data = valid(format_)
    assert formats.read(data, format_name=format_.name).questions
    dice = random.Random(format_.name)
    answers = {"read": 0, "refused": 0}
    for _ in range(MUTANTS):
        damaged = mutant(data, dice)
        try:
            formats.report(formats.read(damaged, format_name=format_.name))
            answers["read"] += 1
        except Unreadable as refusal:
            assert refusal.message
            answers["refused"] += 1
    assert sum(answers.values()) == MUTANTS
    assert answers["refused"]


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
def test_a_damaged_file_brings_no_child_down(format_):
    data, dice = valid(format_), random.Random(f"{format_.name} in a child")
    for _ in range(IN_CHILDREN):
        damaged = mutant(data, dice)
        try:
            said = child.parse(damaged, format_name=format_.name)
        except Unreadable as refusal:
            assert refusal.code != "parser_limit"
        else:
            assert said == formats.read(damaged, format_name=format_.name)
