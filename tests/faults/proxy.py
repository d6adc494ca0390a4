# SPDX-License-Identifier: MIT
"""The network between the validators, as a proxy in front of each. Who calls is told by the hotkey in the first request
of a connection, so that each pair of validators can be cut off by itself, in either direction or both."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from enum import Enum

HOTKEY = re.compile(rb"\r\nx-bittensor-hotkey:[ \t]*([1-9A-HJ-NP-Za-km-z]{40,60})", re.IGNORECASE)
HEAD_LIMIT = 64 << 10
HEAD_SECONDS = 20
CHUNK = 64 << 10


class Link(Enum):
    """What becomes of what one says to another."""

    GOOD = "good"
    CUT = "cut"  # connections are reset, new ones too
    HALF_OPEN = "half open"  # connections stay, and nothing comes through any more
    SLOW = "slow"  # each piece takes a while


class Network:
    """Proxies in front of validators 0, 1, ..."""

    def __init__(self) -> None:
        self.links: dict[tuple[int | None, int], Link] = {}
        self.numbers: dict[str, int] = {}  # of hotkeys
        self.connections: set[Connection] = set()
        self.counts: Counter[str] = Counter()
        self.changed = asyncio.Condition()
        self.servers: list[asyncio.Server] = []

    async def listen(self, number: int, port: int, behind: int) -> None:
        """What comes to `port` goes to `behind`, where validator `number` listens."""

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await Connection(self, number, behind, reader, writer).run()

        self.servers.append(await asyncio.start_server(accept, "127.0.0.1", port))

    def link(self, sender: int | None, to: int) -> Link:
        return self.links.get((sender, to), Link.GOOD)

    async def set_links(self, pairs: list[tuple[int, int]], link: Link) -> None:
        for pair in pairs:
            self.links[pair] = link
        for connection in list(self.connections):
            if self.link(connection.sender, connection.to) is Link.CUT:
                connection.abort()
                self.counts["connections reset"] += 1
            elif (connection.sender, connection.to) in pairs and link is Link.HALF_OPEN:
                self.counts["connections half open"] += 1
        async with self.changed:
            self.changed.notify_all()

    async def close(self) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.connections):
            connection.abort()


class Connection:
    """One of those to a validator."""

    def __init__(
        self, network: Network, to: int, behind: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.network, self.to, self.behind = network, to, behind
        self.reader, self.writer = reader, writer
        self.there: asyncio.StreamWriter | None = None
        self.sender: int | None = None

    def abort(self) -> None:
        for writer in (self.writer, self.there):
            if writer is not None:
                writer.transport.abort()

    async def run(self) -> None:
        self.network.connections.add(self)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, asyncio.LimitOverrunError):
            await self.carry()
        self.abort()
        self.network.connections.discard(self)

    async def carry(self) -> None:
        head = b""
        async with asyncio.timeout(HEAD_SECONDS):
            while b"\r\n\r\n" not in head and len(head) < HEAD_LIMIT:
                piece = await self.reader.read(CHUNK)
                if not piece:
                    return
                head += piece
        found = HOTKEY.search(head)
        self.sender = self.network.numbers.get(found.group(1).decode()) if found else None
        self.network.counts["connections"] += 1
        # Each sender has an address of its own, as on a real network: limits are by address.
        source = ("127.0.0.%d" % (10 + self.sender if self.sender is not None else 250), 0)
        if not await self.may_pass():
            return
        back, self.there = await asyncio.open_connection("127.0.0.1", self.behind, local_addr=source)
        self.there.write(head)
        await asyncio.gather(self.pump(self.reader, self.there), self.pump(back, self.writer))

    async def may_pass(self) -> bool:
        """Waits while the link is half open. False: it is cut."""
        async with self.network.changed:
            while self.network.link(self.sender, self.to) is Link.HALF_OPEN:
                await self.network.changed.wait()
        link = self.network.link(self.sender, self.to)
        if link is Link.SLOW:
            await asyncio.sleep(0.3)
        return link is not Link.CUT

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(CHUNK):
            if not await self.may_pass():
                break
            writer.write(piece)
            await writer.drain()
        self.abort()
