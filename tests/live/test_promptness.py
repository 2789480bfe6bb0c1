"""Accepted connections send at once."""

import socket

from playground.live.promptness import send_at_once


def test_connections_of_a_socket_that_does_not_name_tcp_send_at_once():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
