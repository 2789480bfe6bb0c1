"""Seats and leases: a reload, a duplicated tab, a closed page, a dead line, another link; and the way without a socket."""

from __future__ import annotations

import sys
import time
import weakref

import pytest

from playground import Run
from playground.live.commands import action
from playground.live.frames import unpack
from playground.live.house import TICK, the_house
from playground.sentences import Refused
from tests.live.lab import CIRCLE, house, sit, until
from tests.live.sockets import opened, serving

OTHER = CIRCLE.replace(seed=2)


@pytest.fixture
def home():
    with house(threads=2) as built:
        yield built


@pytest.fixture
def address(home):
    with serving(home) as address:
        yield address


def claimed(seat, tab=None):
    """The session a page gets, as the channel does it."""
    for _ in seat.claim(tab):
        time.sleep(0.005)
    return seat.drive()


def test_a_reload_finds_its_run_within_half_a_second(home, address):
    before, after = sit(home), sit(home)
    with opened(address, before.key) as page:
        page.first()
        page.send({"do": "play"})
        page.see(lambda frame: frame["step"] > 100)
        page.send({"do": "pause"})
        step = page.see(lambda frame: frame["state"] == "paused")["step"]
    begun = time.monotonic()
    with opened(address, after.key, page.tab) as again:
        assert again.first()["step"] == step
        assert time.monotonic() - begun < 0.5
        assert again.tab == page.tab
    assert len(home.sessions) == 1


def test_a_duplicated_tab_gets_its_own(home, address):
    first, second = sit(home), sit(home)
    with opened(address, first.key) as page:
        page.first()
        page.send({"do": "step"})
        page.see(lambda frame: frame["step"] == 1)
        begun = time.monotonic()
        with opened(address, second.key, page.tab) as duplicate:
            while not duplicate.frame:
                page.send({"beat": 1})
                try:
                    duplicate.hear(0.1)
                except TimeoutError:
                    continue
            assert time.monotonic() - begun < 2.5
            assert duplicate.tab != page.tab
            assert duplicate.first()["step"] == 0
    assert len(home.sessions) == 2


def test_a_dead_line_is_given_up_after_some_periods(home):
    gone, back = sit(home), sit(home)
    session = claimed(gone)
    session.lease.period = 0.1
    begun = time.monotonic()
    assert claimed(back, session.token) is session
    assert 0.2 < time.monotonic() - begun < 1


def test_a_reconnect_of_the_same_page_waits_for_nothing(home, address):
    seat = sit(home)
    with opened(address, seat.key) as page:
        page.first()
        with opened(address, seat.key, page.tab) as again:
            again.first()
            assert again.tab == page.tab
        until(lambda: seat.session is not None and len(seat.session.camera.viewers) == 1)
        assert seat.session.lease.holder == seat.key  # the first line is still there
    until(lambda: seat.session.lease.holder is None)


def test_another_link_in_the_same_tab_begins_anew(home):
    first = claimed(sit(home))
    same, other = sit(home), sit(home)
    first.lease.holder = None
    same.start(CIRCLE)
    assert claimed(same, first.token) is first
    first.lease.holder = None
    other.start(OTHER)
    assert claimed(other, first.token).experiment == OTHER


def test_a_seat_says_what_it_will_train(home):
    seat = sit(home)
    assert seat.experiment == CIRCLE
    seat.start(OTHER)
    assert seat.experiment == OTHER
    assert seat.command({"do": "seed"}) is None
    assert seat.experiment not in (CIRCLE, OTHER)


@pytest.mark.parametrize("token", [None, "", "guess", 7, {"x": 1}])
def test_a_wrong_token_is_a_new_run(home, token):
    first = claimed(sit(home))
    first.lease.holder = None
    assert claimed(sit(home), token) is not first


def test_who_does_not_beat_rests_and_then_is_dropped():
    with house(threads=1, grace=0.3, keep=1.0) as home:
        seat = sit(home)
        session = claimed(seat)
        until(lambda: (session.beat(), session.run.ready)[1], 120)
        assert seat.command({"do": "play"}) is None
        until(lambda: session.resting)
        steps = session.run.steps
        before = time.process_time()
        time.sleep(0.3)
        assert session.run.steps == steps > 0
        assert time.process_time() - before < 0.05
        session.beat()
        until(lambda: session.run.steps > steps)
        until(lambda: not session.alive)
        assert home.sessions == []
        assert seat.session is None
        assert seat.drive() is not session


def test_a_page_that_outlived_its_session_goes_on_with_its_experiment(home):
    seat = sit(home)
    assert seat.command({"do": "set", "path": ["layers", 0, "units"], "value": 3}) is None
    experiment = seat.experiment
    home.drop(seat.session)
    assert seat.experiment == experiment
    assert seat.drive().experiment == experiment


def test_the_longest_asleep_make_room():
    with house(threads=1, grace=0.05, sessions=2) as home:
        seats = [sit(home) for _ in range(3)]
        first, second = claimed(seats[0]), claimed(seats[1])
        until(lambda: first.resting and second.resting)
        third = claimed(seats[2])
        assert not first.alive
        assert second.alive
        assert home.sessions == [second, third]


def test_a_house_has_room_for_so_much_memory_only():
    bytes_of_one = Run(CIRCLE).cost.bytes
    with house(threads=1, memory=2 * bytes_of_one + 1000) as home:
        one, two, three = sit(home), sit(home), sit(home)
        claimed(one)
        claimed(two)
        with pytest.raises(Refused, match="no room"):
            three.drive()
        layers = [{"kind": "dense", "units": 64}] * 3
        assert "no room" in one.command({"do": "set", "path": ["layers"], "value": layers})
        assert one.experiment == CIRCLE
        assert one.command({"do": "set", "path": ["layers", 1, "units"], "value": 1}) is None


def test_a_run_that_cannot_be_is_refused_at_the_door(home):
    seat = sit(home)
    seat.start(CIRCLE.replace(layers=[{"kind": "dense", "units": 1024}] * 16, training={"batch_size": 1024}))
    with pytest.raises(ValueError, match="MB"):
        seat.drive()
    assert home.sessions == []


# ---------------------------------------------------------------- without a socket


def glances(seat, what, drawn=-1):
    """Messages as a fragment gets them, until this is true of one; its frame and whether the scene came with it."""
    while True:
        if message := seat.glance(0.05, drawn):
            frame, scene, _ = unpack(message)
            if what(frame):
                return frame, scene is not None
        time.sleep(0.02)


def test_a_page_without_a_socket_gets_the_same_bytes(home):
    seat = sit(home)
    frame, scene = glances(seat, lambda frame: frame["state"] == "paused")
    assert scene
    assert frame["tab"] == seat.drive().token
    seat.drive().do_once("page", [(1, action({"do": "play"}))])
    assert glances(seat, lambda frame: frame["step"] > 10 and (frame["from"], frame["done"]) == ("page", 1))[1]


def test_the_scene_comes_until_the_page_says_that_it_was_drawn(home):
    seat = sit(home)
    drawn = glances(seat, lambda frame: frame["state"] == "paused")[0]["revision"]
    assert seat.command({"do": "step"}) is None
    assert glances(seat, lambda frame: frame["step"] == 1)[1]
    seat.glance(0.05, drawn)
    assert seat.command({"do": "step"}) is None
    assert not glances(seat, lambda frame: frame["step"] == 2, drawn)[1]
    assert seat.command({"do": "feature", "name": "x1x2", "on": True}) is None
    assert glances(seat, lambda frame: frame["revision"] == drawn + 1, drawn)[1]


def test_no_two_sessions_have_the_same_scene(home):
    assert len({claimed(sit(home)).camera.revision for _ in range(5)}) == 5


def test_numbered_commands_are_obeyed_once_and_in_order(home):
    seat = sit(home)
    session = seat.drive()
    until(lambda: session.run.ready, 120)
    steps = [(number, action({"do": "step"})) for number in (1, 2, 3)]
    session.do_once("page", steps[:2])
    session.do_once("page", steps[:2])
    session.do_once("page", steps)
    assert seat.ask(lambda run: run.steps) == 3
    session.do_once("another page", steps[:1])
    assert seat.ask(lambda run: run.steps) == 4


def test_a_socket_takes_over_from_glances(home, address):
    seat = sit(home)
    glances(seat, lambda frame: frame["state"] == "paused")
    session = seat.session
    seat.look_away()
    with opened(address, seat.key) as page:
        page.first()
        assert page.tab == session.token


# ---------------------------------------------------------------- the house


def test_the_house_outlives_a_hot_reload(monkeypatch):
    first = the_house()
    assert the_house() is first
    for name in [name for name in sys.modules if name.startswith("playground.live")]:
        monkeypatch.delitem(sys.modules, name)
    from playground.live.house import the_house as reloaded

    assert reloaded() is first


def test_many_watched_sessions_share_the_time_for_frames(home):
    assert home.interval(0.0002) == pytest.approx(TICK)
    assert home.interval(0.006) == pytest.approx(0.006 / 0.12)
    seats = [sit(home) for _ in range(20)]
    for seat in seats:
        seat.glance(1)
    until(lambda: 1 / 40 < home.interval(0.0006) < 1 / 20, 3)


def test_a_dropped_session_leaves_no_memory_behind(home):
    seat = sit(home)
    memory = weakref.ref(claimed(seat).run)
    until(lambda: memory().ready, 120)
    seat.glance(1)
    home.drop(seat.session)
    until(lambda: seat.session is None and (seat.look_away() or memory() is None))
