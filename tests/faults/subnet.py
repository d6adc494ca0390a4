# SPDX-License-Identifier: MIT
"""A private subnet of real processes: keys, a genesis, validators that are started, killed and watched by their logs."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


class Failed(Exception):
    """Something that must not happen happened."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on. Kept open until all are found, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Programs:
    """Where they are built."""

    build: Path

    def __post_init__(self) -> None:
        for path in (self.liar, self.clock, self.keys, self.lab):
            if not path.is_file():
                raise SystemExit(f"no {path}: build the target `faults` first")

    @property
    def validator(self) -> Path:
        return self.build / "tests/faults/faults_validator"

    @property
    def liar(self) -> Path:
        return self.build / "tests/faults/faults_liar"

    @property
    def clock(self) -> Path:
        return self.build / "tests/faults/libfaults_clock.so"

    @property
    def keys(self) -> Path:
        return self.build / "validator/yuma-validator"

    @property
    def lab(self) -> Path:
        return self.build / "lab/yuma-lab"

    async def run(self, program: Path, *arguments: str | Path, may_fail: bool = False) -> tuple[int, str]:
        """What it prints, with its exit status."""
        process = await asyncio.create_subprocess_exec(
            program, *map(str, arguments), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await process.communicate()
        if process.returncode != 0 and not may_fail:
            raise Failed(f"{program.name} {' '.join(map(str, arguments))}: {err.decode()}{out.decode()}")
        return process.returncode or 0, out.decode()


@dataclass
class Setting:
    """One subnet: what all of its validators are given."""

    programs: Programs
    folder: Path
    genesis: Path
    hotkeys: list[str]
    ports: list[int]  # of the proxies, which are what is announced
    behind: list[int]  # where the validators listen
    pages: list[int]
    exchange_ms: int
    seed: int


@dataclass
class Seen:
    """What the logs said, over all lives of all processes."""

    sealed: dict[int, dict[int, str]] = field(default_factory=dict)  # epoch -> validator -> state root
    events: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    lies: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)  # by validator and life
    problems: list[str] = field(default_factory=list)


class Validator:
    """A validator and its process, if it runs."""

    def __init__(self, setting: Setting, number: int, seen: Seen, liar: bool = False) -> None:
        self.setting, self.number, self.seen, self.liar = setting, number, seen, liar
        self.folder = setting.folder / f"v{number}"
        self.folder.mkdir(exist_ok=True)
        self.clock = setting.folder / f"clock{number}"
        self.process: asyncio.subprocess.Process | None = None
        self.life = 0
        self.epoch = 0  # sealed last
        self.expected_end = False
        self.watcher: asyncio.Task[None] | None = None
        self.lies: list[str] = []  # always told
        self.set_clock(0)

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def up(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def set_clock(self, ms: int) -> None:
        """How far its wall clock is off, also while it runs."""
        if not self.clock.exists():
            self.clock.write_bytes(bytes(8))
        with open(self.clock, "r+b") as file:
            file.write(struct.pack("<q", ms))

    def arguments(self) -> list[str]:
        s, n = self.setting, self.number
        out = ["--genesis", str(s.genesis), "--listen", f"127.0.0.1:{s.behind[n]}"]
        out += ["--announce", f"127.0.0.1:{s.ports[n]}", "--exchange-ms", str(s.exchange_ms)]
        # Everybody knows the owner and one more; the others are learned.
        for other in {0, (n + 1) % len(s.hotkeys)} - {n}:
            out += ["--peer", f"{s.hotkeys[other]}@127.0.0.1:{s.ports[other]}"]
        wallets = s.folder / "wallets"
        if self.liar or not s.programs.validator.is_file():
            out += ["--ledger", str(self.ledger), "--key", str(wallets / f"faults/hotkeys/v{n}")]
            out += ["--seed", str(s.seed)]
            out += [] if self.liar else ["--honest"]
            for lie in self.lies:
                out += ["--lie", lie]
            return [str(s.programs.liar), *out, *(["--lies-at-a-time", "0"] if self.lies else [])]
        out += ["--path", str(wallets), "--wallet", f"faults/v{n}", "--data", str(self.folder)]
        out += ["--page", f"127.0.0.1:{s.pages[n]}", "--log-format", "json", "--log-level", "debug"]
        return [str(s.programs.validator), "run", *out]

    async def start(self) -> None:
        environment = os.environ | {
            "LD_PRELOAD": str(self.setting.programs.clock),
            "YUMA_CLOCK_OFFSET": str(self.clock),
        }
        self.life += 1
        self.expected_end = False
        with open(self.folder / "errors", "ab") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *self.arguments(), stdout=asyncio.subprocess.PIPE, stderr=errors, env=environment, limit=1 << 20
            )
        self.watcher = asyncio.create_task(self.watch(self.process, self.life))

    async def watch(self, process: asyncio.subprocess.Process, life: int) -> None:
        assert process.stdout is not None
        with open(self.folder / "log", "ab") as log:
            async for line in process.stdout:
                log.write(line)
                try:
                    self.take(json.loads(line), life)
                except ValueError:
                    self.seen.problems.append(f"v{self.number} printed {line!r}")
        status = await process.wait()
        if not self.expected_end:
            self.seen.problems.append(f"v{self.number} ended by itself with {status}: see {self.folder}/errors")

    def take(self, line: dict, life: int) -> None:
        event = line.get("event", "")
        if event == "lies":
            self.seen.lies[self.number, life] = line["lies"]
            return
        self.seen.events[event] += 1
        if event == "epoch_sealed":
            self.epoch = int(line["epoch"])
            self.note_sealed(self.epoch, line["state_root"])
        elif event in ("internal_error", "state_differs"):
            self.seen.problems.append(f"v{self.number}: {line.get('text')}")

    def note_sealed(self, epoch: int, root: str) -> None:
        roots = self.seen.sealed.setdefault(epoch, {})
        roots[self.number] = root
        if len(set(roots.values())) > 1:
            self.seen.problems.append(f"epoch {epoch} was sealed in two ways: {roots}")

    def kill(self) -> None:
        """As a power failure would, but for the disk's cache."""
        if self.up:
            self.expected_end = True
            self.process.send_signal(signal.SIGKILL)

    async def stop(self) -> None:
        """In good order."""
        if not self.up:
            return
        self.expected_end = True
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(20):
                status = await self.process.wait()
        except TimeoutError:
            self.process.kill()
            self.seen.problems.append(f"v{self.number} did not stop within 20 s of SIGTERM")
            return
        if status != 0:
            self.seen.problems.append(f"v{self.number} stopped with {status}")
        self.seen.events["stopped in good order"] += 1
        if time.monotonic() - begun > 10:
            self.seen.problems.append(f"v{self.number} took {time.monotonic() - begun:.0f} s to stop")

    async def gone(self) -> None:
        if self.watcher is not None:
            await self.watcher

    def limit_files(self, full: bool) -> None:
        """Its disk is full: no file can be written any more."""
        if self.up:
            soft = 0 if full else resource.RLIM_INFINITY
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))

    async def ready(self) -> bool:
        """What it says of itself on its page, where it has one."""
        if not self.setting.programs.validator.is_file():
            return True
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.setting.pages[self.number])
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            answer = await asyncio.wait_for(reader.read(), 5)
            writer.close()
        except (OSError, TimeoutError):
            return False
        return answer.startswith(b"HTTP/1.1 200 ")


async def make_setting(
    programs: Programs, folder: Path, count: int, miners: int, block_ms: int, tempo: int, exchange_ms: int, seed: int
) -> Setting:
    """Keys and a genesis."""
    folder.mkdir(parents=True)
    hotkeys = []
    for name in [*(f"v{i}" for i in range(count)), *(f"m{i}" for i in range(miners))]:
        _, text = await programs.run(
            programs.keys, "key", "new", "--path", folder / "wallets", "--wallet", f"faults/{name}", "--no-phrase",
            "--json",
        )  # fmt: skip
        hotkeys.append(json.loads(text)["address"])
    members = []
    for i, hotkey in enumerate(hotkeys):
        members += ["--validator", f"{hotkey}:1:1000"] if i < count else ["--miner", hotkey]
    genesis = folder / "subnet.genesis"
    await programs.run(
        programs.keys, "genesis", "new", *members, "--block-time", f"{block_ms}ms", "--set", f"tempo={tempo}",
        "--set", "emission_per_block=1 TAO", "--uids", "16", "--out", genesis,
    )  # fmt: skip
    ports = free_ports(3 * count)
    return Setting(
        programs, folder, genesis, hotkeys[:count], ports[:count], ports[count : 2 * count], ports[2 * count :],
        exchange_ms, seed,
    )  # fmt: skip


def say(text: str) -> None:
    print(text, flush=True)
    sys.stdout.flush()
