"""Scenario 5: relative specs, prefixes, ids; what is ambiguous or unknown is refused with candidates."""

import pytest
from projects import line

IDS = ("1a2b3c4d5e6f", "1a2b99999999", "27c6a31d7f24", "5cd038a8f131", "93f1a2b3c4d5")


@pytest.fixture
def five(project):
    return project.add(*line(*IDS))


def test_up_two_down_two(five, db):
    five.rev("upgrade", "+2").ok()
    assert db.rows() == [IDS[1]]
    five.rev("upgrade", "+2").ok()
    assert db.rows() == [IDS[3]]
    five.rev("downgrade", "-2").ok()
    assert db.rows() == [IDS[1]]
    assert db.tables() == [f"t_{name}" for name in IDS[:2]]


def test_prefix_and_full_id(five, db):
    five.rev("upgrade", "27c").ok()
    assert db.rows() == [IDS[2]]
    five.rev("upgrade", "9").ok()
    assert db.rows() == [IDS[4]]
    five.rev("downgrade", IDS[0]).ok()
    assert db.rows() == [IDS[0]]


def test_ambiguous_prefix(five, db):
    five.rev("upgrade", "1a2b").fails(2, "1a2b", IDS[0], IDS[1])
    assert db.all_tables() == []


def test_unknown_prefix(five, db):
    five.rev("upgrade", "5cd039a8f131").fails(2, "5cd039a8f131", IDS[3])
    five.rev("downgrade", "ffff").fails(2, "ffff")
    assert db.all_tables() == []


def test_exact_id_wins_over_longer_ones(project, db):
    project.draw("abcd; abcde<abcd")
    project.rev("upgrade", "abcd").ok()
    assert db.rows() == ["abcd"]


def test_relative_to_an_id(five, db):
    five.rev("upgrade", f"{IDS[0]}+2").ok()
    assert db.rows() == [IDS[2]]
    five.rev("downgrade", f"{IDS[2]}-1").ok()
    assert db.rows() == [IDS[1]]


@pytest.mark.parametrize("spec", ["+0", "-0", "+99", "-1", "1a2b3c4d5e6f:head", "+1x", "nosuch@head", "", "head@head"])
def test_upgrade_refuses(five, db, spec):
    five.rev("upgrade", spec).fails(2)
    assert db.all_tables() == []


@pytest.mark.parametrize("spec", ["+1", "-99", "-0", "93f1a2b3c4d5", "base-1", "-1x"])
def test_downgrade_refuses(five, db, spec):
    five.rev("upgrade", "27c6a31d7f24").ok()
    five.rev("downgrade", spec).fails(2)
    assert db.rows() == [IDS[2]]


def test_downgrade_to_where_one_is(five, db):
    five.rev("upgrade", "27c6a31d7f24").ok()
    five.rev("downgrade", "27c6a31d7f24").ok("nothing to do")
    assert db.rows() == [IDS[2]]


def test_upgrade_never_goes_down(five, db):
    five.rev("upgrade", "27c6a31d7f24").ok()
    five.rev("upgrade", IDS[0]).ok("nothing to do")
    five.rev("upgrade", "base").ok("nothing to do")
    assert db.rows() == [IDS[2]]


def test_huge_number_is_a_bad_spec(five, db):
    five.rev("upgrade", "+99999999999999999999").fails(2)
    assert db.all_tables() == []


def test_row_that_no_file_defines(five, db):
    five.rev("upgrade", "head").ok()
    db.execute("UPDATE alembic_version SET version_num = 'deadbeef0000'")
    for command in (["upgrade", "head"], ["downgrade", "base"], ["stamp", "head"], ["current"]):
        five.rev(*command).fails(2, "deadbeef0000")
    assert db.rows() == ["deadbeef0000"]
