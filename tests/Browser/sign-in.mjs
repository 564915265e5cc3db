// Signs in with Chromium as a person does, and writes what the browser showed as one line of JSON.
//   node sign-in.mjs CHROMIUM SCENARIO ADDRESS [SCREENSHOT]
// Scenarios: follow; spare (the browser has a spare connection open); other-state (an answer of another sign-in comes first);
// closed (the first window is closed before anything was answered). SCREENSHOT is a path without an extension: the last page in light and dark.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [executablePath, scenario, address, screenshot] = process.argv.slice(2);
const profile = await mkdtemp(join(tmpdir(), 'modelsigning-browser-'));
const callback = new URL(new URL(address).searchParams.get('redirect_uri'));
const shown = [], requests = [];
let browser;
try {
    browser = await chromium.launchPersistentContext(profile, {
        executablePath,
        headless: true,
        // The sign-in's own time limit is the only clock: when it is over, its address is closed and the page fails.
        timeout: 0,
        viewport: { width: 900, height: 600 },
        args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync'],
    });
    browser.setDefaultTimeout(0);
    browser.on('request', request => requests.push(request.url()));
    let page = await browser.newPage();
    const look = async () => shown.push({ title: await page.title(), text: await page.innerText('body') });
    if (scenario === 'spare') {
        const connected = page.waitForEvent('load');
        await page.setContent(`<link rel="preconnect" href="${callback.origin}"><p>A page of the provider</p>`, { waitUntil: 'load' });
        await connected;
    } else if (scenario === 'other-state') {
        await page.goto(`${callback}?code=stolen&state=of-another-sign-in`);
        await look();
    } else if (scenario === 'closed') {
        await page.goto(`${callback}?code=stolen&state=of-another-sign-in`, { waitUntil: 'commit' });
        await page.close();
        page = await browser.newPage();
    }

    await page.goto(address, { waitUntil: 'load' });
    await look();
    if (screenshot) {
        for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            await page.screenshot({ path: `${screenshot}-${colorScheme}.png` });
        }
    }

    console.log(JSON.stringify({ shown, elsewhere: requests.filter(url => !['127.0.0.1', 'localhost'].includes(new URL(url).hostname) && !/^(data|about):/.test(url)) }));
} finally {
    await browser?.close();
    await rm(profile, { recursive: true, force: true });
}
