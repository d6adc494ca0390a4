#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The official Python SDK against this library: each signs what the other must take, tampers with it so that both must
refuse it for the same reason, and opens the wallets of the other.

  sdk.py INTEROP_PEER [FOLDER-OF-THE-EXAMPLES] [--seed N]

Prints a table; exit status 1 if anything differs. scripts/interop-peers sets up the Python it needs.
"""

from __future__ import annotations

import argparse
import http.client
import json
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bittensor as bt
import bittensor_core as core
from bittensor import http_auth
from bittensor.intents import weights as sdk_weights

SCHEMES = {"sr25519": core.CRYPTO_SR25519, "ed25519": core.CRYPTO_ED25519}
REQUESTS, ROUNDS, MESSAGES, VECTORS, CALLS = 1000, 10, 300, 2000, 20
PASSWORD, MESSAGE = "an interop pässword", b"is this the key?"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
SECOND = 1_000_000_000


class Ours:
    """The program interop_peer, one question a line."""

    def __init__(self, program: str) -> None:
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, do: str, **line: Any) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        print(json.dumps({"do": do, **line}), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"interop_peer ended at {do} {line}")
        return json.loads(answer)


class Table:
    """Counts what agreed, in both directions, and keeps what did not."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.counts = {True: [0, 0], False: [0, 0]}
        print(f"{'':42}{'ours to theirs':>16}{'theirs to ours':>16}{'seconds':>9}", flush=True)

    def check(self, ours: bool, good: bool, what: object) -> None:
        """One comparison; `ours`: we made it and they judged it."""
        self.counts[ours][0] += good
        self.counts[ours][1] += 1
        if not good:
            self.wrong.append(f"{'ours to theirs' if ours else 'theirs to ours'}: {what}")

    @contextmanager
    def row(self, name: str) -> Iterator[None]:
        self.counts = {True: [0, 0], False: [0, 0]}
        began = time.monotonic()
        yield
        cells = [f"{good:,} of {all_:,}" if all_ else "" for good, all_ in (self.counts[True], self.counts[False])]
        print(f"{name:42}{cells[0]:>16}{cells[1]:>16}{time.monotonic() - began:9.1f}", flush=True)


@dataclass
class Request:
    scheme: str
    method: str
    target: str
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)
    self_hotkey: str = ""
    bound: bool = True
    later_ns: int = SECOND // 1000  # when it arrives, after its nonce

    def with_header(self, name: str, change: Callable[[str], str | None]) -> Request:
        """A copy with one header changed, or without it."""
        changed = [(n, change(v) if n == name else v) for n, v in self.headers]
        return replace(self, headers=[(n, v) for n, v in changed if v is not None])

    def header(self, name: str) -> str:
        return dict(self.headers).get(name, "")


class Peers:
    def __init__(self, ours: Ours, rng: random.Random) -> None:
        self.ours, self.rng = ours, rng
        self.uris = [f"//interop//{i}" for i in range(6)]
        self.keys = {(s, u): core.Keypair.create_from_uri(u, c) for s, c in SCHEMES.items() for u in self.uris}
        self.ed25519 = [key.ss58_address for (scheme, _), key in self.keys.items() if scheme == "ed25519"]
        self.server, self.other = (core.Keypair.create_from_uri(u).ss58_address for u in ("//server", "//other"))
        self.store = http_auth.InMemoryNonceStore()

    def random_request(self) -> Request:
        rng = self.rng
        letters = "abcXYZ0129-._~!$&'()*+,;=:@/"
        path = "/" + "".join(rng.choice([*letters, "%20", "%2F", "%e2%98%83"]) for _ in range(rng.randrange(40))).lstrip("/")
        query = "?" + "".join(rng.choice([*letters, "%C3%A9", "?"]) for _ in range(rng.randrange(1, 30))) if rng.random() < .5 else ""
        target = rng.choices([path + query, "*", "http://203.0.113.7:8091" + path], [30, 1, 1])[0]
        method = rng.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "post", "Get", "PROPFIND"])
        size = rng.choice([0, 1, rng.randrange(200), rng.randrange(20_000)])
        return Request(rng.choice(list(SCHEMES)), method, target, rng.randbytes(size), self_hotkey=self.server, bound=rng.random() < .8)

    def signed(self, ours: bool, request: Request) -> Request:
        uri, receiver = self.rng.choice(self.uris), self.server if request.bound else None
        if ours:
            answer = self.ours.ask("sign_request", key=uri, scheme=request.scheme, method=request.method,
                                   target=request.target, body=request.body.hex(), **({"receiver": receiver} if receiver else {}))
            headers = answer.get("headers") or sys.exit(f"we cannot sign {request}: {answer}")
            return replace(request, headers=[(n, v) for n, v in headers])
        made = http_auth.sign(self.keys[request.scheme, uri], method=request.method, path=request.target,
                              body=request.body, receiver_ss58=receiver)
        return replace(request, headers=[*made.items()])

    def sdk_verdict(self, r: Request, now: int) -> str:
        class Headers:  # keeps what a dict would lose: a header given twice
            items = staticmethod(lambda: r.headers)
        try:
            caller = http_auth.verify(Headers, r.body, method=r.method, path=r.target, self_hotkey_ss58=r.self_hotkey,
                                      require_receiver=r.bound, nonce_store=self.store, now_ns=now)
        except http_auth.AuthError as error:
            return type(error).__name__
        return f"{caller.hotkey_ss58} {caller.nonce_ns} {caller.crypto_type}"

    def our_verdict(self, r: Request, now: int) -> str:
        answer = self.ours.ask("verify_request", headers=r.headers, body=r.body.hex(), method=r.method, target=r.target,
                               self_hotkey=r.self_hotkey, require_receiver=r.bound, now=str(now), ed25519=self.ed25519)
        return f"{answer['hotkey']} {answer['nonce']} {answer['crypto_type']}" if answer["ok"] else answer["error"]


def flipped(text: str, at: int) -> str:
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:]


HOTKEY, NONCE, SIGNATURE = "X-Bittensor-Hotkey", "X-Bittensor-Nonce", "X-Bittensor-Signature"
VERSION, CRYPTO, RECEIVER = "X-Bittensor-Version", "X-Bittensor-Crypto", "X-Bittensor-Receiver"


def tampered(peers: Peers) -> dict[str, tuple[str, Callable[[Request], Request]]]:
    """What is done to a good request, and why both must refuse it."""
    def without(name: str) -> Callable[[Request], Request]:
        return lambda r: r.with_header(name, lambda _: None)

    def header(name: str, change: Callable[[str], str]) -> Callable[[Request], Request]:
        return lambda r: r.with_header(name, change)

    def crypto(value: str) -> Callable[[Request], Request]:
        return lambda r: replace(r, headers=[h for h in r.headers if h[0] != CRYPTO] + [(CRYPTO, value)])

    def other_scheme(r: Request) -> Request:
        return crypto("ed25519")(r) if r.scheme == "sr25519" else without(CRYPTO)(r)

    def other_key(r: Request) -> Request:
        others = [k.ss58_address for (s, _), k in peers.keys.items() if s == r.scheme and k.ss58_address != r.header(HOTKEY)]
        return r.with_header(HOTKEY, lambda _: others[0])

    bad, malformed, receiver, stale = "BadSignature", "MalformedAuth", "WrongReceiver", "StaleRequest"
    return {
        "body longer": (bad, lambda r: replace(r, body=r.body + b"\n")),
        "method": (bad, lambda r: replace(r, method="TRACE")),
        "target": (bad, lambda r: replace(r, target=r.target + "x")),
        "nonce + 1": (bad, header(NONCE, lambda v: str(int(v) + 1))),
        "first half of the signature": (bad, header(SIGNATURE, lambda v: flipped(v, 10))),
        "second half of the signature": (bad, header(SIGNATURE, lambda v: flipped(v, 80))),
        "hotkey of another": (bad, other_key),
        "other scheme": (bad, other_scheme),
        "receiver replaced": (receiver, header(RECEIVER, lambda _: peers.other)),
        "at another server": (receiver, lambda r: replace(r, self_hotkey=peers.other)),
        "receiver removed": (receiver, without(RECEIVER)),
        "receiver removed, unbound taken": (bad, lambda r: replace(without(RECEIVER)(r), bound=False)),
        "11 s late": (stale, lambda r: replace(r, later_ns=11 * SECOND)),
        "10 s and 1 ns late": (stale, lambda r: replace(r, later_ns=10 * SECOND + 1)),
        "3 s early": (stale, lambda r: replace(r, later_ns=-3 * SECOND)),
        "no version": (malformed, without(VERSION)), "no hotkey": (malformed, without(HOTKEY)),
        "no nonce": (malformed, without(NONCE)), "no signature": (malformed, without(SIGNATURE)),
        "version 2": (malformed, header(VERSION, lambda _: "2")),
        "nonce in words": (malformed, header(NONCE, lambda _: "now")),
        "checksum of the hotkey": (malformed, header(HOTKEY, lambda v: v[:-1] + ("a" if v[-1] != "a" else "b"))),
        "signature too short": (malformed, header(SIGNATURE, lambda v: v[:-2])),
        "signature of other digits": (malformed, header(SIGNATURE, lambda v: v[:-1] + "g")),
        "unknown scheme": (malformed, crypto("ecdsa")),
    }


# Where this library is stricter by design: the SDK takes these, we call them malformed.
STRICTER: dict[str, Callable[[Request], Request]] = {
    "nonce with a plus": lambda r: r.with_header(NONCE, lambda v: "+" + v),
    "nonce with zeros in front": lambda r: r.with_header(NONCE, lambda v: "00" + v),
    "signature with a blank": lambda r: r.with_header(SIGNATURE, lambda v: v + " "),
    "receiver given twice": lambda r: replace(r, headers=[(RECEIVER, "x"), *r.headers]),
}


def requests(peers: Peers, table: Table) -> None:
    directions = True, False
    with table.row("signed requests accepted"):
        for _ in range(REQUESTS):
            for ours in directions:
                r = peers.signed(ours, peers.random_request())
                caller = f"{r.header(HOTKEY)} {r.header(NONCE)} {SCHEMES[r.scheme]}"
                now = time.time_ns()
                verdict = (peers.sdk_verdict if ours else peers.our_verdict)(r, now)
                again = (peers.sdk_verdict if ours else peers.our_verdict)(r, now)
                table.check(ours, (verdict, again) == (caller, "ReplayedRequest"), f"{r}: {verdict}, then {again}")

    def both(ours: bool, change: Callable[[Request], Request]) -> tuple[Request, str, str]:
        made = peers.signed(ours, replace(peers.random_request(), bound=True))
        r, now = change(made), int(made.header(NONCE))
        return r, peers.our_verdict(r, now + r.later_ns), peers.sdk_verdict(r, now + r.later_ns)

    kinds = tampered(peers)
    with table.row(f"{len(kinds)} ways to tamper, same reason"):
        for name, (reason, change) in kinds.items():
            for ours in directions * ROUNDS:
                r, here, there = both(ours, change)
                table.check(ours, here == there == reason, f"{name}: here {here}, there {there}: {r}")
    with table.row(f"{len(STRICTER)} that only we refuse"):
        for name, change in STRICTER.items():
            for ours in directions * ROUNDS:
                r, here, there = both(ours, change)
                good = here == "MalformedAuth" and there.startswith(r.header(HOTKEY))
                table.check(ours, good, f"{name}: here {here}, there {there}: {r}")


def keys(ours: Ours, table: Table, rng: random.Random) -> None:
    with table.row("signatures over random messages"):
        for i in range(MESSAGES):
            scheme = list(SCHEMES)[i % 2]
            uri, message = f"//{rng.randrange(10**6)}" + "/soft" * (i % 4 == 0), rng.randbytes(rng.randrange(300))
            key = core.Keypair.create_from_uri(uri, SCHEMES[scheme])
            made = ours.ask("sign", key=uri, scheme=scheme, message=message.hex())
            there = core.Keypair(made["address"], crypto_type=SCHEMES[scheme]).verify(message, bytes.fromhex(made["signature"]))
            table.check(True, there and made["address"] == key.ss58_address, (scheme, uri, message.hex()))
            here = ours.ask("verify", scheme=scheme, address=key.ss58_address, message=message.hex(),
                            signature=bytes(key.sign(message)).hex())
            table.check(False, here["valid"], (scheme, uri, message.hex()))


def weights(ours: Ours, table: Table, rng: random.Random) -> None:
    kinds: list[Callable[[], float]] = [rng.random, lambda: rng.lognormvariate(0, 5), lambda: float(rng.randrange(5)),
                                        lambda: rng.choice([0.0, 1e-300, 1e300, 0.5, -1.0])]
    with table.row("weight vectors, same u16 values"):
        for i in range(VECTORS):
            uids = rng.sample(range(65536), rng.choice([1, 2, 10, 256]))
            scores, limits = [kinds[i % 4]() for _ in uids], {}
            # Where the SDK cuts before it checks, it may take a negative score. We never do.
            if i % 3 == 0 and min(scores) >= 0:
                limits = {"own_uid": uids[0], "min_allowed_weights": rng.randrange(4), "max_weight_limit": rng.choice([65535, 30000])}
            try:
                rules = limits and sdk_weights._Preflight(limits["own_uid"], False, limits["min_allowed_weights"], limits["max_weight_limit"])
                there = sdk_weights._conform(uids, scores, rules, 1) if rules else sdk_weights.normalize(uids, scores)
            except bt.BittensorError:
                there = None
            answer = ours.ask("weights", uids=uids, weights=scores, **limits)
            here = (answer["uids"], answer["values"]) if answer["ok"] else None
            table.check(True, here == there, (uids, scores, limits, answer))


def wallets(ours: Ours, table: Table) -> None:
    """Wallets of each kind that is written: name -> coldkey and hotkey, each (scheme, what from, password or not)."""
    sr, ed, phrase = "sr25519", "ed25519", {"phrase": PHRASE}
    kinds: dict[str, list[tuple[str, dict[str, str], bool]]] = {
        "plain": [(sr, phrase, False), (sr, {"seed": "1f" * 32}, False)],
        "uri": [(sr, {"key": "//interop//cold"}, False), (sr, {"key": "//interop//hot"}, False)],
        "ed25519": [(ed, phrase, False), (ed, {"seed": "2e" * 32}, False)],
        "sealed": [(sr, {"seed": "3d" * 32}, True), (ed, phrase, True)],
    }
    with tempfile.TemporaryDirectory() as folder, table.row("wallets opened (each file)"):
        written = {True: Path(folder, "ours"), False: Path(folder, "theirs")}
        for name, parts in kinds.items():
            for by_us, below in written.items():
                wallet = bt.Wallet(name, "hk", path=str(below))
                files = [(wallet.coldkey_file, wallet.coldkeypub_file), (wallet.hotkey_file, wallet.hotkeypub_file)]
                for (scheme, source, seal), (file, pub) in zip(parts, files):
                    key = sdk_key(scheme, source)
                    if by_us:
                        answer = ours.ask("write_key", file=file.path, pub=pub.path, scheme=scheme, **source,
                                          **({"password": PASSWORD} if seal else {}))
                        opened = [answer["ok"] and open_with_sdk(f, p) for f, p in ((file, PASSWORD), (pub, None))]
                    else:
                        file.set_keypair(key, encrypt=seal, password=PASSWORD if seal else None)
                        pub.set_keypair(core.Keypair(key.ss58_address, crypto_type=key.crypto_type), encrypt=False)
                        opened = [open_with_ours(ours, f.path) for f in (file, pub)]
                    for found, secret in zip(opened, (True, False)):
                        table.check(by_us, found == (key.ss58_address, scheme, secret, 0o600), f"{name}, {file.path}: {found}")
        for below in written.values():
            there = [[n, list(h)] for n, h in bt.wallets.list_wallets(str(below)).items()]
            here = ours.ask("list", folder=str(below))["wallets"]
            table.check(below == written[True], here == there and len(here) == len(kinds), (here, there))


def sdk_key(scheme: str, source: dict[str, str]) -> Any:
    (kind, value), = source.items()
    if kind == "seed":
        return core.Keypair.create_from_seed(bytes.fromhex(value), SCHEMES[scheme])
    make = core.Keypair.create_from_mnemonic if kind == "phrase" else core.Keypair.create_from_uri
    return make(value, SCHEMES[scheme])


def open_with_sdk(file: Any, password: str | None) -> tuple[str, str, bool, int]:
    """Address, scheme, whether it signs as that address, mode."""
    key, mode = file.get_keypair(password), Path(file.path).stat().st_mode & 0o777
    try:
        secret = key.verify(MESSAGE, bytes(key.sign(MESSAGE)))
    except ValueError:
        secret = False
    return key.ss58_address, {c: s for s, c in SCHEMES.items()}[key.crypto_type], secret, mode


def open_with_ours(ours: Ours, path: str) -> tuple[str, str, bool, int] | str:
    answer = ours.ask("read_key", file=path, password=PASSWORD, message=MESSAGE.hex())
    if not answer["ok"]:
        return answer["message"]
    public = core.Keypair(answer["address"], crypto_type=SCHEMES[answer["scheme"]])
    secret = "signature" in answer and public.verify(MESSAGE, bytes.fromhex(answer["signature"]))
    return answer["address"], answer["scheme"], secret, answer["mode"]


def call_ours(port: int, hotkey: str, body: bytes, sent: bytes, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str]]:
    """The status of a request that the SDK signs over `body` and sends with `sent`, and its headers to send again."""
    key = core.Keypair.create_from_uri("//Alice")
    headers = headers or http_auth.sign(key, method="POST", path="/echo", body=body, receiver_ss58=hotkey)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/echo", sent, headers)
    status = connection.getresponse().status
    connection.close()
    return status, headers


def over_http(examples: Path, table: Table, rng: random.Random) -> None:
    """The example programs: our client at a server with the SDK, a client with the SDK at our server."""
    own = core.Keypair.create_from_uri("//Bob").ss58_address
    store = http_auth.InMemoryNonceStore()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                http_auth.verify(self.headers, body, method="POST", path=self.path, self_hotkey_ss58=own, nonce_store=store)
                status = 200
            except http_auth.AuthError:
                status = 401
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service = subprocess.Popen([examples / "btauth_service"], stdout=subprocess.PIPE, text=True)
    try:
        assert service.stdout
        hotkey, *_, port = service.stdout.readline().split()
        with table.row("calls over HTTP, each then sent again"):
            for _ in range(CALLS):
                text = str(rng.randrange(10**12))
                called = subprocess.run([examples / "btauth_call", "127.0.0.1", str(server.server_port), own, text],
                                        capture_output=True, text=True, timeout=60)
                statuses = [line.split()[1] for line in called.stdout.splitlines()]
                table.check(True, statuses == ["200", "401"], called)
                body = text.encode()
                good, headers = call_ours(int(port), hotkey, body, body)
                again, _ = call_ours(int(port), hotkey, body, body, headers)
                spoilt, _ = call_ours(int(port), hotkey, body, body + b"x")
                table.check(False, (good, again, spoilt) == (200, 401, 401), (text, good, again, spoilt))
    finally:
        service.terminate()
        service.wait()
        server.shutdown()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", help="the program interop_peer")
    parser.add_argument("examples", nargs="?", type=Path, help="where btauth_call and btauth_service are")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    args = parser.parse_args()
    print(f"bittensor {version('bittensor')}, bittensor-core {version('bittensor-core')}, "
          f"Python {platform.python_version()}; seed {args.seed}\n")
    ours, rng, table = Ours(args.peer), random.Random(args.seed), Table()
    requests(Peers(ours, rng), table)
    keys(ours, table, rng)
    weights(ours, table, rng)
    if args.examples:
        over_http(args.examples, table, rng)
    wallets(ours, table)
    for what in table.wrong[:10]:
        print(f"DIFFERS: {what[:2000]}")
    print(f"\n{len(table.wrong):,} differences" if table.wrong else "\nno difference")
    return 1 if table.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
