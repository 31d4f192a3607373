"""What people wrote: read without a database, as an editor would."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from problem_reports.lifecycle import Cause, Impact, Outcome, Priority, State, Urgency
from problem_reports.rules import stated_priority
from triage.demonstration.bank import Judgement, Telling, _telling, phrases, tellings
from triage.demonstration.company import AREAS, PEOPLE


def everything() -> Iterator[Telling]:
    for telling in tellings():
        yield telling
        yield from telling.again


def judgements() -> Iterator[tuple[Telling, Judgement]]:
    for telling in everything():
        yield from ((telling, j) for j in (telling.first, telling.second) if j)


def test_no_two_reports_or_bugs_have_the_same_title():
    titles = Counter(t.title.lower() for t in everything())
    bugs = Counter(j.bug.title.lower() for _, j in judgements() if j.bug)
    assert [t for t, n in (titles + bugs).items() if n > 1] == []


def test_no_two_reports_say_the_same():
    said = Counter(t.says for t in everything())
    assert [words for words, n in said.items() if n > 1] == []


def test_there_are_a_few_hundred_of_them_in_every_area():
    areas = Counter(t.area for t in everything())
    assert 300 <= sum(areas.values()) <= 450
    assert set(areas) == {slug for team in AREAS.values() for slug in team}
    assert min(areas.values()) >= 15


def test_no_text_is_a_placeholder():
    odd = re.compile(r"lorem|ipsum|\btodo\b|\bfixme\b|report \d+$|\{(?!customer|reporter)", re.I)
    for telling in everything():
        for text in (telling.title, telling.says, *telling.talk):
            assert not odd.search(text), (telling.key, text)


def test_every_closed_report_ends_with_words_and_evidence():
    for telling, judged in judgements():
        assert judged.outcome in Outcome.values
        assert judged.cause in ("", *Cause.values)
        assert judged.message or judged.outcome == "duplicate", telling.key
        assert bool(judged.bug) == (judged.outcome == "bug"), telling.key


def test_every_report_is_stated_in_the_words_of_the_form():
    for telling in everything():
        assert telling.impact in Impact.values
        assert telling.urgency in Urgency.values
        assert telling.priority in ("", *Priority.values)
        assert telling.state in ("", *State.values)
        assert telling.by in ("", *PEOPLE)
        assert telling.assignee in ("", *PEOPLE)


def test_a_changed_priority_says_why():
    for telling in everything():
        stated = stated_priority(telling.impact, telling.urgency)
        assert telling.priority in ("", stated) or telling.why, telling.key


def test_customers_are_enough_for_the_report_that_most_joined():
    names = [name.lower() for name in phrases()["customers"]]
    assert len(set(names)) == len(names)
    assert len(names) > max(t.joins for t in everything()) + 1


def test_a_typing_mistake_in_a_file_is_refused():
    with pytest.raises(ValueError, match="nothing reads desciption"):
        _telling({"key": "x-1", "area": "mobile", "title": "A", "says": "B", "desciption": "C"})


def test_an_answer_without_a_question_is_refused():
    with pytest.raises(ValueError, match="an answer without a question"):
        _telling({"key": "x-1", "area": "mobile", "title": "A", "says": "B", "talk": ["answer: C"]})
