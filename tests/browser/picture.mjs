// node picture.mjs PAGE.html OUT.png [WIDTH]: a full-page screenshot, for a person to look at.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './browser.mjs';

const [html, png, width = '1280'] = process.argv.slice(2);
if (!html || !png || !(Number(width) > 0)) {
  console.error('usage: node picture.mjs PAGE.html OUT.png [WIDTH]');
  process.exit(2);
}
const browser = await launch();
try {
  const page = await browser.newPage({ offline: true, viewport: { width: Number(width), height: 800 } });
  await page.goto(pathToFileURL(path.resolve(html)).href);
  await page.screenshot({ path: png, fullPage: true });
} finally {
  await browser.close();
}
