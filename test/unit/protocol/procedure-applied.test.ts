import type { Outcome } from '@dbss/agent/protocol/events.ts';
import { procedureStatusOf } from '@dbss/agent/protocol/procedure/procedure-status.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';

test('an installation procedure that could not be applied here is told by the log and by the status, until one could', () => {
  const node = Node.running(['mail', 'ftp', 'web1'], 'ftp');
  const installs = (outcome: Outcome): void => {
    node.call('web1', { kind: 'create-virtual-server', target: 'mail' });
    node.settle('resume-standby', DONE);
    node.settle('install-procedure', outcome);
  };
  installs(FAILED);
  const line = 'Installation procedure of mail could not be applied in the standby here: no answer';
  expect(node.logs()).toContain(line);
  expect(procedureStatusOf(node.state).troubles).toEqual([line]);
  node.settle('reset-standby', DONE);
  installs(DONE);
  expect(procedureStatusOf(node.state).troubles).toEqual([]);
});
