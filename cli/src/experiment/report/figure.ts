/** What a shape or a text is, for its colour. */
export type Tone = 'title' | 'text' | 'quiet' | 'fault' | 'foreground' | 'background' | 'ok' | 'failed' | 'grid';

/** A text with its middle line at `y`; it begins at `x`, or has its middle there. */
export interface PlacedText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly middle: boolean;
  readonly tone: Tone;
}

export interface PlacedLine {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly tone: Tone;
  readonly width: number;
  readonly dashed: boolean;
}

export interface PlacedRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly tone: Tone;
}

export interface PlacedDot {
  readonly x: number;
  readonly y: number;
  readonly tone: Tone;
}

/** A figure as shapes with coordinates in pixels; `leaders` are those lines that lead from a text to its moment. */
export interface FigureLayout {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly texts: readonly PlacedText[];
  readonly lines: readonly PlacedLine[];
  readonly leaders: readonly PlacedLine[];
  readonly rects: readonly PlacedRect[];
  readonly dots: readonly PlacedDot[];
}

/** A character of the monospaced fonts in use is 0.6 of its size wide; a little is added, so that no font breaks the promise. */
const CHARACTER = 0.62;

/** How wide a text is at most. */
export function widthOf(text: string, size: number): number {
  return Array.from(text).length * size * CHARACTER;
}

/** Collects shapes. */
export class Figure {
  readonly #title: string;
  readonly #width: number;
  readonly #texts: PlacedText[] = [];
  readonly #lines: PlacedLine[] = [];
  readonly #grid: PlacedLine[] = [];
  readonly #leaders: PlacedLine[] = [];
  readonly #rects: PlacedRect[] = [];
  readonly #dots: PlacedDot[] = [];

  constructor(title: string, width: number) {
    this.#title = title;
    this.#width = width;
  }

  text(text: Omit<PlacedText, 'middle'> & { readonly middle?: boolean }): void {
    this.#texts.push({ middle: false, ...text });
  }

  line(line: Omit<PlacedLine, 'dashed'> & { readonly dashed?: boolean }): void {
    this.#lines.push({ dashed: false, ...line });
  }

  grid(line: Pick<PlacedLine, 'x1' | 'y1' | 'x2' | 'y2'>): void {
    this.#grid.push({ ...line, tone: 'grid', width: 1, dashed: false });
  }

  leader(line: Omit<PlacedLine, 'width' | 'dashed'>): void {
    this.#leaders.push({ ...line, width: 1, dashed: false });
  }

  rect(rect: PlacedRect): void {
    this.#rects.push(rect);
  }

  dot(dot: PlacedDot): void {
    this.#dots.push(dot);
  }

  layout(height: number): FigureLayout {
    return {
      width: this.#width,
      height,
      title: this.#title,
      texts: this.#texts,
      lines: [...this.#grid, ...this.#lines],
      leaders: this.#leaders,
      rects: this.#rects,
      dots: this.#dots,
    };
  }
}
