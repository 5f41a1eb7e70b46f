import { explore } from '../../explore/explore.ts';
import { SMALL } from '../../explore/scopes.ts';

test.each(SMALL.map((scope) => [scope.name, scope] as const))(
  'in every history within small bounds one machine at most holds: %s',
  (_, scope) => {
    const { complete, violation, trace, states } = explore(scope);
    expect({ violation, trace }).toEqual({ violation: undefined, trace: [] });
    expect(complete).toBe(true);
    expect(states).toBeGreaterThan(100);
  },
  300_000,
);
