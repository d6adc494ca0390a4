#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A subnet of ours and the official Python SDK: a client with the SDK gets answers from `yuma-miner run`, and
`yuma-validator run` gets answers from a miner that verifies requests with the SDK and pays it for them.

  subnet.py YUMA_MINER YUMA_VALIDATOR

Exit status 1 if anything differs. scripts/interop-peers sets up the Python it needs.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import bittensor as bt
from bittensor import http_auth

SCORER = """import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked["type"] == "challenge":
        print(json.dumps({"request": {"path": "/task?n=1", "body": "work"}, "require_signature": False}), flush=True)
    else:
        print(json.dumps({"scores": {str(a["uid"]): float(a["body"] == "done") for a in asked["answers"]}}), flush=True)
"""


def serve(handler: type[BaseHTTPRequestHandler]) -> int:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


class Quiet(BaseHTTPRequestHandler):
    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Upstream(Quiet):
    """What works behind yuma-miner: says who asks."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200, f"{self.headers['X-Yuma-Hotkey']} {self.path} {body.decode()}".encode())


def sdk_miner(own: str) -> tuple[type[BaseHTTPRequestHandler], list[str]]:
    """A miner that verifies with the SDK and signs nothing."""
    store, callers = http_auth.InMemoryNonceStore(), []

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                caller = http_auth.verify(self.headers, body, method="POST", path=self.path, self_hotkey_ss58=own,
                                          nonce_store=store)
            except http_auth.AuthError as error:
                self.answer(401, str(error).encode())
                return
            callers.append(caller.hotkey_ss58)
            self.answer(200, b"done")

    return Handler, callers


def listening(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The program's line that says where it listens."""
    assert process.stderr
    for line in process.stderr:
        entry = json.loads(line)
        if entry.get("event") == "listening":
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return entry
    sys.exit(f"{process.args} ended")


def call(endpoint: str, key: Any, receiver: str, path: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str, Any]:
    headers = headers or http_auth.sign(key, method="POST", path=path, body=body, receiver_ss58=receiver)
    connection = http.client.HTTPConnection(endpoint, timeout=20)
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text, headers


def main() -> int:
    miner, validator = (str(Path(p).resolve()) for p in sys.argv[1:3])
    wrong: list[str] = []

    def check(what: str, good: bool, seen: object = "") -> None:
        print(f"{'good ' if good else 'WRONG'}  {what}{'' if good else f': {seen}'}", flush=True)
        if not good:
            wrong.append(what)

    with tempfile.TemporaryDirectory() as folder:
        os.environ["BT_WALLET_PATH"] = folder
        names = ["v", "ours", "sdk"]
        for name in names:
            subprocess.run([validator, "key", "new", "--wallet", f"{name}/hot"], check=True, capture_output=True)
        keys = {name: bt.Wallet(name, "hot", path=folder).hotkey for name in names}
        genesis = f"{folder}/net.genesis"
        subprocess.run([validator, "genesis", "new", "--block-time", "200ms", "--set", "tempo=10", "--validator", "v/hot:1:1000",
                        "--miner", "ours/hot", "--miner", "sdk/hot", "--out", genesis], check=True, capture_output=True)
        Path(f"{folder}/scorer.py").write_text(SCORER)
        handler, callers = sdk_miner(keys["sdk"].ss58_address)
        sdk_port, upstream_port = serve(handler), serve(Upstream)
        running: list[subprocess.Popen[str]] = []

        def run(program: str, name: str, *more: str) -> dict[str, Any]:
            process = subprocess.Popen([program, "run", "--genesis", genesis, "--wallet", f"{name}/hot", "--data", f"{folder}/{name}.d",
                                        "--listen", "127.0.0.1:0", "--page", "off", "--log-format", "json", *more],
                                       stderr=subprocess.PIPE, text=True)
            running.append(process)
            return listening(process)

        try:
            where = run(validator, "v", "--scorer", f"{sys.executable} {folder}/scorer.py")
            peer = ["--peer", f"{keys['v'].ss58_address}@{where['listen']}"]
            ours = run(miner, "ours", *peer, "--upstream", f"http://127.0.0.1:{upstream_port}")
            # Its node only tells where the SDK's miner is.
            run(miner, "sdk", *peer, "--upstream", "http://127.0.0.1:1", "--announce", f"127.0.0.1:{sdk_port}")

            address = keys["ours"].ss58_address
            status, text, headers = call(ours["listen"], keys["v"], address, "/a?b=c", b"hello")
            check("the SDK's client gets an answer from yuma-miner", (status, text) == (200, f"{keys['v'].ss58_address} /a?b=c hello"), (status, text))
            check("its request sent again is refused", call(ours["listen"], keys["v"], address, "/a?b=c", b"hello", headers)[0] == 401)
            check("another body is refused", call(ours["listen"], keys["v"], address, "/a", b"x", http_auth.sign(
                keys["v"], method="POST", path="/a", body=b"y", receiver_ss58=address))[0] == 401)
            check("one for another miner is refused", call(ours["listen"], keys["v"], keys["sdk"].ss58_address, "/a", b"")[0] == 401)
            check("a miner is refused", call(ours["listen"], keys["sdk"], address, "/a", b"")[0] == 403)

            deadline = time.monotonic() + 60
            paid = ""
            while time.monotonic() < deadline and f" {keys['sdk'].ss58_address} " not in paid:
                time.sleep(0.5)
                paid = subprocess.run([validator, "run", "--genesis", genesis, "--wallet", "v/hot", "--data", f"{folder}/v.d", "--page", "off",
                                       "--dry-run"], capture_output=True, text=True).stdout
            check("a miner that verifies with the SDK is asked by yuma-validator", set(callers) == {keys["v"].ss58_address}, callers[:3])
            check("and is scored", f" {keys['sdk'].ss58_address} " in paid, paid)
        finally:
            for process in reversed(running):
                process.terminate()
            for process in running:
                check(f"{Path(str(process.args[0])).name} ends in good order", process.wait(30) == 0, process.returncode)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
