/** What of the standby's domain is different on each server. */
export interface DomainPlace {
  readonly name: string;
  readonly bridge: string;
  /** Directory of the original server; /var/lib/dbss/original-server in the image's description. */
  readonly originalServer: string;
  /** Directory of the standby's own files; /var/lib/dbss/standby in the image's description. */
  readonly standby: string;
}

/**
 * The image's domain as it is on this server.
 * @param xml domain.xml of the original server
 */
export function domainAt(xml: string, place: DomainPlace): string {
  return xml
    .replace(/<name>[^<]*<\/name>/, () => `<name>${escapeXml(place.name)}</name>`)
    .replace(/<source bridge='[^']*'\/>/, () => `<source bridge='${escapeXml(place.bridge)}'/>`)
    .replaceAll('/var/lib/dbss/original-server', () => escapeXml(place.originalServer))
    .replaceAll('/var/lib/dbss/standby', () => escapeXml(place.standby));
}

/**
 * The description of the domain's network interface with another state of its link.
 * @param xml the domain as libvirt describes it
 */
export function interfaceWithLink(xml: string, state: 'up' | 'down'): string {
  const element = interfaceOf(xml);
  const without = element.replace(/\s*<link state='[^']*'\/>/, '');
  return without.replace('</interface>', () => `<link state='${state}'/></interface>`);
}

/** Whether the link is up; an interface without a word about it is connected. */
export function isLinkUp(xml: string): boolean {
  return !/<link state='down'\/>/.test(interfaceOf(xml));
}

function interfaceOf(xml: string): string {
  const element = /<interface [\s\S]*?<\/interface>/.exec(xml)?.[0];
  if (element === undefined) throw new Error('the standby has no network interface');
  return element;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');
}
