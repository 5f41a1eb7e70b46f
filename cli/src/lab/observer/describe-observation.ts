import { clockTime } from '../client/access-log.ts';
import type { Observation } from './observation.ts';

/** An observation as lines for a person. */
export function describeObservation(observation: Observation): readonly string[] {
  switch (observation.kind) {
    case 'watching':
      return [`${clockTime(observation.at_ms)} watching`];
    case 'answered': {
      const { what, server, by, from_ms, to_ms, answers } = observation;
      return [`${clockTime(from_ms)}-${clockTime(to_ms)} ${server}: ${by} answered ${answers} times (${what})`];
    }
    case 'double':
      return [`${clockTime(observation.at_ms)} ${observation.server}: TWO ANSWERS, from ${observation.by.join(' and ')}`];
    case 'unreachable': {
      const { server, from_ms, to_ms } = observation;
      if (to_ms === null) return [`${clockTime(from_ms)} ${server}: unreachable since then`];
      return [`${clockTime(from_ms)}-${clockTime(to_ms)} ${server}: unreachable for ${((to_ms - from_ms) / 1000).toFixed(2)} s`];
    }
    case 'summary': {
      const { rounds, leftOut, late_ms, longestPause_ms, framesLost, addresses } = observation;
      return [
        ...addresses.map(
          ({ server, doubles, handovers, unreachable_ms }) =>
            `${server}: ${doubles} double answers, ${handovers} late answers at a handover, unreachable for ${(unreachable_ms / 1000).toFixed(2)} s`,
        ),
        `${rounds} rounds (${leftOut} left out), late by ${late_ms.median} ms (median), ${late_ms.p99} ms (99 of 100), ${late_ms.max} ms (most); longest pause ${longestPause_ms} ms; ${framesLost} frames lost`,
      ];
    }
  }
}
