"""Who is on duty when, set up, changed and learnt by its people (issue 5, done when; ONC-1 to ONC-4, ONC-7)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from playwright.sync_api import Locator, Page, expect

from foundation import clock
from oncall import services, tasks
from oncall.models import Duty, DutyKind, Pairing, Rotation
from oncall.rules import ON_CALL
from oncall.rules.rota import Layer
from teams.models import Person
from tests.cast import Cast
from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]
Travel = Callable[[timedelta], None]
BRUSSELS = ZoneInfo("Europe/Brussels")
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
CALENDAR = "/on-call/?team=billing"


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Let the product's clock stand later by so much: a week passes between two steps of a story."""
    real, gone = clock.now, timedelta(0)

    def on(by: timedelta) -> None:
        nonlocal gone
        gone += by

    monkeypatch.setattr(clock, "now", lambda: real() + gone)
    return on


def last_monday(at: datetime) -> date:
    today = at.astimezone(BRUSSELS).date()
    return today - timedelta(days=today.weekday())


def clock_changes(at: datetime) -> list[date]:
    """The next two Sundays on which clocks in Brussels change."""
    found, day = list[date](), at.astimezone(BRUSSELS).date()
    while len(found) < 2:
        day += DAY
        before, after = (
            datetime.combine(d, time(12), BRUSSELS).utcoffset() for d in (day - DAY, day)
        )
        if before != after:
            found.append(day)
    return found


def weekly(cast: Cast, *people: Person, at: datetime) -> Rotation:
    layer = Layer(
        name="Weeks", zone=BRUSSELS, starts=last_monday(at), handoff=time(9), unit="week", length=1,
        participants=tuple(p.pk for p in people),
    )  # fmt: skip
    return services.set_up_rotation(
        cast.billing, ON_CALL, layers=[layer], since=None, by=cast.rhea, at=at
    )


@pytest.fixture
def empty(cast: Cast) -> Cast:
    """Nobody is on call yet."""
    Duty.objects.filter(duty=DutyKind.ON_CALL).delete()
    return cast


def by_day(page: Page) -> Locator:
    return page.get_by_role("group", name="On call by day")


def day(page: Page, on: date) -> Locator:
    """The cell of a day on the calendar of who is on call."""
    name = re.compile(rf"^({on:%a} )?{on.day} {on:%b}\b")
    return by_day(page).get_by_role("cell", name=name)


def opened(page: Page, act: str) -> Locator:
    """The form of an act on a rotation's page."""
    page.get_by_text(act, exact=True).click()
    return page.locator("details[open]")


def shift(person: Person, monday: date) -> str:
    """A shift of a week as forms name it."""
    return f"{person}, {monday:%a %-d %b} 09:00 to {monday + WEEK:%a %-d %b} 09:00"


def local(moment: datetime) -> str:
    return f"{moment.astimezone(BRUSSELS):%Y-%m-%dT%H:%M}"


def test_a_weekly_rotation_keeps_its_hour_over_both_clock_changes(  # ONC-1, ONC-2
    empty: Cast, enter: Enter, travel: Travel
) -> None:
    rhea = enter(empty.rhea)
    rhea.goto(CALENDAR)
    rhea.get_by_role("link", name="Set up a rotation: On call").click()
    rhea.get_by_label("Name of the layer").first.fill("Weeks")
    rhea.get_by_label("People, in order").first.fill("otto, ines, rhea")
    rhea.get_by_label("First handoff").first.fill(f"{last_monday(clock.now())}")
    rhea.get_by_role("button", name="Show what it moves").click()
    preview = rhea.get_by_role("region", name="What it moves in the next half year")
    for person in (empty.otto, empty.ines, empty.rhea):
        expect(preview.get_by_role("row").filter(has_text=str(person))).to_be_visible()
    assert not Rotation.objects.exists()
    rhea.get_by_role("button", name="Save the rotation").click()
    expect(rhea.get_by_text("Saved. Whose next shift moved is told.")).to_be_visible()

    rotation, offsets = Rotation.objects.get(), set()
    for sunday in clock_changes(clock.now()):
        to = datetime.combine(sunday - timedelta(days=10), time(3), UTC)
        travel(max(to - clock.now(), timedelta(0)))
        tasks.publish_ahead()  # as every night: the schedule is written ahead
        rhea.goto(f"{CALENDAR}&from={sunday - 6 * DAY}")
        for monday in (sunday - 6 * DAY, sunday + DAY):
            expect(day(rhea, monday)).to_contain_text("09:00")
            starts = datetime.combine(monday, time(9), BRUSSELS).astimezone(UTC)
            assert rotation.duties.filter(during__startswith=starts).count() == 1
            offsets.add(starts.hour)
        # The week has an hour more or less and one holder all through.
        week = rotation.duties.get(
            during__startswith=datetime.combine(sunday - 6 * DAY, time(9), BRUSSELS)
        )
        length = week.during.upper - week.during.lower
        assert abs(length - WEEK) == timedelta(hours=1)
        expect(day(rhea, sunday)).to_contain_text(str(week.person))
        expect(by_day(rhea)).not_to_contain_text("nobody")
    assert offsets == {7, 8}


def test_a_swap_with_consent(empty: Cast, enter: Enter) -> None:  # ONC-3
    """Otto asks Ines for one of hers in return; she finds it on her desk, and both calendars say so."""
    now = clock.now()
    rotation = weekly(empty, empty.otto, empty.ines, at=now)
    mine, hers = last_monday(now) + 2 * WEEK, last_monday(now) + WEEK
    otto = enter(empty.otto)
    otto.goto(CALENDAR)
    otto.get_by_role("link", name="Rotation and shifts").click()
    form = opened(otto, "Offer a shift")
    form.get_by_label("Which shift").select_option(label=shift(empty.otto, mine))
    form.get_by_label("To whom").select_option(label=str(empty.ines))
    form.get_by_label("In return for").select_option(label=shift(empty.ines, hers))
    form.get_by_role("button", name="Offer it").click()
    expect(otto.get_by_text("It stays yours until somebody accepts")).to_be_visible()

    ines = enter(empty.ines)
    ines.goto("/desk/mine/")
    question = ines.get_by_role("listitem").filter(has_text="Will you take it?")
    expect(question).to_contain_text("Otto offers it to you for one of yours")
    question.get_by_role("link").click()
    ines.get_by_role("button", name="Accept").click()
    expect(ines.get_by_text("Accepted: the calendar says so.")).to_be_visible()
    for page in (otto, ines):
        page.goto(f"{CALENDAR}&from={hers}")
        expect(day(page, hers + DAY)).to_contain_text("Otto")
        expect(day(page, hers + DAY)).to_contain_text("swapped with Ines")
        expect(day(page, mine + DAY)).to_contain_text("Ines")
    assert {d.person for d in rotation.duties.filter(why="swap")} == {empty.otto, empty.ines}


def test_a_sudden_sickness(empty: Cast, enter: Enter) -> None:  # ONC-3
    """Who is on duty falls ill: the gap is seen by everybody, and whoever can takes the shift at once."""
    now = clock.now()
    weekly(empty, empty.otto, empty.rhea, at=now)
    on_duty = Duty.objects.get(duty=ON_CALL, during__contains=now).person
    ill = enter(on_duty, viewport=PHONE)
    ill.goto(CALENDAR)
    ill.get_by_role("link", name="Rotation and shifts").click()
    form = opened(ill, "Say who is away")
    form.get_by_label("Who").select_option(label=str(on_duty))
    form.get_by_label("From").fill(local(now - timedelta(minutes=1)))
    form.get_by_label("Until").fill(local(now + 3 * DAY))
    form.get_by_role("button", name="Record it").click()
    expect(ill.get_by_text("What that leaves open is on the calendar")).to_be_visible()

    ines = enter(empty.ines)
    ines.goto(CALENDAR)
    expect(by_day(ines).get_by_text("nobody").first).to_be_visible()
    ines.get_by_role("button", name="On call: take the shift now").click()
    expect(ines.get_by_text("It is yours until the shift ends.")).to_be_visible()
    expect(ines.get_by_role("banner")).to_contain_text("On call Ines")
    ill.goto(CALENDAR)
    expect(ill.get_by_text(f"Now {empty.ines}")).to_be_visible()


def test_somebody_joins_next_month(empty: Cast, enter: Enter) -> None:  # ONC-3
    """Until the day nothing moves for anybody; from then on Ines has her turn."""
    now = clock.now()
    rotation = weekly(empty, empty.otto, empty.rhea, at=now)
    joins = last_monday(now) + 5 * WEEK
    before = list(
        rotation.duties.filter(during__endswith__lte=datetime.combine(joins, time(9), BRUSSELS))
        .values_list("during", "person")
    )  # fmt: skip
    rhea = enter(empty.rhea)
    rhea.goto(f"/on-call/{rotation.pk}/")
    form = opened(rhea, "Somebody joins")
    form.get_by_label("Who").select_option(label=str(empty.ines))
    form.get_by_label("From").fill(f"{joins}T09:00")
    form.get_by_role("button", name="Show what it moves").click()
    expect(rhea.get_by_role("heading", name="What it moves in the next half year")).to_be_visible()
    form.get_by_role("button", name="Add them").click()
    expect(rhea.get_by_text("They take turns from then on.")).to_be_visible()
    after = list(rotation.duties.values_list("during", "person"))
    assert set(before) <= set(after)
    theirs = rotation.duties.filter(person=empty.ines).order_by("during").first()
    assert theirs is not None
    first = theirs.during.lower.astimezone(BRUSSELS)
    assert first.date() >= joins
    rhea.goto(f"{CALENDAR}&from={first.date()}")
    expect(day(rhea, first.date())).to_contain_text("Ines")


def test_a_trainee_from_observing_to_taking_turns(empty: Cast, enter: Enter) -> None:  # ONC-7
    """Each stage by what was seen: words, shifts gone along, an incident; nobody takes turns before."""
    rotation = weekly(empty, empty.otto, at=clock.now())
    at_ladder = "/on-call/ladder/?team=billing&duty=on_call"
    rhea, ines, otto = enter(empty.rhea), enter(empty.ines), enter(empty.otto)

    def act(page: Page, verb: str, *, refused: str = "", **said: str) -> None:
        page.goto(at_ladder)
        form = opened(page, verb)
        for label, value in said.items():
            field = form.get_by_label(label.replace("_", " "))
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
        form.get_by_role("button").last.click()
        expect(page.get_by_text(refused or "Kept.").first).to_be_visible()

    def stage() -> Locator:
        rhea.goto(at_ladder)
        return rhea.get_by_role("row").filter(has_text=str(empty.ines))

    def advance(*, refused: str = "") -> None:
        act(
            rhea, "Advance somebody", Who=str(empty.ines), What_was_seen="I watched her",
            refused=refused,
        )  # fmt: skip

    def words() -> None:
        act(ines, "Say a word", Who=str(empty.ines), Your_word="I can find my way")
        act(otto, "Say a word", Who=str(empty.ines), Your_word="She reads the graphs first")

    def it_ends() -> None:
        """Nobody waits a week for a test: the shift on which she goes along was the last moments."""
        last = Pairing.objects.filter(during__endswith__lte=clock.now()).order_by("during").last()
        since = last.during.upper if last else rotation.published_at
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute(
                "SET LOCAL session_replication_role = replica"
            )  # a pairing stays as it was
            cursor.execute(
                "UPDATE oncall_pairing SET during = tstzrange(%s, %s) WHERE lower(during) > %s",
                [since, clock.now(), clock.now()],
            )
            assert cursor.rowcount == 1

    def two_shifts() -> None:
        for _ in range(2):
            ines.goto(at_ladder)
            form = opened(ines, "Go along on a shift")
            form.get_by_label("Shift").select_option(index=1)
            form.get_by_label("Who goes along").select_option(label=str(empty.ines))
            form.get_by_role("button", name="Arrange it").click()
            expect(ines.get_by_text(f"{empty.ines} with {empty.otto}")).to_be_visible()
            it_ends()

    act(
        rhea, "Advance somebody", Who=str(empty.otto), Begins_at="Mentors",
        What_was_seen="Three years of it",
    )  # fmt: skip
    advance()
    expect(stage()).to_contain_text("Observes")
    act(ines, "Say a word", Who=str(empty.ines), Your_word="I know where the runbooks are")
    advance()
    expect(stage()).to_contain_text("Shadows")
    rhea.goto(f"/on-call/{rotation.pk}/")
    form = opened(rhea, "Somebody joins")
    expect(form.get_by_label("Who").get_by_role("option", name=str(empty.ines))).to_have_count(0)
    advance(refused="2 more accompanied shifts")
    two_shifts()
    words()
    advance()
    two_shifts()
    words()
    advance(refused="a P1 seen")
    act(
        otto, "Note an incident seen", Who=str(empty.ines), Class="P1",
        **{"Which one, and what they did": "The mail queue: she found it and wrote the updates"},
    )  # fmt: skip
    advance()
    expect(stage()).to_contain_text("Takes turns")
    rhea.goto(f"/on-call/{rotation.pk}/")
    form = opened(rhea, "Somebody joins")
    form.get_by_label("Who").select_option(label=str(empty.ines))
    form.get_by_role("button", name="Show what it moves").click()
    expect(rhea.get_by_role("heading", name="What it moves in the next half year")).to_be_visible()
    form.get_by_role("button", name="Add them").click()
    expect(rhea.get_by_text("They take turns from then on.")).to_be_visible()
    assert rotation.duties.filter(person=empty.ines).exists()
