export { abnormalities, favouring, missingHeartbeats, ringInMidInterval, SIX } from '../../cli/src/simulator/normal.ts';
