// Functions that look.mjs runs inside a page. Each must stand alone: only its own text is sent there.

export async function inspectContent() {
  const placeholder = new RegExp([
    '^\\W*$', // nothing a screen reader would say
    '^(an? |the )?(image|img|picture|photo|figure|fig|chart|graph|plot|diagram|alt|alt text|description|untitled)'
      + '\\W*\\d*\\W*$',
    'no description has been provided', // nbconvert's own stand-in
    'placeholder|todo|tbd|lorem ipsum',
    '^\\S+\\.(png|svg|jpe?g|gif|webp)$',
  ].join('|'), 'i');
  const images = [];
  for (const img of document.images) {
    img.loading = 'eager'; // a lazy image below the fold has no size yet
    await img.decode().catch(() => {});
    const alt = img.getAttribute('alt');
    const faults = [];
    if (img.naturalWidth === 0) faults.push('does not render');
    if (alt === null) faults.push('has no alt text');
    else if (placeholder.test(alt.trim())) faults.push(`has empty or placeholder alt text "${alt}"`);
    if (faults.length) images.push({ html: img.outerHTML.slice(0, 120), faults });
  }
  const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .map((el) => ({ level: Number(el.tagName[1]), text: el.textContent.trim() }));
  const skips = headings
    .map((heading, i) => ({ ...heading, after: i ? headings[i - 1].level : 0 }))
    .filter(({ level, after }) => level > after + 1)
    .map(({ level, after, text }) => `h${level} "${text}" follows ${after ? `h${after}` : 'nothing'}`);
  const ids = [...document.querySelectorAll('[id]')].map((el) => el.id);
  return {
    title: document.title,
    h1Count: headings.filter(({ level }) => level === 1).length,
    headingSkips: skips,
    imageFaults: images,
    duplicateIds: [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))],
    anchors: [...ids, ...[...document.querySelectorAll('a[name]')].map((el) => el.name)],
    links: [...document.querySelectorAll('a[href], area[href]')]
      .map((el) => ({ href: el.getAttribute('href').trim(), download: el.hasAttribute('download') })),
  };
}

/** What a printed first page should hold; run with print media, so that hidden parts stay out. */
export function inspectSummary() {
  const section = document.querySelector('section#summary');
  if (!section) return null;
  const selector = 'h1, h2, h3, h4, h5, h6';
  // textContent would miss text-transform and keep hidden text; innerText is what is printed.
  const printed = (el) => el.innerText.trim();
  const next = [...document.querySelectorAll(selector)].find((el) => !section.contains(el) && el.checkVisibility()
    && section.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING);
  const heading = section.querySelector(selector);
  return {
    heading: heading ? printed(heading) : '',
    lastWords: printed(section).split(/\s+/).slice(-4).join(' '),
    nextHeading: next ? printed(next) : '',
  };
}

export function inspectNarrow() {
  const root = document.documentElement;
  const edge = root.clientWidth + 1; // a pixel's grace for rounding
  const range = document.createRange();
  const textRight = (el) => Math.max(0, ...[...el.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
    .map((node) => { range.selectNodeContents(node); return range.getBoundingClientRect().right; }));
  const excused = (el) => {
    for (let up = el.parentElement; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      const scrolls = ['auto', 'scroll'].includes(style.overflowX);
      if (scrolls && up.hasAttribute('tabindex') && up.tabIndex >= 0) return true;
      // Text meant for screen readers only is clipped to a single pixel.
      if (style.overflowX !== 'visible' && up.clientWidth <= 1) return true;
    }
    return false;
  };
  const outside = [...document.body.querySelectorAll('*')].filter((el) => !el.closest('svg *')
    && Math.max(el.getBoundingClientRect().right, textRight(el)) > edge
    && getComputedStyle(el).clipPath !== 'inset(50%)' && el.clientWidth !== 1 && !excused(el));
  // The outermost element is the one to mend; those within it only repeat the finding.
  const culprits = outside.filter((el) => !outside.some((other) => other !== el && other.contains(el)));
  return {
    scrollWidth: root.scrollWidth,
    clientWidth: root.clientWidth,
    overflowing: culprits.slice(0, 10).map((el) => el.outerHTML.slice(0, 120)),
  };
}
