import { Figure, type FigureLayout, type Tone, widthOf } from './figure.ts';
import { BREAK_WIDTH, placeOf, ticksOf, type TimeScale, timeScale } from './time-scale.ts';
import type { ServerTimeline, Timeline, TimelineSpan } from './timeline.ts';

const WIDTH = 1200;
const MARGIN = 24;
const LANE_TITLES = 96;
const TEXT = 11;
const SMALL = 9;
const ROW = 16;
const TITLE_HEIGHT = 44;
const CAPTION_HEIGHT = 26;
const AXIS_HEIGHT = 46;
const LABEL_GAP = 6;
const CLIENT_HEIGHT = 34;
const DISCONNECTION_HEIGHT = 30;
const SERVER_GAP = 22;
const TICK_DISTANCE = 34;

/**
 * Lay a timeline out: nothing leaves the figure, no text touches another one, and no line that leads to a moment crosses a text.
 */
export function layoutTimeline(timeline: Timeline): FigureLayout {
  const scale = scaleFor(timeline);
  const figure = new Figure(timeline.title, WIDTH);
  figure.text({ x: MARGIN, y: 24, text: timeline.title, size: 14, tone: 'title' });
  let y = TITLE_HEIGHT;
  const top = y;
  for (const server of timeline.servers) y = placeServer(figure, scale, server, y) + SERVER_GAP;
  placeAxis(figure, scale, top, y);
  return figure.layout(y + AXIS_HEIGHT);
}

/** Everything that is written beside a moment goes to the right: behind the last moment there must be room for it. */
function scaleFor({ servers }: Timeline): TimeScale {
  const moments_s = servers.flatMap(({ events, spans, disconnection }) => [
    ...events.map(({ at_s }) => at_s),
    ...spans.flatMap(({ from_s, to_s }) => [from_s, to_s]),
    ...(disconnection === undefined ? [] : [disconnection.from_s, disconnection.to_s]),
  ]);
  const texts = servers.flatMap(({ events, spans, disconnection }) => [
    ...events.map(labelOf),
    ...spans.map(({ text }) => text),
    disconnection?.text ?? '',
  ]);
  const trailing = Math.max(...texts.map((text) => widthOf(text, TEXT))) + 2 * LABEL_GAP;
  return timeScale(moments_s, { left: MARGIN + LANE_TITLES, right: WIDTH - MARGIN, trailing });
}

/** @returns where it ends */
function placeServer(figure: Figure, scale: TimeScale, server: ServerTimeline, top: number): number {
  figure.text({ x: MARGIN, y: top + 8, text: server.server, size: 13, tone: 'title' });
  figure.text({ x: MARGIN + LANE_TITLES, y: top + 8, text: server.caption, size: TEXT, tone: 'quiet' });
  const labels = placeLabels(scale, server);
  const rows = Math.max(1, ...labels.map(({ row }) => row + 1));
  const axis_y = top + CAPTION_HEIGHT + rows * ROW + 4;
  figure.text({ x: MARGIN, y: axis_y, text: 'system log', size: TEXT, tone: 'quiet' });
  drawTime(figure, scale, axis_y, 'quiet', 1.5);
  for (const { x, row, text, tone } of labels) {
    const y = axis_y - 12 - row * ROW;
    figure.leader({ x1: x, y1: y, x2: x, y2: axis_y, tone });
    figure.text({ x: x + LABEL_GAP / 2, y, text, size: TEXT, tone });
    figure.dot({ x, y: axis_y, tone });
  }
  let y = axis_y + 16;
  for (const span of server.spans) {
    drawSpan(figure, scale, span, y, 'foreground');
    y += ROW;
  }
  y += 10;
  placeAttempts(figure, scale, server, y);
  const disconnection_y = y + CLIENT_HEIGHT - 6;
  if (server.disconnection !== undefined) drawSpan(figure, scale, server.disconnection, disconnection_y, 'failed');
  return disconnection_y + DISCONNECTION_HEIGHT - ROW;
}

interface Label {
  readonly x: number;
  /** Counted from the axis upwards. */
  readonly row: number;
  readonly text: string;
  readonly tone: Tone;
}

/**
 * A label begins at its moment and reaches to the right. It lies above all labels of later moments that it reaches over, so that their leaders, which come
 * from below, end before it.
 */
function placeLabels(scale: TimeScale, { events }: ServerTimeline): readonly Label[] {
  const placed: Label[] = [];
  const known = events.flatMap((event) => {
    const x = placeOf(scale, event.at_s);
    return x === undefined ? [] : [{ x, text: labelOf(event), tone: event.kind }];
  });
  // Of two at one moment the one that was logged first lies above: later ones are placed first, from the axis upwards.
  for (const label of known.toSorted((a, b) => a.x - b.x).reverse()) {
    const end = label.x + LABEL_GAP + widthOf(label.text, TEXT);
    const under = placed.filter(({ x }) => x >= label.x && x <= end).map(({ row }) => row);
    placed.push({ ...label, row: Math.max(-1, ...under) + 1 });
  }
  return placed;
}

function labelOf({ at_s, text }: { readonly at_s: number; readonly text: string }): string {
  return `${at_s.toFixed(2)} ${text}`;
}

/** Each attempt as a bar, and OK or XX above it where there is room. */
function placeAttempts(figure: Figure, scale: TimeScale, { attempts }: ServerTimeline, top: number): void {
  figure.text({ x: MARGIN, y: top + 12, text: 'client', size: TEXT, tone: 'quiet' });
  let written = 0;
  for (const { from_s, to_s, ok } of attempts) {
    const segment = scale.segments.find((candidate) => from_s >= candidate.from_s && from_s <= candidate.to_s);
    const x = placeOf(scale, from_s);
    if (segment === undefined || x === undefined) continue;
    const end = Math.min(segment.right, x + Math.max(3, (to_s - from_s) * scale.pixels_per_s));
    const tone = ok ? 'ok' : 'failed';
    figure.rect({ x: Math.min(x, end - 1), y: top + 9, width: Math.max(1, end - x), height: 7, tone });
    const text = ok ? 'OK' : 'XX';
    const textEnd = x + widthOf(text, SMALL);
    if (x < written || textEnd > segment.right) continue;
    figure.text({ x, y: top + 2, text, size: SMALL, tone });
    written = textEnd + 2;
  }
}

/** A duration as a bar with its words behind it. Where time is left out the bar is dashed. */
function drawSpan(figure: Figure, scale: TimeScale, span: TimelineSpan, y: number, tone: Tone): void {
  const from = placeOf(scale, span.from_s);
  const to = placeOf(scale, span.to_s);
  if (from === undefined || to === undefined) return;
  for (const { left, right } of scale.segments) {
    const [x1, x2] = [Math.max(from, left), Math.min(to, right)];
    if (x1 < x2) figure.line({ x1, y1: y, x2, y2: y, tone, width: 3 });
  }
  for (const gap of breaksOf(scale))
    if (from < gap.left && to > gap.right) figure.line({ x1: gap.left, y1: y, x2: gap.right, y2: y, tone, width: 1, dashed: true });
  for (const x of [from, to]) figure.line({ x1: x, y1: y - 5, x2: x, y2: y + 5, tone, width: 1.5 });
  figure.text({ x: to + LABEL_GAP, y, text: span.text, size: TEXT, tone });
}

/** Where no time is shown. */
function breaksOf({ segments }: TimeScale): readonly { readonly left: number; readonly right: number }[] {
  return segments.slice(0, -1).map(({ right }) => ({ left: right, right: right + BREAK_WIDTH }));
}

function drawTime(figure: Figure, scale: TimeScale, y: number, tone: Tone, width: number): void {
  for (const { left, right } of scale.segments) figure.line({ x1: left, y1: y, x2: right, y2: y, tone, width });
  for (const { left, right } of breaksOf(scale)) figure.line({ x1: left, y1: y, x2: right, y2: y, tone, width: 1, dashed: true });
}

function placeAxis(figure: Figure, scale: TimeScale, top: number, y: number): void {
  drawTime(figure, scale, y, 'quiet', 1);
  for (const { second, x } of ticksOf(scale, TICK_DISTANCE)) {
    figure.grid({ x1: x, y1: top, x2: x, y2: y });
    const half = widthOf(String(second), TEXT) / 2;
    // A tick at the very edge is marked, and its neighbours say what it is.
    if (x - half >= MARGIN && x + half <= WIDTH - MARGIN)
      figure.text({ x, y: y + 12, text: String(second), size: TEXT, tone: 'quiet', middle: true });
  }
  const words = 'seconds after the failure; dashed: time left out';
  figure.text({ x: MARGIN + LANE_TITLES, y: y + 32, text: words, size: TEXT, tone: 'quiet' });
}
