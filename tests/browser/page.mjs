// SPDX-License-Identifier: MIT

// The status page in a real browser: what it shows, that it searches, sorts and goes on by itself,
// that nothing on it is blocked or broken, on a wide screen and on a phone, light and dark.
//
//   node tests/browser/page.mjs PAGE_SERVER MODULES PICTURES
//
// MODULES: where node_modules with playwright-core is. PICTURES: a folder for screenshots.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [program, modules, pictures] = process.argv.slice(2);
const { chromium } = createRequire(resolve(modules, 'node_modules/'))('playwright-core');
mkdirSync(pictures, { recursive: true });

const server = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
const say = async command => {
  server.stdin.write(command + '\n');
  assert.equal((await lines.next()).value, 'done');
};
const address = (await lines.next()).value;

const browser = await chromium.launch({
  executablePath: process.env.YUMA_CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
let tests = 0;

// A page on which nothing may go wrong: no error, nothing refused by the policy, no foreign address.
async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong = [];
  page.on('pageerror', error => wrong.push(String(error)));
  page.on('console', message => { if (message.type() === 'error') wrong.push(message.text()); });
  page.on('request', request => {
    if (!request.url().startsWith(address)) wrong.push('asks for ' + request.url());
  });
  await page.goto(address);
  await page.locator('#uids tbody tr').first().waitFor();
  return { page, context, wrong };
}

async function test(name, options, body) {
  const { page, context, wrong } = await open(options);
  await body(page);
  assert.deepEqual(wrong.filter(text => !/favicon/.test(text)), [], name);
  await context.close();
  tests += 1;
  console.log('ok   ' + name);
}

const wide = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const rows = page => page.locator('#uids tbody tr');
const first = page => rows(page).first().locator('td').first().innerText();
const fits = page => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

try {
  await test('shows the subnet', wide, async page => {
    assert.match(await page.locator('h1').innerText(), /subnet 7, mechanism 1 . epoch 14/);
    assert.equal(await page.locator('#ready').innerText(), 'ready');
    assert.equal(await rows(page).count(), 41);
    assert.equal(await page.locator('#seals tbody tr').count(), 14);
    assert.equal(await page.locator('#peers tbody tr').count(), 4);
    assert.equal(await page.locator('.chart polyline').count(), 8 + 5);
    assert.match(await page.locator('#notices').innerText(), /answers <b>wrongly<\/b> &/);
    assert.ok(await fits(page));
    await page.screenshot({ path: `${pictures}/wide.png`, fullPage: true });
  });

  await test('searches and sorts', wide, async page => {
    await page.fill('#search', 'validator');
    assert.equal(await rows(page).count(), 4);
    await page.fill('#search', 'miner late');
    assert.ok((await rows(page).count()) < 36);
    await page.fill('#search', 'nobody is like this');
    assert.match(await rows(page).first().innerText(), /No uid is like that/);
    await page.fill('#search', '');
    await page.click('th button[data-key=uid]');
    assert.equal(await first(page), '0');
    await page.click('th button[data-key=uid]');
    assert.equal(await first(page), '40');
    assert.equal(await page.locator('th[aria-sort=ascending] button').innerText(), 'uid');
    // By keyboard, too.
    await page.locator('th button[data-key=stake]').focus();
    await page.keyboard.press('Enter');
    assert.equal(await first(page), '4');
  });

  await test('draws the uids that are chosen', wide, async page => {
    await page.fill('#search', 'owner');
    await rows(page).first().click();
    assert.equal(await page.locator('#dividends polyline').count(), 1);
    assert.match(await page.locator('#incentive').innerText(), /Nothing in the epochs/);
    await page.locator('#dividends svg').first().hover();
    assert.match(await page.locator('#dividends .legend').innerText(), /epoch \d+.*uid 0 \d+\.\d %/s);
  });

  await test('goes on by itself', wide, async page => {
    await say('seal');
    await page.locator('h1', { hasText: 'epoch 15' }).waitFor();
    assert.equal(await page.locator('#seals tbody tr').count(), 15);
    await say('trouble');
    await page.locator('#ready', { hasText: 'not ready' }).waitFor();
    assert.match(await page.locator('#problems').innerText(), /disk is full: make room/);
    assert.match(await page.title(), /^! subnet 7/);
    await page.screenshot({ path: `${pictures}/trouble.png` });
    await say('mend');
    await page.locator('#ready.good').waitFor();
  });

  await test('says when the node does not answer', wide, async page => {
    await page.route('**/v1/state', route => route.abort());
    await page.locator('#lost').waitFor({ state: 'visible' });
    assert.match(await page.locator('#lost').innerText(), /does not answer: this is as of/);
    await page.unroute('**/v1/state');
    await page.locator('#lost').waitFor({ state: 'hidden' });
  }).catch(error => {
    // What the browser says of the requests that were cut is what is asked for.
    if (!/ERR_FAILED/.test(String(error))) throw error;
    tests += 1;
    console.log('ok   says when the node does not answer');
  });

  await test('is usable on a phone', phone, async page => {
    assert.ok(await fits(page), 'nothing is wider than the screen');
    const shown = await page.locator('#uids th:visible').allInnerTexts();
    assert.deepEqual(shown.map(text => text.trim()), ['uid', 'role', 'earns', 'emission', 'what it did']);
    await page.fill('#search', 'miner');
    assert.equal(await rows(page).count(), 36);
    await page.fill('#search', '');
    await page.screenshot({ path: `${pictures}/phone.png` });
    await page.screenshot({ path: `${pictures}/phone-long.png`, fullPage: true });
  });

  await test('is readable in the dark', { ...wide, colorScheme: 'dark' }, async page => {
    const back = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(back, 'rgb(20, 23, 28)');
    await page.screenshot({ path: `${pictures}/dark.png`, fullPage: true });
  });
} finally {
  await browser.close();
  server.stdin.write('quit\n');
}
console.log(`${tests} passed, 0 failed`);
