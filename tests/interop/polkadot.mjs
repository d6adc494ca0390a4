// SPDX-License-Identifier: MIT
// polkadot-js against this library: each verifies the other's signatures, both derive the same keys
// and write the same addresses, and we open what it exports.
//
//   node polkadot.mjs INTEROP_PEER FOLDER-WITH-NODE_MODULES [SEED]
//
// Prints a table; exit status 1 if anything differs. scripts/interop-peers sets up the folder.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [program, folder, seed = String(Math.floor(Math.random() * 1e9))] = process.argv.slice(2);
const require = createRequire(resolve(folder, 'package.json'));
const { Keyring } = require('@polkadot/keyring');
const crypto = require('@polkadot/util-crypto');

const SCHEMES = ['sr25519', 'ed25519'];
const SIGNATURES = 300, URIS = 200, ADDRESSES = 300;
const verifiers = { sr25519: crypto.sr25519Verify, ed25519: crypto.ed25519Verify };

// Our side: one question a line, answered in order.
const peer = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();

async function ask(what, line) {
  peer.stdin.write(`${JSON.stringify({ do: what, ...line })}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error(`interop_peer ended at ${what}`);
  return JSON.parse(value);
}

// Reproducible random numbers: the hash of a counter.
let counter = 0;
function random(size) {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 64) {
    bytes.set(crypto.blake2AsU8a(`${seed}.${counter++}`, 512).subarray(0, size - at), at);
  }
  return bytes;
}
const below = (n) => Buffer.from(random(4)).readUInt32LE() % n;
const pick = (list) => list[below(list.length)];
const hex = (bytes) => Buffer.from(bytes).toString('hex');

const wrong = [];
let count;

function check(ours, good, what) {
  const row = count[ours ? 'ours' : 'theirs'];
  row.all += 1;
  if (good) row.good += 1;
  else wrong.push(`${ours ? 'ours to theirs' : 'theirs to ours'}: ${JSON.stringify(what)}`);
}

const cells = (first, ...rest) => console.log(first.padEnd(42) + rest.map((c, i) => c.padStart(i === 2 ? 9 : 16)).join(''));

async function row(name, fill) {
  count = { ours: { good: 0, all: 0 }, theirs: { good: 0, all: 0 } };
  const began = performance.now();
  await fill();
  const cell = ({ good, all }) => (all ? `${good.toLocaleString('en')} of ${all.toLocaleString('en')}` : '');
  cells(name, cell(count.ours), cell(count.theirs), ((performance.now() - began) / 1000).toFixed(1));
}

/** Their key of a URI. */
const keyOf = (scheme, uri) => new Keyring({ type: scheme, ss58Format: 42 }).createFromUri(uri);

/** A path that the scheme has: ed25519 has no soft junctions. */
function randomPath(scheme) {
  let path = '';
  for (let i = below(4); i > 0; i--) {
    const name = pick([String(below(1e9)), hex(random(3)), 'Alice', 'a name of more than thirty-two bytes in all', '2nd']);
    path += (scheme === 'sr25519' && below(2) ? '/' : '//') + name;
  }
  return path + (below(3) ? '' : `///${hex(random(5))}`);
}

/** Whether a signature holds; they throw where bytes are no point or scalar. */
function holds(scheme, message, signature, key) {
  try {
    return verifiers[scheme](message, signature, key);
  } catch {
    return false;
  }
}

async function signatures(scheme) {
  for (let i = 0; i < SIGNATURES; i++) {
    const uri = `//interop//${below(20)}`, message = random(below(400));
    const key = keyOf(scheme, uri), made = await ask('sign', { key: uri, scheme, message: hex(message) });
    const signature = Buffer.from(made.signature, 'hex'), other = Buffer.from(signature);
    other[below(64)] ^= 1 << below(8);
    const good = made.address === key.address && holds(scheme, message, signature, key.publicKey);
    check(true, good && !holds(scheme, message, other, key.publicKey), { uri, scheme, message: hex(message) });

    const theirs = key.sign(message), spoilt = Uint8Array.from(theirs);
    spoilt[below(64)] ^= 1 << below(8);
    const asked = { scheme, address: key.address, message: hex(message) };
    const first = await ask('verify', { ...asked, signature: hex(theirs) });
    const second = await ask('verify', { ...asked, signature: hex(spoilt) });
    check(false, first.valid && !second.valid, asked);
  }
}

async function derivations() {
  for (let i = 0; i < URIS; i++) {
    const scheme = SCHEMES[i % 2], phrase = crypto.mnemonicGenerate(pick([12, 15, 18, 21, 24]));
    const path = randomPath(scheme);
    // They take the phrase of development for no other paths.
    const uri = pick([phrase, path.startsWith('//') ? '' : phrase, `0x${hex(random(32))}`]) + path;
    const here = await ask('derive', { key: uri, scheme });
    const there = keyOf(scheme, uri);
    check(true, here.public === hex(there.publicKey) && here.address === there.address, { uri, scheme, here });
  }
}

async function addresses() {
  for (let i = 0; i < ADDRESSES; i++) {
    const account = random(32), prefix = pick([42, 0, 2, 7, 13116, 63, 255]);
    const here = await ask('ss58', { public: hex(account), prefix });
    let back = '';
    try {
      back = hex(crypto.decodeAddress(here.address, false, prefix));
    } catch {
      // refused: not equal
    }
    check(true, back === hex(account), { account: hex(account), prefix, here });

    const text = crypto.encodeAddress(account, prefix), mistyped = text.slice(0, -1) + (text.endsWith('a') ? 'b' : 'a');
    const read = await ask('ss58', { address: text });
    const refused = await ask('ss58', { address: mistyped });
    check(false, read.public === hex(account) && read.prefix === prefix && !refused.ok, { text, read, refused });
  }
}

async function exported() {
  for (const scheme of SCHEMES) {
    const key = keyOf(scheme, `//interop//${hex(random(4))}`), password = `pass ${hex(random(4))}`;
    const json = JSON.stringify(key.toJson(password));
    const opened = await ask('open_export', { json, password });
    const refused = await ask('open_export', { json, password: `${password}!` });
    check(false, opened.address === key.address && !refused.ok, { scheme, opened, refused });
  }
}

await crypto.cryptoWaitReady();
const version = (name) => require(`@polkadot/${name}`).packageInfo.version;
console.log(`@polkadot/keyring ${version('keyring')}, util-crypto ${version('util-crypto')}, Node ${process.version}; seed ${seed}\n`);
cells('', 'ours to theirs', 'theirs to ours', 'seconds');
for (const scheme of SCHEMES) await row(`${scheme} signatures, good and spoilt`, () => signatures(scheme));
await row('derived keys, the same', derivations);
await row('addresses of seven prefixes', addresses);
await row('exports opened', exported);
peer.stdin.end();
for (const what of wrong.slice(0, 10)) console.log(`DIFFERS: ${what.slice(0, 2000)}`);
console.log(wrong.length ? `\n${wrong.length} differences` : '\nno difference');
process.exitCode = wrong.length ? 1 : 0;
