import Table from 'cli-table3';
import type { LabStatus } from './lab-status.ts';

/** A lab's status as text for a person. */
export function renderLabStatus(status: LabStatus): string {
  const table = new Table({
    head: ['machine', 'power', 'service', 'real address', 'sem', 'sem address', 'pid'],
    style: { head: [], border: [] },
  });
  for (const { name, power, links, realIp, semAddress, pid } of status.machines) {
    table.push([name, power, links.service, realIp, links.sem, semAddress, pid ?? '']);
  }
  const { controller, client, switches } = status;
  const powerController = controller.powerController === null ? 'not running' : `process ${controller.powerController}`;
  return [
    `lab ${status.id}: ${status.up ? 'up' : 'not (all) up'}`,
    table.toString(),
    `switches: service ${switches.service}, sem ${switches.sem}`,
    `controller: ${controller.serviceIp}, ${controller.semIp} in ${controller.namespace}; power controller: ${powerController}`,
    `client: ${client.realIp} in ${client.namespace}`,
  ].join('\n');
}
