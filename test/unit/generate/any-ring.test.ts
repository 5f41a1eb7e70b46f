import fc from 'fast-check';
import { checkAgentConfiguration } from '@dbss/agent/configuration/read-agent-configuration.ts';
import { parseManagementData } from '@dbss/agent/protocol/management-files/management-data.ts';
import { parseOperation } from '@dbss/agent/protocol/management-files/operation.ts';
import { checkInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { inventoryText } from '../inventory/made-inventory.ts';
import { generatedFrom, textOf } from './materials.ts';

/** Words of a host name that YAML 1.1 would not take for text. */
const NOT_TEXT = ['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null'];

const name = fc
  .stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/)
  .filter((word) => !NOT_TEXT.includes(word) && !['all', 'ungrouped', 'localhost'].includes(word));

test('any inventory of 2 to 12 servers with other names gives a ring that every agent accepts', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 12 }), (names) => {
      const files = generatedFrom(checkInventory('site.yml', inventoryText(names)));
      const operation = parseOperation(textOf(files, 'management/operation'));
      expect(operation.map(({ manager }) => manager)).toEqual(names);
      expect(operation.map(({ target }) => target)).toEqual([...names.slice(1), names[0]]);
      for (const server of names) {
        expect(parseManagementData(textOf(files, `management/data/${server}.dat`))?.server).toBe(server);
        const configuration: unknown = JSON.parse(textOf(files, `hosts/${server}/rootfs/etc/dbss/agent.json`));
        const { ring, standby } = checkAgentConfiguration(configuration);
        expect(ring.self).toBe(server);
        expect(ring.servers.map((known) => known.name)).toEqual(names);
        expect(standby.domain).toBe('dbss-standby');
        expect(files.has(`procedures/${server}.procedure`)).toBe(true);
      }
      const macs = names.map((server) => /"mac": "(.*)"/.exec(textOf(files, `hosts/${server}/rootfs/etc/dbss/agent.json`))?.[1]);
      expect(new Set(macs).size).toBe(names.length);
    }),
    { numRuns: 40 },
  );
});
