# SPDX-License-Identifier: MIT
"""What the ledgers hold in the end."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from subnet import Programs, Seen, Validator


@dataclass
class Held:
    """Of one ledger; its file is described in docs/ledger.md."""

    blocks: dict[int, str]  # id by epoch
    state: bytes  # the last
    epoch: int


def read_ledger(path: Path) -> Held:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT epoch, block_id FROM seals").fetchall()
        blocks = {int.from_bytes(epoch, "big"): block.hex() for epoch, block in rows}
        last, state = db.execute("SELECT epoch, state FROM states ORDER BY epoch DESC LIMIT 1").fetchone()
    return Held(blocks, state, int.from_bytes(last, "big"))


async def check_ledgers(programs: Programs, validators: list[Validator], seen: Seen, first: int = 1) -> dict[str, int]:
    """All honest ledgers are equal, pass their audit, and hold all that was ever reported as sealed. Wrong things go to
    `seen.problems`; gives what an audit counts."""
    honest = [v for v in validators if not v.liar]
    held = {v.number: read_ledger(v.ledger) for v in honest}
    problems = seen.problems
    last = {number: h.epoch for number, h in held.items()}
    if len(set(last.values())) != 1:
        problems.append(f"the ledgers end at different epochs: {last}")
    for epoch in range(first, max(last.values()) + 1):
        blocks = {number: h.blocks.get(epoch) for number, h in held.items()}
        if len(set(blocks.values())) != 1:
            problems.append(f"the ledgers differ about epoch {epoch}: {blocks}")
    if len({h.state for h in held.values()}) != 1:
        problems.append("the last states differ")
    counts: dict[str, int] = {}
    for v in honest:
        status, text = await programs.run(programs.lab, "audit", v.ledger, "--json", may_fail=True)
        if status != 0:
            problems.append(f"the audit of {v.ledger} failed: {text}")
            continue
        counts = {key: value for key, value in json.loads(text).items() if isinstance(value, int)}
        counts["audits"] = len(honest)
    # Nothing that was sealed is lost.
    for epoch, roots in seen.sealed.items():
        for number, h in held.items():
            if epoch not in h.blocks:
                problems.append(f"epoch {epoch}, sealed by {sorted(roots)}, is not in the ledger of v{number}")
    return counts
