"""Runs one Crossbar.io node in the foreground; see `start`."""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version

from node_config import node_config

READY_SECONDS = 90


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def takes_websockets(port):
    """Whether the node upgrades a connection: an open port comes long before that."""
    request = (
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
        "Sec-WebSocket-Protocol: wamp.2.json\r\n\r\n"
    )
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(request.encode())
            return connection.recv(64).startswith(b"HTTP/1.1 101")
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(prog="start")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--auth", choices=["anonymous", "ticket", "wampcra"], default="anonymous")
    parser.add_argument("--subscribers", choices=["open", "authorized", "authenticated"], default="open")
    parser.add_argument("--data")
    options = parser.parse_args()
    if options.auth != "anonymous" and not os.environ.get("ESTROM_CROSSBAR_SECRET"):
        sys.exit(f"start: --auth {options.auth} needs ESTROM_CROSSBAR_SECRET in the environment")
    port = options.port or free_port()
    folder = options.data or tempfile.mkdtemp(prefix="estrom-crossbar-")
    os.makedirs(folder, exist_ok=True)
    # Left by a node that was killed: Crossbar.io would take it for one that runs.
    if os.path.exists(os.path.join(folder, "node.pid")):
        os.remove(os.path.join(folder, "node.pid"))
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(node_config(port, options.auth, options.subscribers), file, indent=2)

    crossbar = os.path.join(os.path.dirname(sys.executable), "crossbar")
    command = [crossbar, "start", "--cbdir", folder, "--loglevel", "warn", "--color", "false"]
    node = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    stopping = False

    def stop(*_):
        nonlocal stopping
        stopping = True
        node.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    deadline = time.monotonic() + READY_SECONDS
    while not stopping and node.poll() is None and not takes_websockets(port):
        if time.monotonic() > deadline:
            print(f"start: Crossbar.io does not take WebSockets after {READY_SECONDS} s", file=sys.stderr)
            node.terminate()
            break
        time.sleep(0.1)
    else:
        if not stopping and node.poll() is None:
            print(f"ready crossbar {version('crossbar')} ws://127.0.0.1:{port}/ws", flush=True)
    node.wait()
    if options.data is None:
        shutil.rmtree(folder, ignore_errors=True)
    if not stopping:
        sys.exit(f"start: Crossbar.io ended by itself with code {node.returncode}")


main()
