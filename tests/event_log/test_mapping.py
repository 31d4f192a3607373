"""A mapping is refused by the name of what is wrong in it, before anything is read."""

from pathlib import Path

import pytest

from problem_reports.event_log.mapping import load, shipped
from problem_reports.event_log.tables import BadMapping

HELPDESK = Path("problem_reports/event_log/mappings/helpdesk.toml").read_text()


def refusal(tmp_path: Path, old: str, new: str) -> str:
    mapping = tmp_path / "own.toml"
    assert old in HELPDESK
    mapping.write_text(HELPDESK.replace(old, new, 1))
    with pytest.raises(BadMapping) as refused:
        load(str(mapping))
    return str(refused.value)


def test_both_shipped_mappings_load_by_name() -> None:
    assert shipped() == ["helpdesk", "problems"]
    assert [load(name).log for name in shipped()] == ["helpdesk", "problems"]


def test_every_activity_of_the_two_logs_is_mapped() -> None:
    assert len(load("helpdesk").activities) == 14
    assert len(load("problems").activities) == 7


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('log = "helpdesk"', "", "lacks `log`"),
        ('log = "helpdesk"', 'log = " "', "`log` is empty"),
        ('log = "helpdesk"', "log = 7", "`log` is a text"),
        ('log = "helpdesk"', f'log = "{"x" * 81}"', "`log` is a text of at most 80 signs"),
        ('case = "case"', "", "lacks `columns.case`"),
        ('case = "case"', 'case = "case"\nkase = "x"', "`columns.kase`, which an import does not"),
        ("[columns]", '[collumns]\na = "b"\n[columns]', "`collumns`"),
        ('"Wait" = "ask"', '"Wait" = "snooze"', "reads as “snooze”, which is no verb of an import"),
        ('"Wait" = "ask"', '"Wait" = []', "`activities.“Wait”.verbs` is a text or a list"),
        ('"Wait" = "ask"', '"Wait" = { verbs = "ask", when = "x" }', "“Wait”.when`"),
        ('"Wait" = "ask"', '"Wait" = "classify"', "“Wait” classifies: say with which `outcome`"),
        ('outcome = "bug"', 'outcome = "duplicate"', "is one of bug, limitation"),
        ('cause = "code"', 'cause = "gremlins"', "is one of code, configuration"),
        ('zone = "Europe/Rome"', 'zone = "Europe/Nowhere"', "no time zone “Europe/Nowhere”"),
        ('slug = "helpdesk"', 'slug = "Help Desk"', "The slug “Help Desk”"),
        ('impact = "one_user"', 'impact = "nobody"', "is one of one_user, some_users"),
        ('column = "seriousness"', "", "names no column"),
        ("[columns]", '[file]\nencoding = "klingon"\n[columns]', "no encoding “klingon”"),
        ("[columns]", '[file]\nencoding = "rot13"\n[columns]', "no encoding “rot13”"),
        ("[columns]", '[file]\ndelimiter = "--"\n[columns]', "A delimiter is one sign"),
        ("[team]", "[team", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert words in refusal(tmp_path, old, new)


def test_a_mapping_without_activities_is_refused(tmp_path: Path) -> None:
    activities = HELPDESK[HELPDESK.index("[activities]") :]
    assert "names no activity" in refusal(tmp_path, activities, "")


def test_a_mapping_that_is_not_there_names_the_shipped_ones() -> None:
    with pytest.raises(BadMapping, match=r"no mapping nowhere; shipped.*helpdesk, problems"):
        load("nowhere")
