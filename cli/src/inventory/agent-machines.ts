import type { Inventory } from './inventory.ts';

/** A machine on which an agent runs. */
export interface AgentMachine {
  readonly name: string;
  readonly semAddress: string;
  readonly realIp: string;
}

/** The servers in ring order, then the witness where there is one. */
export function agentMachines(inventory: Inventory): readonly AgentMachine[] {
  return inventory.witness === undefined ? inventory.servers : [...inventory.servers, inventory.witness];
}
