// node look.mjs SITE_FOLDER [--pdf DIR]: opens every page below the folder in Chromium and prints what
// it finds as one JSON document. It judges nothing; test_pages_in_chromium.py does.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inspectContent, inspectNarrow, inspectSummary } from './in_page.mjs';
import { launch } from './browser.mjs';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_OPTIONS = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  preload: false, // axe would otherwise fetch style sheets itself
};
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 800 }; // WCAG 1.4.10 Reflow: 1280 px at 400 % zoom

const { values, positionals } = parseArgs({ options: { pdf: { type: 'string' } }, allowPositionals: true });
if (positionals.length !== 1 || !fs.existsSync(positionals[0])) {
  console.error('usage: node look.mjs SITE_FOLDER [--pdf DIR]');
  process.exit(2);
}
const site = fs.realpathSync(positionals[0]);

async function runAxe(page, width) {
  const results = await page.evaluate((options) => window.axe.run(document, options), AXE_OPTIONS);
  return {
    violations: results.violations.map(({ id, impact, help, nodes }) => ({
      width, id, impact, help, count: nodes.length, html: nodes.slice(0, 3).map((node) => node.html),
    })),
    incomplete: results.incomplete.map(({ id }) => id),
  };
}

async function print(page, relative) {
  const pdf = await page.pdf({ tagged: true, outline: true, format: 'A4' });
  if (values.pdf) {
    const target = path.join(values.pdf, relative.replace(/\.html$/, '.pdf'));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, pdf);
  }
  // Chromium leaves page objects uncompressed, so they can be counted without a PDF library.
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

async function look(browser, relative) {
  const url = pathToFileURL(path.join(site, relative)).href;
  const context = await browser.newContext({ offline: true, viewport: WIDE });
  const page = await context.newPage();
  const requests = new Set();
  const errors = [];
  const note = (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) requests.add(request.url());
  };
  page.on('request', note);
  page.on('requestfailed', note);
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  // Init scripts and evaluate() come through the debugger, which the page's policy does not govern: the
  // policy stays in force for the page while we look, so no bypassCSP is needed.
  await page.addInitScript(() => {
    window.cspViolations = [];
    document.addEventListener('securitypolicyviolation', (event) => window.cspViolations.push(
      `${event.effectiveDirective} blocked ${event.blockedURI || 'inline'} ${event.sample}`.trim()));
  });
  await page.goto(url);

  const content = await page.evaluate(inspectContent);
  await page.emulateMedia({ media: 'print' });
  const summary = await page.evaluate(inspectSummary);
  await page.emulateMedia({ media: null }); // not 'screen', which page.pdf() would obey
  const pdfPages = await print(page, relative);
  // From here on the page is altered: closed <details> are opened so that nothing hides in them.
  await page.evaluate(() => document.querySelectorAll('details').forEach((el) => { el.open = true; }));
  await page.setViewportSize(NARROW);
  const narrow = await page.evaluate(inspectNarrow);
  const cspViolations = await page.evaluate(() => window.cspViolations);
  // Copied before axe runs, so that nothing axe does is held against the page.
  const found = { requests: [...requests].sort(), errors: [...errors], cspViolations };

  await page.evaluate(AXE);
  // At both widths: a table that scrolls only when narrow must be reachable by keyboard only then.
  const axeNarrow = await runAxe(page, NARROW.width);
  await page.setViewportSize(WIDE);
  const axeWide = await runAxe(page, WIDE.width);
  await context.close();
  return {
    path: relative,
    axeViolations: [...axeWide.violations, ...axeNarrow.violations],
    axeIncomplete: [...new Set([...axeWide.incomplete, ...axeNarrow.incomplete])].sort(),
    ...found, ...content, narrow, summary, pdfPages,
  };
}

/** Why a link leads nowhere, or null. Links to other sites are not followed: the check runs offline. */
function linkFault({ href, download }, page, idsByPath) {
  if (/^(https?|mailto|tel):/i.test(href) || (download && href.startsWith('data:'))) return null;
  let target, fragment;
  try {
    const url = new URL(href, pathToFileURL(path.join(site, page.path)));
    if (url.protocol !== 'file:') return `uses ${url.protocol}`;
    target = path.relative(site, fileURLToPath(url));
    fragment = decodeURIComponent(url.hash.slice(1));
  } catch {
    return 'is not a valid address';
  }
  if (target.startsWith('..')) return 'leaves the site folder';
  // A folder would show its index.html on a web server but a file listing when opened from disk.
  if (!fs.statSync(path.join(site, target), { throwIfNoEntry: false })?.isFile()) return 'is not a file';
  if (fragment && fragment !== 'top' && !(idsByPath.get(target)?.has(fragment))) return 'has no such anchor';
  return null;
}

const htmlFiles = fs.readdirSync(site, { recursive: true }).filter((name) => name.endsWith('.html')).sort();
const pages = [];
const browser = await launch();
try {
  for (const relative of htmlFiles) pages.push(await look(browser, relative));
} finally {
  await browser.close();
}
const idsByPath = new Map(pages.map((page) => [page.path, new Set(page.anchors)]));
for (const page of pages) {
  page.brokenLinks = page.links
    .map((link) => ({ href: link.href, fault: linkFault(link, page, idsByPath) }))
    .filter(({ fault }) => fault);
}
// What served only the link check is left out, to keep the output short.
console.log(JSON.stringify({ pages: pages.map(({ links, anchors, ...rest }) => rest) }, null, 2));
