import { domainAt, interfaceWithLink, isLinkUp } from '../../../agent/src/effects/hypervisor/domain-description.ts';

const XML = `<domain type='qemu'>
  <name>dbss-standby</name>
  <os><kernel>/var/lib/dbss/original-server/vmlinuz</kernel></os>
  <devices>
    <disk><source file='/var/lib/dbss/standby/disk.qcow2'/></disk>
    <interface type='bridge'>
      <source bridge='br0'/>
      <mac address='02:db:55:00:00:00'/>
      <link state='down'/>
    </interface>
  </devices>
</domain>`;

test("the image's domain gets this server's name, bridge and directories", () => {
  const xml = domainAt(XML, { name: 'spare', bridge: 'br7', originalServer: '/srv/original', standby: "/srv/it's" });
  expect(xml).toContain('<name>spare</name>');
  expect(xml).toContain("<source bridge='br7'/>");
  expect(xml).toContain('<kernel>/srv/original/vmlinuz</kernel>');
  expect(xml).toContain("<source file='/srv/it&apos;s/disk.qcow2'/>");
});

test('the link is changed and nothing else of the interface', () => {
  const up = interfaceWithLink(XML, 'up');
  expect(up).toContain("<mac address='02:db:55:00:00:00'/>");
  expect(up.match(/<link /g)).toHaveLength(1);
  expect(isLinkUp(up)).toBe(true);
  expect(interfaceWithLink(up, 'down')).toContain("<link state='down'/>");
});

test('an interface without a word about its link is connected', () => {
  expect(isLinkUp(XML)).toBe(false);
  expect(isLinkUp(XML.replace("<link state='down'/>", ''))).toBe(true);
});

test('a standby without a network interface is an error, not a link that is up', () => {
  expect(() => isLinkUp('<domain/>')).toThrow('no network interface');
});
