"""The tests' own walls hold: nothing leaves loopback, and nothing of the caller's environment comes in."""

import os
import socket

import pytest

from tests.conftest import LeftLoopback


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("example.com", 443)])
def test_a_connection_to_another_machine_is_refused(address):
    with socket.socket() as client, pytest.raises(LeftLoopback):
        client.connect(address)


def test_a_foreign_name_does_not_resolve():
    with pytest.raises(socket.gaierror, match=r"sns\.ap-northeast-2\.amazonaws\.com"):
        socket.create_connection(("sns.ap-northeast-2.amazonaws.com", 443))


def test_loopback_is_open_by_address_and_by_name():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port)).close()


def test_aws_sees_only_dummy_credentials():
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "testing"
    assert "AWS_PROFILE" not in os.environ
    assert "AWS_CA_BUNDLE" not in os.environ
