import koffi from 'koffi';
import type { DomainState, LibvirtRequest, LibvirtValue } from './libvirt-requests.ts';

type Pointer = object | null;

const VIR_DOMAIN_SAVE_PAUSED = 4;
const VIR_DOMAIN_AFFECT_LIVE = 1;
const VIR_ERR_NO_DOMAIN = 42;
/** libvirt's virDomainState, by number. */
const DOMAIN_STATES: readonly DomainState[] = ['other', 'running', 'running', 'paused', 'other', 'off', 'off', 'other'];

/** A call of libvirt that failed: libvirt's own words and code. */
class LibvirtError extends Error {
  readonly code: number;

  constructor(call: string, code: number, message: string) {
    super(`${call}: ${message}`);
    this.name = 'LibvirtError';
    this.code = code;
  }
}

/** libvirt's C library, loaded into this process. Every call blocks until libvirt has answered. */
export interface LibvirtLibrary {
  /** @throws LibvirtError */
  readonly perform: (request: LibvirtRequest) => LibvirtValue;
  readonly close: () => void;
}

/**
 * Load libvirt and connect to it.
 *
 * @param uri e.g. `qemu:///system`
 * @throws Error when the libraries cannot be loaded; LibvirtError when libvirt does not let us in.
 */
export function openLibvirt(uri: string): LibvirtLibrary {
  const calls = declareCalls();
  // libvirt would print every error to stderr on its own.
  calls.virSetErrorFunc(
    null,
    koffi.register(() => undefined, koffi.pointer(koffi.proto('void IgnoreLibvirtError(void *, void *)'))),
  );

  const lastError = (call: string): LibvirtError => {
    const error = calls.virGetLastError();
    if (error === null) return new LibvirtError(call, -1, 'failed without saying why');
    const decoded = koffi.decode(error, 'LibvirtErrorHead') as { code: number; message: string | null };
    return new LibvirtError(call, decoded.code, decoded.message ?? 'failed without saying why');
  };
  const connect = (): Pointer => {
    const opened = calls.virConnectOpen(uri);
    if (opened === null) throw lastError(`connect to ${uri}`);
    return opened;
  };
  let connection = connect();

  const withDomain = <T>(name: string, use: (domain: Pointer) => T): T => {
    const domain = calls.virDomainLookupByName(connection, name);
    if (domain === null) throw lastError(`look up domain ${name}`);
    try {
      return use(domain);
    } finally {
      calls.virDomainFree(domain);
    }
  };
  const onDomain = (call: string, name: string, use: (domain: Pointer) => number): null => {
    withDomain(name, (domain) => {
      if (use(domain) < 0) throw lastError(`${call} ${name}`);
    });
    return null;
  };

  const performOnce = (request: LibvirtRequest): LibvirtValue => {
    switch (request.command) {
      case 'hypervisor-version': {
        const version: [number] = [0];
        if (calls.virConnectGetVersion(connection, version) < 0) throw lastError('ask the hypervisor version');
        return versionText(version[0]);
      }
      case 'state': {
        const domain = calls.virDomainLookupByName(connection, request.domain);
        if (domain === null) {
          const error = lastError(`look up domain ${request.domain}`);
          if (error.code === VIR_ERR_NO_DOMAIN) return 'absent' satisfies DomainState;
          throw error;
        }
        try {
          const state: [number] = [0];
          if (calls.virDomainGetState(domain, state, null, 0) < 0) throw lastError(`ask the state of ${request.domain}`);
          return DOMAIN_STATES[state[0]] ?? 'other';
        } finally {
          calls.virDomainFree(domain);
        }
      }
      case 'resume':
        return onDomain('resume', request.domain, (domain) => calls.virDomainResume(domain));
      case 'suspend':
        return onDomain('suspend', request.domain, (domain) => calls.virDomainSuspend(domain));
      case 'destroy':
        return onDomain('destroy', request.domain, (domain) => calls.virDomainDestroy(domain));
      case 'restore-paused':
        if (calls.virDomainRestoreFlags(connection, request.file, request.xml, VIR_DOMAIN_SAVE_PAUSED) < 0)
          throw lastError(`restore ${request.file}`);
        return null;
      case 'describe':
        return withDomain(request.domain, (domain) => {
          const xml = calls.virDomainGetXMLDesc(domain, 0);
          if (xml === null) throw lastError(`describe ${request.domain}`);
          return xml;
        });
      case 'update-device':
        return onDomain('change a device of', request.domain, (domain) =>
          calls.virDomainUpdateDeviceFlags(domain, request.xml, VIR_DOMAIN_AFFECT_LIVE),
        );
      case 'ask-guest-agent':
        return withDomain(request.domain, (domain) => {
          const answer = calls.virDomainQemuAgentCommand(domain, request.question, request.timeout_s, 0);
          if (answer === null) throw lastError(`ask the guest agent of ${request.domain}`);
          return answer;
        });
    }
  };
  const reconnect = (): void => {
    calls.virConnectClose(connection);
    connection = connect();
  };
  const perform = (request: LibvirtRequest): LibvirtValue => {
    // The daemon may have been restarted since the last request, or in the middle of this one: a question is then asked again.
    if (calls.virConnectIsAlive(connection) !== 1) reconnect();
    try {
      return performOnce(request);
    } catch (error) {
      if (!isQuestion(request) || calls.virConnectIsAlive(connection) === 1) throw error;
      reconnect();
      return performOnce(request);
    }
  };
  return { perform, close: () => void calls.virConnectClose(connection) };
}

function isQuestion({ command }: LibvirtRequest): boolean {
  return command === 'hypervisor-version' || command === 'state' || command === 'describe';
}

function declareCalls() {
  koffi.struct('LibvirtErrorHead', { code: 'int', domain: 'int', message: 'const char *' });
  const libvirt = koffi.load('libvirt.so.0');
  const libvirtQemu = koffi.load('libvirt-qemu.so.0');
  // The text that libvirt allocates becomes a string and is given back.
  koffi.disposable('LibvirtText', 'char *', koffi.load('libc.so.6').func('void free(void *)'));
  return {
    virSetErrorFunc: libvirt.func('void virSetErrorFunc(void *, void *)'),
    virGetLastError: libvirt.func('void *virGetLastError(void)') as () => Pointer,
    virConnectOpen: libvirt.func('void *virConnectOpen(const char *)') as (uri: string) => Pointer,
    virConnectClose: libvirt.func('int virConnectClose(void *)') as (connection: Pointer) => number,
    virConnectIsAlive: libvirt.func('int virConnectIsAlive(void *)') as (connection: Pointer) => number,
    virConnectGetVersion: libvirt.func('int virConnectGetVersion(void *, _Out_ unsigned long *)') as (
      connection: Pointer,
      version: [number],
    ) => number,
    virDomainLookupByName: libvirt.func('void *virDomainLookupByName(void *, const char *)') as (
      connection: Pointer,
      name: string,
    ) => Pointer,
    virDomainFree: libvirt.func('int virDomainFree(void *)') as (domain: Pointer) => number,
    virDomainGetState: libvirt.func('int virDomainGetState(void *, _Out_ int *, void *, unsigned int)') as (
      domain: Pointer,
      state: [number],
      reason: null,
      flags: number,
    ) => number,
    virDomainResume: libvirt.func('int virDomainResume(void *)') as (domain: Pointer) => number,
    virDomainSuspend: libvirt.func('int virDomainSuspend(void *)') as (domain: Pointer) => number,
    virDomainDestroy: libvirt.func('int virDomainDestroy(void *)') as (domain: Pointer) => number,
    virDomainRestoreFlags: libvirt.func('int virDomainRestoreFlags(void *, const char *, const char *, unsigned int)') as (
      connection: Pointer,
      file: string,
      xml: string,
      flags: number,
    ) => number,
    virDomainGetXMLDesc: libvirt.func('LibvirtText virDomainGetXMLDesc(void *, unsigned int)') as (
      domain: Pointer,
      flags: number,
    ) => string | null,
    virDomainUpdateDeviceFlags: libvirt.func('int virDomainUpdateDeviceFlags(void *, const char *, unsigned int)') as (
      domain: Pointer,
      xml: string,
      flags: number,
    ) => number,
    virDomainQemuAgentCommand: libvirtQemu.func('LibvirtText virDomainQemuAgentCommand(void *, const char *, int, unsigned int)') as (
      domain: Pointer,
      question: string,
      timeout_s: number,
      flags: number,
    ) => string | null,
  };
}

/** libvirt's `major * 1000000 + minor * 1000 + micro`. */
function versionText(version: number): string {
  return [Math.floor(version / 1_000_000), Math.floor(version / 1000) % 1000, version % 1000].join('.');
}
