# SPDX-License-Identifier: MIT
"""What goes wrong while a subnet runs. Each function goes on until it is cancelled, and leaves nothing broken behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import struct
from collections import Counter

from proxy import Link, Network
from subnet import Setting, Validator

GARBAGE_ADDRESS = "127.0.0.200"


class Faults:
    def __init__(self, validators: list[Validator], network: Network, seed: int, epoch_seconds: float) -> None:
        self.validators, self.network, self.epoch_seconds = validators, network, epoch_seconds
        self.seed = seed
        self.counts: Counter[str] = Counter()
        self.kills: Counter[int] = Counter()
        self.moments: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.clock_busy: set[int] = set()

    def stream(self, name: str) -> random.Random:
        """Random numbers of its own for each fault, the same in each run of a seed."""
        return random.Random(f"{self.seed} {name}")

    def sealed_epoch(self) -> int:
        """The last that any honest validator has."""
        return max(v.epoch for v in self.validators if not v.liar)

    async def next_epoch(self, limit: float) -> None:
        """Until one more is sealed."""
        before, end = self.sealed_epoch(), asyncio.get_running_loop().time() + limit
        while self.sealed_epoch() == before and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)

    async def kill(self, total: int, per_epoch: float) -> None:
        """kill -9 at random moments, so many in all; who was killed comes back a little later."""
        rnd = self.stream("kill")
        tasks: set[asyncio.Task[None]] = set()
        done, owed = 0, 0.0
        while done < total:
            owed += per_epoch
            epoch_begun = asyncio.get_running_loop().time()
            while owed >= 1 and done < total:
                await asyncio.sleep(rnd.uniform(0, 2 * self.epoch_seconds / max(per_epoch, 1)))
                up = [v for v in self.validators if v.up]
                # At least three stay: else nothing is sealed for long, and there is little to interrupt.
                if len(up) <= len(self.validators) - 2:
                    continue
                # Each by itself, not the same one all the time; the owner as often as the others.
                victim = rnd.choice(up)
                part = (asyncio.get_running_loop().time() - epoch_begun) / self.epoch_seconds
                self.moments[f"{min(int(part * 4), 4) * 25} %"] += 1
                victim.kill()
                self.kills[victim.number] += 1
                self.counts["kills"] += 1
                tasks.add(asyncio.create_task(self.come_back(victim, rnd.uniform(0, 0.7 * self.epoch_seconds))))
                done += 1
                owed -= 1
            await self.next_epoch(6 * self.epoch_seconds)
        await asyncio.gather(*tasks)

    async def come_back(self, victim: Validator, after: float) -> None:
        await victim.gone()
        await asyncio.sleep(after)
        await victim.start()

    async def partition(self, pause: float) -> None:
        """Some do not hear each other for a while: reset connections, or half-open ones, or slow ones."""
        rnd = self.stream("partition")
        count = len(self.validators)
        everybody = [(a, b) for a in range(count) for b in range(count) if a != b]
        splits = ["two halves", "one way only", "one alone", "the owner alone", "each alone"]
        number = 0
        while True:
            await asyncio.sleep(rnd.uniform(0.5, 1.5) * pause)
            split = splits[number % len(splits)] if number < len(splits) else rnd.choice(splits)
            link = [Link.CUT, Link.HALF_OPEN, Link.SLOW][number % 3]
            number += 1
            alone = 0 if split == "the owner alone" else rnd.randrange(count)
            half = set(rnd.sample(range(count), 2))
            pairs = {
                "two halves": [(a, b) for a, b in everybody if (a in half) != (b in half)],
                "one way only": [(a, b) for a, b in everybody if a in half and b not in half],
                "one alone": [(a, b) for a, b in everybody if alone in (a, b)],
                "the owner alone": [(a, b) for a, b in everybody if alone in (a, b)],
                "each alone": everybody,
            }[split]
            self.counts[f"partition: {split}, {link.value}"] += 1
            await self.network.set_links(pairs, link)
            try:
                await asyncio.sleep(rnd.uniform(0.5, 2) * self.epoch_seconds)
            finally:
                await self.network.set_links(pairs, Link.GOOD)

    async def clocks(self, pause: float) -> None:
        """The clock of one is 10 s off, until its operator sees it."""
        rnd = self.stream("clock")
        order = list(range(len(self.validators)))
        rnd.shuffle(order)
        number = 0
        while True:
            await asyncio.sleep(rnd.uniform(0.5, 1.5) * pause)
            # The owner's first.
            victim = self.validators[0 if number == 0 else order[number % len(order)]]
            off = 10_000 if number % 2 == 0 else -10_000
            number += 1
            whose = "the owner's" if victim.number == 0 else "another's"
            self.counts[f"clock: {whose} 10 s {'ahead' if off > 0 else 'behind'}"] += 1
            victim.set_clock(off)
            try:
                await asyncio.sleep(rnd.uniform(1, 2) * self.epoch_seconds)
            finally:
                victim.set_clock(0)

    async def disks(self, pause: float) -> None:
        """The disk of one is full, until its operator makes room."""
        rnd = self.stream("disk")
        while True:
            await asyncio.sleep(rnd.uniform(0.5, 1.5) * pause)
            victim = rnd.choice([v for v in self.validators if v.up])
            self.counts[f"full disk: {'the owner' if victim.number == 0 else 'another'}"] += 1
            with contextlib.suppress(OSError):
                victim.limit_files(full=True)
            try:
                await asyncio.sleep(rnd.uniform(0.5, 1.5) * self.epoch_seconds)
            finally:
                with contextlib.suppress(OSError):
                    victim.limit_files(full=False)

    async def strangers(self, setting: Setting, pause: float) -> None:
        """Connections of those who speak no HTTP, or no end of it."""
        rnd = self.stream("strangers")
        held: set[asyncio.Task[None]] = set()
        while True:
            await asyncio.sleep(rnd.uniform(0.5, 1.5) * pause)
            kind = rnd.choice(sorted(STRANGE))
            port = setting.behind[rnd.randrange(len(setting.behind))]
            self.counts[f"stranger: {kind}"] += 1
            task = asyncio.create_task(self.strange(kind, STRANGE[kind](rnd), port, rnd.uniform(0.1, 8)))
            held.add(task)
            task.add_done_callback(held.discard)

    async def strange(self, kind: str, what: bytes, port: int, seconds: float) -> None:
        """Sends it, waits for an answer, and leaves the connection open for a while."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(GARBAGE_ADDRESS, 0))
        except OSError:
            return  # it is down at the moment
        try:
            writer.write(what)
            await writer.drain()
            if kind == "reset in the middle":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            answer = await asyncio.wait_for(reader.read(4096), seconds)
            status = answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "closed"
            self.counts[f"stranger answered: {status}"] += 1
            if status.startswith(("2", "3")):
                self.wrong.append(f"a stranger ({kind}) got {answer[:200]!r}")
            if status == "500":
                self.wrong.append(f"a stranger ({kind}) got a 500: {answer!r}")
        except TimeoutError:
            self.counts["stranger left: nothing was answered"] += 1
        except OSError:
            self.counts["stranger answered: reset"] += 1
        finally:
            writer.transport.abort()


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([line, "Host: x", *headers, "", ""]).encode("latin-1") + body


STRANGE = {
    "random bytes": lambda rnd: os.urandom(rnd.randrange(1, 3000)),
    "nothing at all": lambda rnd: b"",
    "half a request line": lambda rnd: b"POST /v1/obj",
    "half a head": lambda rnd: b"POST /v1/objects HTTP/1.1\r\nHost: x\r\nContent-Le",
    "half a body": lambda rnd: request("POST /v1/objects HTTP/1.1", "Content-Length: 1000", body=bytes(10)),
    "reset in the middle": lambda rnd: b"GET /v1/status HTTP/1.1\r\nHost",
    "TLS": lambda rnd: bytes.fromhex("16030100a5010000a10303") + os.urandom(160),
    "a long head": lambda rnd: request("GET /v1/status HTTP/1.1", "X-Long: " + "a" * 100_000),
    "many headers": lambda rnd: request("GET /v1/status HTTP/1.1", *(f"X-{i}: 1" for i in range(500))),
    "no signature": lambda rnd: request("GET /v1/status HTTP/1.1"),
    "two lengths": lambda rnd: request("POST /v1/objects HTTP/1.1", "Content-Length: 5", "Content-Length: 7"),
    "a length of nines": lambda rnd: request("POST /v1/objects HTTP/1.1", "Content-Length: " + "9" * 30),
    "wrong chunks": lambda rnd: request("POST /v1/objects HTTP/1.1", "Transfer-Encoding: chunked", body=b"zz\r\n\r\n"),
    "a wrong signature": lambda rnd: request(
        "GET /v1/status HTTP/1.1",
        "X-Bittensor-Version: btauth/1",
        "X-Bittensor-Hotkey: 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        f"X-Bittensor-Nonce: {rnd.randrange(1 << 62)}",
        "X-Bittensor-Signature: 0x" + "ab" * 64,
    ),
}
