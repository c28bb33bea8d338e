// Starts Chromium the same way for look.mjs and picture.mjs.
import { chromium } from 'playwright-core';

export const launch = () => chromium.launch({
  // playwright-core brings no browser of its own: the system's Chromium is what readers have.
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: [
    '--no-sandbox', // containers and CI runners seldom allow the sandbox; only our own files are opened
    '--disable-gpu',
    // The browser's own errands would blur the question "does a page reach for the network?".
    '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});
