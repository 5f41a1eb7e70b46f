import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { NetworkName } from './faults.ts';
import { endAgent, putOnDisk, switchOff } from './host.ts';
import { RunningWorld } from './running-world.ts';

/** A world to which things are done from outside: by the file management server, by an operator, by whatever breaks. */
export class World extends RunningWorld {
  /** Boot every server and let the file management server send files, then flags. */
  bootstrap(): void {
    for (const name of this.names) this.powerOn(name);
    this.run(5000);
    for (const host of this.hosts.values()) {
      putOnDisk(host, this.ring.files);
      this.lookAtDisk(host);
    }
    this.run(1000);
    for (const name of this.names) this.setFlag(name, true);
  }

  /** Run to so many milliseconds after the start of the next interval. */
  runToInterval(after_ms: number): void {
    const { interval_ms } = this.host(this.names[0] ?? '').state.configuration.timing;
    this.run(interval_ms - (this.now_ms % interval_ms) + after_ms);
  }

  plug(name: string): void {
    this.note(name, '*** plug pulled');
    switchOff(this.host(name));
    this.disturbed('power');
  }

  /** The agent's process ends and starts again; the machine and its virtual server go on. */
  restartAgent(name: string, down_ms = 1500): void {
    const host = this.host(name);
    this.note(name, '*** agent restarts');
    endAgent(host);
    this.disturbed('agent');
    const { boots } = host;
    this.at(down_ms, () => {
      if (!host.on || host.boots !== boots || host.agentRuns) return;
      this.disturbed('agent');
      this.startAgent(host);
    });
  }

  /** All processes of a machine stop, its kernel goes on. */
  freeze(name: string): void {
    this.note(name, '*** frozen');
    this.host(name).frozen = true;
    this.disturbed('freeze');
  }

  thaw(name: string): void {
    const host = this.host(name);
    if (!host.frozen) return;
    this.note(name, '*** thawed');
    host.frozen = false;
    this.disturbed('freeze');
    for (const event of host.frozenEvents.splice(0)) this.tell(host, event);
  }

  link(name: string, network: NetworkName, up: boolean): void {
    this.note(name, `*** ${network} link ${up ? 'up' : 'down'}`);
    if (network === 'service') this.host(name).serviceLink = up;
    else this.host(name).semLink = up;
    this.disturbed('link');
  }

  /** The switch of a whole network, or the gateway. */
  switch(which: NetworkName | 'gateway', on: boolean): void {
    this.note('', `*** ${which === 'gateway' ? which : `${which} switch`} ${on ? 'on' : 'off'}`);
    if (which === 'service') this.network.serviceSwitch = on;
    else if (which === 'sem') this.messages.semSwitch = on;
    else this.network.gatewayAnswers = on;
    this.disturbed('switch');
  }

  stopDaemon(name: string, daemon: string = this.host(name).services[0] ?? ''): void {
    this.note(name, `*** ${daemon} stopped`);
    this.host(name).daemons.delete(daemon);
    this.disturbed('service');
  }

  startDaemon(name: string, daemon: string = this.host(name).services[0] ?? ''): void {
    this.note(name, `*** ${daemon} started`);
    this.host(name).daemons.add(daemon);
    this.disturbed('service');
  }

  /** The file management server, or an operator, creates or deletes the flag file. */
  setFlag(name: string, flag: boolean): void {
    const host = this.host(name);
    host.disk.flag = flag;
    this.lookAtDisk(host);
  }

  /** Management files in force on a server. */
  files(name: string): ManagementFiles | undefined {
    return this.host(name).state.files;
  }
}
