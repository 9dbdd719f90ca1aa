// Opens the hub's page in a browser without a window: does it show calls, and does it ask anybody but the hub? Prints
// {requests: [url], violations: [text], errors: [text], text}. SCREENSHOT may name a file to leave a picture in.
import { chromium } from 'playwright-core';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  const requests = [];
  const violations = [];
  const errors = [];
  page.on('request', request => requests.push(request.url()));
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => {
    if (/Content Security Policy|Content-Security-Policy/i.test(message.text())) {
      violations.push(message.text());
    }
  });
  await page.goto(`${process.env.HUB}/docs`, { waitUntil: 'networkidle' });
  await page.getByText(process.env.AWAIT).first().waitFor({ timeout: 60_000 });
  if (process.env.SCREENSHOT) {
    await page.screenshot({ path: process.env.SCREENSHOT });
  }
  const text = await page.locator('body').innerText();
  console.log(JSON.stringify({ requests, violations, errors, text: text.slice(0, 20_000) }));
} finally {
  await browser.close();
}
