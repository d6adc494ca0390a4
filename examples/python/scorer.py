#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A scorer for yuma-validator: asks miners to square a number, and pays those who can, the quick ones a little more.
Needs nothing but Python. docs/scorer.md says what the lines mean.

  yuma-validator run --scorer examples/python/scorer.py ...

Only answers go to standard output, one line each; print() everything else to standard error, it lands in the log.
"""

import json
import random
import sys

number = 0


def challenge(asked: dict) -> dict:
    """What to ask this round's miners: the same of all of them."""
    global number
    number = random.Random(asked["random"]).randrange(1_000_000)
    return {"request": {"path": "/square", "json": {"number": number}}, "deadline_ms": 2000}


def score(asked: dict) -> dict:
    """A number from 0 to 1 for each; who is not in it was asked and gets 0."""
    scores, notes = {}, {}
    for answer in asked["answers"]:
        uid = str(answer["uid"])
        if answer["outcome"] != "answered":
            notes[uid] = answer["outcome"]
            continue
        try:
            right = json.loads(answer["body"])["square"] == number * number
        except (ValueError, KeyError, TypeError):
            right = False
        scores[uid] = 0.8 + 0.2 / (1 + answer["ms"] / 100) if right else 0.0
        notes[uid] = f"{'right' if right else 'wrong'} after {answer['ms']:.0f} ms"
    return {"scores": scores, "notes": notes}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(challenge(asked) if asked["type"] == "challenge" else score(asked)), flush=True)
