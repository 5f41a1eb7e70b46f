import { logLines } from '@dbss/agent/protocol/log-lines.ts';
import { layoutTimeline } from '../../../cli/src/experiment/report/timeline-layout.ts';
import { timelineOf } from '../../../cli/src/experiment/report/timeline.ts';
import { placeOf, ticksOf, timeScale } from '../../../cli/src/experiment/report/time-scale.ts';
import { type FigureLayout, type PlacedText, widthOf } from '../../../cli/src/experiment/report/figure.ts';
import { renderSvg } from '../../../cli/src/experiment/report/render-svg.ts';
import type { FailureRecord } from '../../../cli/src/experiment/run-record.ts';
import { failureRecord, logged } from './made-record.ts';

const RECORDS: Readonly<Record<string, FailureRecord>> = {
  'one server': failureRecord([{ server: 'ftp' }]),
  'three servers with one manager, recovered one after the other': failureRecord([
    { server: 'mail', manager: 'login', late_s: 0.2, back_s: 13.4 },
    { server: 'ftp', manager: 'login', back_s: 13 },
    { server: 'web1', manager: 'login', late_s: 9, back_s: 22 },
  ]),
  'a server that is never recovered': failureRecord([{ server: 'ftp', back_s: 500 }], { log: [] }),
  'two servers whose recoveries are hours apart': failureRecord([
    { server: 'ftp', back_s: 13 },
    { server: 'web1', late_s: 4000, back_s: 14 },
  ]),
};

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boxOf({ x, y, text, size, middle }: PlacedText): Box {
  const width = widthOf(text, size);
  const left = middle ? x - width / 2 : x;
  return { left, right: left + width, top: y - size / 2, bottom: y + size / 2 };
}

function layout(name: string): FigureLayout {
  return layoutTimeline(timelineOf(RECORDS[name] ?? failureRecord([]), name));
}

describe.each(Object.keys(RECORDS))('the timeline of %s', (name) => {
  test('has nothing outside the figure', () => {
    const { width, height, texts, lines, leaders, rects, dots } = layout(name);
    for (const box of texts.map(boxOf)) {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(width);
      expect(box.top).toBeGreaterThanOrEqual(0);
      expect(box.bottom).toBeLessThanOrEqual(height);
    }
    for (const { x1, x2, y1, y2 } of [...lines, ...leaders]) {
      expect(Math.min(x1, x2)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x1, x2)).toBeLessThanOrEqual(width);
      expect(Math.max(y1, y2)).toBeLessThanOrEqual(height);
    }
    for (const rect of rects) {
      expect(rect.width).toBeGreaterThan(0);
      expect(rect.x + rect.width).toBeLessThanOrEqual(width);
      expect(rect.y + rect.height).toBeLessThanOrEqual(height);
    }
    for (const { x, y } of dots) expect(x <= width && y <= height).toBe(true);
  });

  test('has no text that touches another one', () => {
    const boxes = layout(name).texts.map((text) => ({ text: text.text, ...boxOf(text) }));
    const touching = boxes.flatMap((one, index) =>
      boxes.slice(index + 1).flatMap((other) => {
        const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
        return apart ? [] : [`${one.text} | ${other.text}`];
      }),
    );
    expect(touching).toEqual([]);
  });

  test('has no line to a moment that crosses a text', () => {
    const { texts, leaders } = layout(name);
    const crossed = leaders.flatMap(({ x1, y1, y2 }) =>
      texts.filter((text) => {
        const box = boxOf(text);
        return x1 > box.left && x1 < box.right && Math.max(y1, y2) > box.top && Math.min(y1, y2) < box.bottom;
      }),
    );
    expect(crossed.map(({ text }) => text)).toEqual([]);
  });
});

test('the timeline tells what Fig. 14 tells: detection, reexamination, creation, address, up.file, return, and what the client lacked', () => {
  const texts = layout('one server').texts.map(({ text }) => text);
  expect(texts).toEqual(
    expect.arrayContaining([
      '0.00 plug pulled',
      '7.26 network problem detected',
      '9.34 reexamined: abnormal',
      '9.36 __ recovery job started',
      '9.41 creation started: ftpb@web2',
      '11.16 creation completed',
      '11.31 address set: function recovered',
      '59.77 __ stop condition: Wake-on-LAN',
      '88.12 __ started normally: up.file',
      '88.92 target server recovered',
      '90.14 flag file sent',
      'recovery of the server function 4.05 s',
      'recovery of the target server 81.66 s',
      'access disconnection 11.54 s',
      'OK',
      'XX',
    ]),
  );
});

test('a virtual server that was begun on one host and created on another is told with both', () => {
  const record = failureRecord([{ server: 'ftp' }]);
  const again = logged('mail', 10.1, logLines.creationStarted('DBSS_ftp_mail', 'ftpb', 'login', 90));
  const log = [...record.log, again].toSorted((a, b) => a.time_ms - b.time_ms);
  const texts = layoutTimeline(timelineOf({ ...record, log }, '')).texts.map(({ text }) => text);
  expect(texts.filter((text) => text.includes('creation started'))).toEqual(
    expect.arrayContaining(['9.41 creation started: ftpb@web2', '10.10 creation started: ftpb@login']),
  );
});

test('what is written lies where the time is: bars and dots agree with the scale', () => {
  const { dots, rects } = layout('one server');
  const [fault, detected] = dots.toSorted((a, b) => a.x - b.x);
  const failed = rects.filter(({ tone }) => tone === 'failed').map(({ x }) => x);
  const pixels_per_s = ((detected?.x ?? 0) - (fault?.x ?? 0)) / 7.26;
  expect((Math.min(...failed) - (fault?.x ?? 0)) / pixels_per_s).toBeCloseTo(1.36, 5);
});

test('time in which nothing happens is left out, and a moment in it has no place', () => {
  const scale = timeScale([0, 10, 100], { left: 0, right: 1000, trailing: 100 });
  expect(scale.segments.map(({ from_s, to_s }) => [from_s, Math.round(to_s)])).toEqual([
    [-1.5, 2],
    [8.5, 12],
    [98.5, expect.any(Number)],
  ]);
  expect(placeOf(scale, 50)).toBeUndefined();
  expect(placeOf(scale, 100)).toBeGreaterThan(placeOf(scale, 10) ?? Infinity);
});

test('moments that are close to one another are on one stretch of time', () => {
  expect(timeScale([0, 5, 9], { left: 0, right: 1000, trailing: 0 }).segments).toHaveLength(1);
});

test('marked seconds are no closer than asked for', () => {
  const scale = timeScale([0, 60], { left: 0, right: 1000, trailing: 0 });
  const xs = ticksOf(scale, 34).map(({ x }) => x);
  expect(xs.length).toBeGreaterThan(3);
  for (const [index, x] of xs.entries()) if (index > 0) expect(x - (xs[index - 1] ?? 0)).toBeGreaterThanOrEqual(34);
});

test('texts are texts in the SVG, what XML would take for its own is escaped, and a dark ground has its own colours', () => {
  const svg = renderSvg(layoutTimeline(timelineOf(failureRecord([{ server: 'ftp' }]), 'a < b & "c"')));
  expect(svg).toContain('<title id="title">a &lt; b &amp; &quot;c&quot;</title>');
  expect(svg).toContain('>7.26 network problem detected</text>');
  expect(svg).toContain('@media (prefers-color-scheme: dark)');
  expect(svg).not.toContain('NaN');
});
