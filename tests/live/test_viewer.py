"""Viewers: what has room, and what was drawn."""

from types import SimpleNamespace

from playground.live.viewer import IN_FLIGHT, Frame, SocketViewer


def test_an_answer_goes_beside_what_is_under_way():
    watched = SimpleNamespace(latest=Frame(0, b""), revision=1)
    viewer = SocketViewer(watched, lambda: None)
    for number in range(1, IN_FLIGHT + 1):
        assert viewer.hungry(urgent=False)
        watched.latest = Frame(number, b"frame")
        assert viewer.take() == b"frame"
    assert not viewer.hungry(urgent=False)
    assert viewer.hungry(urgent=True)
    watched.latest = Frame(IN_FLIGHT + 1, b"answer", urgent=True)
    assert viewer.take() == b"answer"
    assert not viewer.hungry(urgent=True)
    viewer.acknowledge(IN_FLIGHT, 1)
    assert viewer.flying == [IN_FLIGHT + 1]
    assert viewer.hungry(urgent=False)
