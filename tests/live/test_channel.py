"""The live route over real sockets: driving, back-pressure, healing, and who is turned away."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from playground.live import channel, exhibits
from playground.live.doors import Door
from playground.live.exhibits import Show
from tests.live.lab import CIRCLE, WeightsLab, house, sit, until
from tests.live.sockets import looking_on, opened, serving


@pytest.fixture
def home():
    with house(threads=2) as built:
        yield built


@pytest.fixture
def address(home):
    with serving(home) as address:
        yield address


@pytest.fixture
def seat(home):
    return sit(home)


@pytest.fixture
def page(address, seat):
    with opened(address, seat.key) as page:
        page.first()
        yield page


def test_a_page_drives_its_run(page, seat):
    assert page.frame["state"] == "paused"
    assert page.scene["experiment"] == json.loads(CIRCLE.model_dump_json())
    page.send({"do": "play"})
    page.see(lambda frame: frame["state"] == "playing" and frame["step"] > 100)
    page.send({"do": "pause"})
    page.see(lambda frame: frame["state"] == "paused")
    page.send({"do": "edit", "name": "dense_1/weight", "index": [0, 0], "value": 2.5})
    page.see(lambda frame: page.arrays["network/weights"][0, 0] == np.float32(2.5))
    page.send({"do": "set", "path": ["layers", 0, "units"], "value": 0})
    page.see(lambda frame: frame["error"] is not None and frame["error"]["path"] == ["layers", 0, "units"])
    page.send({"do": "restart"})
    page.see(lambda frame: frame["step"] == 0)
    assert seat.session is not None
    assert seat.session.token == page.tab


@pytest.mark.parametrize("prefix", ["/some/prefix", ""])
def test_any_prefix_leads_there(address, seat, prefix):
    with opened(address.replace("/live", f"{prefix}/live"), seat.key) as page:
        page.first()


def test_who_does_not_acknowledge_gets_two_frames_and_then_one_a_second(page):
    page.acknowledges = False
    page.send({"do": "play"})
    begun, frames = time.monotonic(), 0
    while time.monotonic() - begun < 2.5:
        frames += page.hear()
    assert 3 <= frames <= 7
    page.acknowledges = True
    page.see(lambda frame: True)
    first = page.frame["seq"]
    page.see(lambda frame: frame["seq"] > first + 20)


def test_a_lost_frame_is_sent_again_while_nothing_happens(page):
    page.acknowledges = False
    page.send({"do": "step"})
    shown = page.see(lambda frame: frame["step"] == 1)
    assert page.see(lambda frame: True, 3) == shown


def test_who_looks_away_gets_beats_only(page):
    page.send({"watch": False})
    page.send({"do": "play"})
    time.sleep(0.1)
    while True:
        try:
            page.hear(0.3)
        except TimeoutError:
            break
    assert not page.hear(2)
    page.send({"watch": True})
    page.see(lambda frame: frame["state"] == "playing" and frame["step"] > 0)


def test_two_sessions_over_one_server(home, address, page):
    other_seat = sit(home, CIRCLE.replace(seed=2))
    with opened(address, other_seat.key) as other:
        other.first()
        page.send({"do": "play"})
        page.see(lambda frame: frame["step"] > 1000)
        other.send({"do": "step"})
        assert other.see(lambda frame: frame["step"] == 1)["state"] == "paused"
        assert other.scene["experiment"]["seed"] == 2
        assert other.tab != page.tab


# ---------------------------------------------------------------- turned away


@pytest.mark.parametrize(("door", "headers"), [
    (Door(), {"origin": "https://evil.example"}),
    (Door(), {"origin": "null"}),
    (Door(hosts=["lab.example.org"]), {}),
])  # fmt: skip
def test_foreign_pages_and_hosts_stay_outside(home, seat, door, headers):
    with serving(home, door) as address, pytest.raises(InvalidStatus) as refused, connect(address, **headers):
        pass
    assert refused.value.response.status_code == 403


def test_the_own_page_comes_in(address, seat):
    with opened(address, seat.key, origin=address.replace("ws:", "http:").removesuffix("/live")) as page:
        page.first()


@pytest.mark.parametrize("key", ["", "guess", None, 7, ["x"], {"$ne": 1}, "ключ", "x" * 10_000])
def test_an_unknown_key_is_told_so(address, key):
    with opened(address, key) as page:
        assert page.closed() == channel.UNKNOWN


def test_a_seat_is_forgotten_with_its_page(home, address):
    seat = sit(home)
    key = seat.key
    del seat
    with opened(address, key) as page:
        assert page.closed() == channel.UNKNOWN


def test_silence_is_not_waited_for(address, monkeypatch):
    monkeypatch.setattr(channel, "HELLO", 0.2)
    with connect(address) as socket, pytest.raises(Exception, match="1008"):
        socket.recv(5)


@pytest.mark.parametrize(("message", "code"), [
    ("", channel.NOT_JSON),
    ("nonsense", channel.NOT_JSON),
    (b"\x00\xff", channel.NOT_JSON),
    ("[1, 2]", channel.NOT_JSON),
    ('"text"', channel.NOT_JSON),
    ('{"ack": NaN, "revision": 1}', channel.NOT_JSON),
    ('{"ack": "1", "revision": 1}', channel.NOT_JSON),
    ('{"ack": 1}', channel.NOT_JSON),
    ("[" * 100_000, channel.NOT_JSON),
    ('{"do": "set", "path": [' + "[" * 100_000, channel.NOT_JSON),
    ('{"do": "' + "x" * 2_000_000 + '"}', channel.TOO_LONG),
])  # fmt: skip
def test_garbage_ends_the_connection_and_nothing_else(page, address, seat, message, code):
    page.socket.send(message)
    assert page.closed() == code
    with opened(address, seat.key) as again:
        assert again.first()["state"] == "paused"
        assert again.tab == page.tab


@pytest.mark.parametrize("message", [
    {"do": None},
    {"do": "set", "path": [None], "value": 1},
    {"do": "set", "path": ["layers"], "value": [[[[[[]]]]]]},
    {"do": "set", "path": ["data"], "value": {"kind": "painted", "points": [[1e300, 0, 0]]}},
    {"do": "edit", "name": "dense_1/weight", "index": [10**30, 0], "value": 1},
    {"do": "pace", "steps_per_second": "fast"},
])  # fmt: skip
def test_nonsense_that_is_json_is_an_error_in_a_frame(page, message):
    page.send(message)
    assert page.see(lambda frame: frame["error"] is not None)["error"]["text"].endswith(".")


def test_what_means_nothing_is_a_beat(page, seat):
    page.send({"something": "else"})
    page.send({"do": "step"})
    page.see(lambda frame: frame["step"] == 1)


def test_a_flood_is_stopped(page, monkeypatch):
    with suppress(ConnectionClosed):  # the door may fall shut in the midst of it
        for _ in range(1000):
            page.socket.send('{"beat":1}')
    assert page.closed() == channel.TOO_MANY


def test_a_full_house_says_so(home, address, page):
    home.most_sessions = 1
    stranger = sit(home)
    with opened(address, stranger.key) as other:
        assert other.closed() == channel.FULL
    page.send({"do": "step"})
    page.see(lambda frame: frame["step"] == 1)


def test_a_dropped_session_says_so(home, page, seat):
    home.drop(seat.session)
    assert page.closed() == channel.GONE


def test_nothing_is_left_of_a_closed_page(home, address, seat):
    with opened(address, seat.key) as page:
        page.first()
    assert seat.session is not None
    until(lambda: not seat.session.camera.viewers)


# ---------------------------------------------------------------- on show


@pytest.fixture
def shown(home):
    home.put_on_show(WeightsLab, Show(CIRCLE, steps_per_second=1000, steps=200))
    return home.exhibits["weights"]


def test_what_is_on_show_trains_by_itself_and_nobody_drives_it(address, shown, monkeypatch):
    monkeypatch.setattr(exhibits, "EVERY", 0.1)
    with looking_on(address, "weights") as page:
        page.see(lambda frame: frame["state"] == "playing" and frame["step"] > 10, 120)
        page.send({"do": "pause"})
        page.see(lambda frame: frame["step"] > 100)
        assert page.frame["state"] == "playing"
        assert page.frame["tab"] is None
        assert page.tab is None
        seed = page.scene["experiment"]["seed"]
        page.see(lambda frame: page.scene["experiment"]["seed"] != seed)


def test_all_look_at_the_same_run(home, address, shown):
    with looking_on(address, "weights") as one, looking_on(address, "weights") as other:
        one.first()
        other.first()
        assert len(home.sessions) == 1


def test_what_nobody_has_put_on_show_is_told_so(address):
    with looking_on(address, "nothing") as page:
        assert page.closed() == channel.UNKNOWN


def test_an_exhibit_that_was_given_up_comes_again(home, address, shown):
    with looking_on(address, "weights") as page:
        page.first()
        home.drop(shown.attend())
        assert page.closed() == channel.GONE
    with looking_on(address, "weights") as page:
        page.first()
