/** A section, figure or table of the paper that code and tests can stand for. */
export interface PaperPart {
  /** As comments and tests name it. */
  readonly name: string;
  readonly title: string;
  /** Why nothing stands for it, where that is meant. */
  readonly nothing?: string;
}

const COMPARISON = 'compares with other systems, which are not built here';

/** The paper's parts in its order. */
export const PAPER_PARTS: readonly PaperPart[] = [
  { name: '§1', title: 'Introduction', nothing: 'introduction' },
  { name: '§2.1', title: 'DBSS operation outline' },
  { name: 'Fig. 1', title: 'Flowchart of the DBSS' },
  { name: '§2.2', title: 'Configuration overview of the P2P method and of the ring-type DBSS' },
  { name: 'Fig. 2(b)', title: 'Ring-type DBSS' },
  { name: '§2.3', title: 'P2P method operation flow' },
  { name: 'Fig. 3', title: 'Flow of each management priority' },
  { name: '§2.4', title: 'Management file and management data' },
  { name: 'Fig. 4', title: 'Management files and management data' },
  { name: '§3.1', title: 'Management file sharing and recovery method for server functions' },
  { name: 'Fig. 6', title: 'Original server method' },
  { name: '§3.2', title: 'System start and synchronization' },
  { name: 'Fig. 7(a)', title: 'Executor system' },
  { name: 'Fig. 7(b)', title: 'Synchronization system' },
  { name: '§3.3', title: 'Virtual server creation method considering load status' },
  { name: '§4.1', title: 'Dual monitoring method' },
  { name: 'Fig. 9(b)', title: 'Internal monitoring' },
  { name: '§4.2', title: 'Processing procedure at the time of server failure and recovery' },
  { name: 'Fig. 10(a)', title: 'One server fails' },
  { name: 'Fig. 10(b)', title: 'Two servers fail at the same time' },
  { name: 'Fig. 10(c)', title: 'Three servers fail at the same time' },
  { name: 'Fig. 10(d)', title: 'The server fails that runs a virtual server' },
  { name: 'Fig. 11(a)', title: 'Only one of two failed servers is recovered' },
  { name: 'Fig. 11(b)', title: 'Then the other is recovered' },
  { name: '§4.3', title: 'Additional DBSS processing' },
  { name: 'Fig. 12', title: 'A1 to A6' },
  { name: '§5.1', title: 'Experimental system' },
  { name: 'Fig. 13', title: 'Experimental server system' },
  { name: 'Table 1', title: 'Specification, characteristics and setting parameters' },
  { name: '§5.2', title: 'Log files to record the operating status' },
  { name: 'Fig. 14', title: 'Log files' },
  { name: '§5.3', title: 'Experimental results in the case of target server failure' },
  { name: 'Table 2', title: 'Recovery times for one and two servers' },
  { name: 'Fig. 15', title: 'Recovery times for three servers at the same time' },
  { name: '§6', title: 'Comparison with general server management systems', nothing: COMPARISON },
  { name: '§7', title: 'Conclusions', nothing: 'conclusions' },
];

/** Whether a text refers to a part: `§2` is not in `§2.4`, nor `Fig. 1` in `Fig. 14`; a figure's `(a) and (b)`, or the figure alone, is in both. */
export function refersTo(text: string, { name }: PaperPart): boolean {
  const [, whole = name, letter] = /^(.*)\(([a-z])\)$/.exec(name) ?? [];
  const literal = whole.replaceAll('.', String.raw`\.`);
  const mentions = text.matchAll(new RegExp(`${literal}(?![\\d.]\\d|\\d)((?:\\([a-z]\\))?(?:(?:-| and |, )\\([a-z]\\))*)`, 'g'));
  return [...mentions].some(([, letters = '']) => letter === undefined || letters === '' || lettersIn(letters).includes(letter));
}

/** `(a)-(d)` is a, b, c and d. */
function lettersIn(letters: string): string[] {
  const named = [...letters.matchAll(/(-?)\(([a-z])\)/g)];
  return named.flatMap(([, dash, letter = ''], index) => {
    const before = named[index - 1]?.[2];
    if (dash !== '-' || before === undefined) return [letter];
    const count = letter.charCodeAt(0) - before.charCodeAt(0);
    return Array.from({ length: count }, (_, step) => String.fromCharCode(before.charCodeAt(0) + step + 1));
  });
}
