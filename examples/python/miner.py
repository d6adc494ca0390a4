#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The work of a miner behind yuma-miner: squares numbers. Needs nothing but Python.

  examples/python/miner.py 9000 &
  yuma-miner run --upstream http://127.0.0.1:9000 ...

Signatures, limits and who may ask are yuma-miner's; whoever arrives here has been let in, and X-Yuma-Hotkey says who
it is. Listen on 127.0.0.1 only: anybody who can reach this port can say to be anyone.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Miner(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            number = int(json.loads(body)["number"])
        except (ValueError, KeyError, TypeError):
            self.answer(400, {"detail": 'send {"number": N}'})
            return
        print("asked by", self.headers["X-Yuma-Hotkey"], flush=True)
        self.answer(200, {"square": number * number})

    def answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
    ThreadingHTTPServer(("127.0.0.1", port), Miner).serve_forever()
