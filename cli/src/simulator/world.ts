import type { ManagementFiles } from '@dbss/agent/protocol/management-files/management-files.ts';
import type { NetworkName } from './faults.ts';
import { canRun, endAgent, isHost, putOnDisk, switchOff } from './host.ts';
import { RunningWorld } from './running-world.ts';

/** A world to which things are done from outside: by the file management server, by an operator, by whatever breaks. */
export class World extends RunningWorld {
  /** Boot every server and let the file management server send files, then flags. */
  bootstrap(): void {
    for (const name of this.names) this.powerOn(name);
    if (this.witness !== undefined) this.powerOn(this.witness.name);
    this.run(5000);
    this.installVoters();
    for (const host of this.hosts.values()) {
      putOnDisk(host, this.ring.files);
      this.lookAtDisk(host);
    }
    this.run(1000);
    for (const name of this.names) this.setFlag(name, true);
  }

  /** The first voters' configuration, as bootstrap gives it to those that have none. */
  installVoters(): void {
    const { quorum, ownership } = this.host(this.names[0] ?? '').state.configuration;
    if (quorum === 'none' || ownership === undefined) return;
    const voters = ownership.voters.map(({ name, weight }) => ({ name, weight, uuid: this.existing(name).voter.uuid }));
    const configuration = { term: 1, version: 1, voters };
    for (const { name } of voters) this.tell(this.existing(name), { kind: 'install-configuration', configuration });
    this.run(100);
  }

  /** Run to so many milliseconds after the start of the next interval. */
  runToInterval(after_ms: number): void {
    const { interval_ms } = this.host(this.names[0] ?? '').state.configuration.timing;
    this.run(interval_ms - (this.now_ms % interval_ms) + after_ms);
  }

  plug(name: string): void {
    this.note(name, '*** plug pulled');
    switchOff(this.existing(name));
    this.disturbed('power');
  }

  /** The agent's process ends and starts again; the machine and its virtual server go on. */
  restartAgent(name: string, down_ms = 1500): void {
    const host = this.existing(name);
    this.note(name, '*** agent restarts');
    endAgent(host);
    this.disturbed('agent');
    const { boots } = host;
    this.at(down_ms, () => {
      // An agent that ends while the machine goes down is not started again.
      if (!host.on || host.boots !== boots || host.agentRuns || (isHost(host) && host.goesDown)) return;
      this.disturbed('agent');
      this.startAgent(host);
    });
  }

  /** All processes of a machine stop, its kernel goes on. */
  freeze(name: string): void {
    this.note(name, '*** frozen');
    this.existing(name).frozen = true;
    this.disturbed('freeze');
  }

  thaw(name: string): void {
    const host = this.existing(name);
    if (!host.frozen) return;
    this.note(name, '*** thawed');
    host.frozen = false;
    this.disturbed('freeze');
    for (const act of host.frozenWork.splice(0)) act();
    for (const event of host.frozenEvents.splice(0)) this.tell(host, event);
  }

  link(name: string, network: NetworkName, up: boolean): void {
    this.note(name, `*** ${network} link ${up ? 'up' : 'down'}`);
    if (network === 'service') this.existing(name).serviceLink = up;
    else this.existing(name).semLink = up;
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

  /** Somebody edits the configuration of a server's daemons; `restart`: they are restarted, and run unless it is broken. */
  changeConfiguration(name: string, configuration: string, restart: 'restart' | 'do not restart' = 'restart'): void {
    const host = this.host(name);
    this.note(name, `*** configuration changed: ${configuration}`);
    host.configuration = configuration;
    host.unread = restart === 'do not restart';
    for (const daemon of host.services) {
      if (host.unread) break;
      if (canRun(host, daemon)) host.daemons.add(daemon);
      else host.daemons.delete(daemon);
    }
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
