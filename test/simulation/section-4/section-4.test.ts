import { partOf } from '../../soak/promises.ts';
import { testByTranscripts } from './golden-transcripts.ts';
import { SCENARIOS } from './scenarios.ts';

/** Golden transcripts of section 4. */
testByTranscripts(SCENARIOS, partOf('several', 0).promises);
