#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A scorer for tests: well-behaved, or wrong in the way that its first argument says."""

import json
import os
import signal
import sys
import time

how = sys.argv[1] if len(sys.argv) > 1 else "good"
marker = sys.argv[2] if len(sys.argv) > 2 else ""

if how == "dies at once":
    sys.exit(3)
if how == "speaks first":
    print("loading the model", flush=True)
if how == "stays on":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if how == "dies the first time" and not os.path.exists(marker):
    open(marker, "w").close()
    sys.exit(1)
print("ready, as", how, file=sys.stderr, flush=True)


def answer(value: object) -> None:
    print(json.dumps(value), flush=True)


for line in sys.stdin:
    asked = json.loads(line)
    if asked["type"] == "challenge":
        if how == "hangs":
            time.sleep(3600)
        if how == "garbage":
            print("certainly! here is the challenge", flush=True)
        elif how == "endless":
            while True:
                sys.stdout.write("x" * 65536)
        elif how == "half":
            sys.stdout.write('{"requests":')
            sys.stdout.flush()
            os._exit(0)
        elif how == "two lines":
            print('{"requests": []}\n{"requests": []}', flush=True)
        elif how == "typo":
            answer({"requets": []})
        elif how == "stranger":
            answer({"requests": [{"uid": 999}]})
        elif how == "bytes":
            answer({"request": {"body_base64": "AP8=", "path": "/x?y", "headers": {"X-A": "b"}}, "deadline_ms": 250})
        elif how == "slow":
            time.sleep(0.1)
            answer({"requests": []})
        else:
            answer({"requests": [{"uid": m["uid"], "json": {"for": m["uid"]}} for m in asked["miners"]]})
    elif how == "dies at scores":
        sys.exit(5)
    elif how == "nan":
        print('{"scores": {"4": NaN}}', flush=True)
    elif how == "some wrong":
        answer({"scores": {"4": 1.0, "5": "high"}})
    else:
        good = {str(a["uid"]): 1.0 / a["uid"] for a in asked["answers"] if a["outcome"] == "answered"}
        answer({"scores": good, "notes": {uid: "was asked" for uid in good}})
if how == "leaves a word":
    open(marker, "w").close()
if how == "stays on":
    time.sleep(3600)
