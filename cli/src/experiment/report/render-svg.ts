import type { FigureLayout, PlacedLine, PlacedText, Tone } from './figure.ts';

/** Colours on a light and on a dark ground; each pair has a contrast of at least 4.5 to its ground where it is read. */
const COLOURS: Readonly<Record<Tone | 'ground', readonly [light: string, dark: string]>> = {
  ground: ['#ffffff', '#0d1117'],
  title: ['#1f2328', '#f0f6fc'],
  text: ['#1f2328', '#f0f6fc'],
  quiet: ['#59636e', '#9198a1'],
  fault: ['#a40e26', '#ff7b72'],
  foreground: ['#0550ae', '#79c0ff'],
  background: ['#6639ba', '#d2a8ff'],
  ok: ['#116329', '#7ee787'],
  failed: ['#a40e26', '#ff7b72'],
  grid: ['#e4e8ec', '#21262d'],
};

/** A figure as a text of SVG: its texts are texts, its colours follow the reader's scheme. */
export function renderSvg({ width, height, title, texts, lines, leaders, rects, dots }: FigureLayout): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${px(height)}" width="${width}" height="${px(height)}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(title)}</title>`,
    `<style>`,
    ...rules(0),
    `@media (prefers-color-scheme: dark) {`,
    ...rules(1),
    `}`,
    `text { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; dominant-baseline: central }`,
    `</style>`,
    `<rect class="ground" width="${width}" height="${px(height)}" rx="6"/>`,
    ...lines.map(renderLine),
    ...leaders.map(renderLine),
    ...rects.map(
      (rect) =>
        `<rect class="${rect.tone}" x="${px(rect.x)}" y="${px(rect.y)}" width="${px(rect.width)}" height="${px(rect.height)}" rx="1.5"/>`,
    ),
    ...dots.map(({ x, y, tone }) => `<circle class="${tone}" cx="${px(x)}" cy="${px(y)}" r="3.5"/>`),
    ...texts.map(renderText),
    `</svg>`,
    ``,
  ].join('\n');
}

function rules(scheme: 0 | 1): readonly string[] {
  return Object.entries(COLOURS).map(
    ([tone, colours]) => `.${tone} { fill: ${colours[scheme]}; stroke: none } line.${tone} { stroke: ${colours[scheme]} }`,
  );
}

function renderLine({ x1, y1, x2, y2, tone, width, dashed }: PlacedLine): string {
  const dashes = dashed ? ' stroke-dasharray="3 4"' : '';
  return `<line class="${tone}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke-width="${width}"${dashes}/>`;
}

function renderText({ x, y, text, size, middle, tone }: PlacedText): string {
  const weight = tone === 'title' ? ' font-weight="600"' : '';
  const anchor = middle ? ' text-anchor="middle"' : '';
  return `<text class="${tone}" x="${px(x)}" y="${px(y)}" font-size="${size}"${weight}${anchor}>${escaped(text)}</text>`;
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
