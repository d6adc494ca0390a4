#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times the official SDK at what bench/identity_bench times of ours: one thread, processor time.

    scripts/interop-peers && build/interop/venv/bin/python bench/sdk_bench.py
"""

import os
import statistics
import time

import bittensor_core as core
from bittensor import http_auth

MESSAGE = os.urandom(240)
BODY = b'{"prompt": "hello"}'
SCHEMES = {"ed25519": 0, "sr25519": 1}


def microseconds(run, rounds: int = 9, calls: int = 500) -> float:
    """The median over rounds of the time of one call."""
    times = []
    for _ in range(rounds):
        began = time.process_time_ns()
        for _ in range(calls):
            run()
        times.append((time.process_time_ns() - began) / calls / 1000)
    return statistics.median(times)


def main() -> None:
    receiver = core.Keypair.create_from_uri("//Bob", 1).ss58_address
    print(f"{'':24}{'us':>8}{'per s':>10}")
    for name, scheme in SCHEMES.items():
        key = core.Keypair.create_from_uri("//Alice", scheme)
        signature = key.sign(MESSAGE)
        request = {"method": "POST", "path": "/generate"}
        headers = http_auth.sign(key, body=BODY, receiver_ss58=receiver, **request)

        def verify_request() -> None:
            # A store of its own each time: the same request is judged again and again.
            http_auth.verify(headers, BODY, self_hotkey_ss58=receiver, max_age=50.0,
                             nonce_store=http_auth.InMemoryNonceStore(60.0), **request)

        assert key.verify(MESSAGE, signature)
        for what, run in {
            "sign": lambda: key.sign(MESSAGE),
            "verify": lambda: key.verify(MESSAGE, signature),
            "btauth sign": lambda: http_auth.sign(key, body=BODY, receiver_ss58=receiver, **request),
            "btauth verify": verify_request,
        }.items():
            us = microseconds(run)
            print(f"{name + ' ' + what:24}{us:8.1f}{1e6 / us:10,.0f}")


if __name__ == "__main__":
    main()
