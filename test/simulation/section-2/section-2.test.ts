import { partOf } from '../../soak/promises.ts';
import { testByTranscripts } from '../section-4/golden-transcripts.ts';
import { DEDICATED, P2P } from './scenarios.ts';

/** Golden transcripts of the methods that section 2 compares with the ring. */
describe('P2P (§2.2, §2.3)', () => testByTranscripts(P2P, partOf('p2p', 0).promises));
describe('dedicated (§2.1)', () => testByTranscripts(DEDICATED, partOf('several', 0).promises));
