import { requireFittingHypervisor, type StandbyImage } from '../../../agent/src/effects/hypervisor/standby-image.ts';

const image: StandbyImage = {
  hash: 'abc',
  accelerator: 'tcg',
  qemu_version: '7.2.22',
  memory_mb: 512,
  machine_type: 'pc-i440fx-7.2',
  cpu_model: 'qemu64',
  rehearsal: Buffer.of(),
  domainXml: '',
};

test('a saved memory is refused by another QEMU, with both versions and what to do', () => {
  expect(() => requireFittingHypervisor(image, '8.1.0')).toThrow(/QEMU 7\.2\.22 .*pc-i440fx-7\.2.*QEMU 8\.1\.0.*dbssctl image build/);
});

test('a security update of the same QEMU fits', () => {
  expect(() => requireFittingHypervisor(image, '7.2.23')).not.toThrow();
});
