/** What the observer is to look at, given to it as one line of JSON on its standard input. */
export interface ObserverTask {
  /** Interfaces on which is asked; connections are asked for on the first. */
  readonly interfaces: readonly string[];
  /** This machine's address on the first interface. */
  readonly source: string;
  readonly targets: readonly ObservedAddress[];
  /** Names of machines by MAC address; a machine with several of them is one answerer. */
  readonly machines: Readonly<Record<string, string>>;
  /** From the start of a round of questions to the start of the next. */
  readonly every_ms: number;
  /** It ends by itself after so long. */
  readonly duration_ms: number;
}

export interface ObservedAddress {
  /** Server whose virtual IP address it is. */
  readonly server: string;
  readonly address: string;
  readonly port: number;
}

/** What the observer says, one line of JSON each. Times are Unix times in milliseconds. */
export type Observation = Watching | AnswerInterval | DoubleAnswer | Unreachable | ObserverSummary;

/** From now on nothing escapes it. */
export interface Watching {
  readonly kind: 'watching';
  readonly at_ms: number;
}

/** From somebody's first to its last answer for an address in a row. */
export interface AnswerInterval {
  readonly kind: 'answered';
  readonly what: AnswerKind;
  readonly server: string;
  readonly by: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly answers: number;
}

export type AnswerKind = 'arp' | 'tcp';

/** A round in which two machines answered for one address. */
export interface DoubleAnswer {
  readonly kind: 'double';
  readonly server: string;
  readonly round: number;
  readonly at_ms: number;
  readonly by: readonly string[];
}

/** Nobody accepted a connection: from the first question without an answer to the next with one; null when there was none until the end. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly server: string;
  readonly from_ms: number;
  readonly to_ms: number | null;
}

export interface ObserverSummary {
  readonly kind: 'summary';
  readonly rounds: number;
  /** Rounds left out because the one before them began too late. */
  readonly leftOut: number;
  /** How late rounds began, and the longest time between two. */
  readonly late_ms: { readonly median: number; readonly p99: number; readonly max: number };
  readonly longestPause_ms: number;
  /** Frames that the kernel could not keep for the observer: with any, what it counted is too little. */
  readonly framesLost: number;
  readonly addresses: readonly AddressSummary[];
}

export interface AddressSummary {
  readonly server: string;
  /** Rounds in which two machines answered. */
  readonly doubles: number;
  /** Rounds in which a second machine answered so late that it may have got the address from the first meanwhile. */
  readonly handovers: number;
  readonly unreachable_ms: number;
}
