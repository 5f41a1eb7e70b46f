import { domainXml } from '../../../cli/src/image/domain.ts';
import type { ImageHost } from '../../../cli/src/image/image-hash.ts';
import { imageSources } from '../../../cli/src/image/recipe.ts';

const sources = imageSources();
const emulated: ImageHost = { accelerator: 'tcg', qemu_version: '7.2.22', memory_mb: 384 };

test('the standby starts with its link down: restored clones share one MAC address', () => {
  expect(domainXml(sources, emulated, 'a')).toContain("<link state='down'/>");
});

test('machine type and processor are named: a saved memory fits no other', () => {
  const xml = domainXml(sources, emulated, 'a');
  expect(xml).toContain(`machine='${sources.recipe.machine_type}'`);
  expect(xml).toContain(`<model fallback='forbid'>${sources.recipe.cpu_model.tcg}</model>`);
  expect(xml).toContain("<memory unit='MiB'>384</memory>");
  expect(sources.recipe.machine_type).toMatch(/-\d+\.\d+$/);
});

test('the description is the same each time and another for another image', () => {
  expect(domainXml(sources, emulated, 'a')).toBe(domainXml(sources, emulated, 'a'));
  expect(domainXml(sources, emulated, 'a')).not.toBe(domainXml(sources, emulated, 'b'));
});

test('a guest on KVM keeps what protects it, and has no translation cache', () => {
  const xml = domainXml(sources, { ...emulated, accelerator: 'kvm' }, 'a');
  expect(xml).toContain("<domain type='kvm'>");
  expect(xml).not.toContain('tb-cache');
  expect(xml).not.toMatch(/mitigations=off|norandmaps|nokaslr/);
  expect(domainXml(sources, emulated, 'a')).toMatch(/norandmaps.*tb-cache|tb-cache[\s\S]*norandmaps|norandmaps[\s\S]*tb-cache/);
});

test('no word of the template is left open', () => {
  expect(domainXml(sources, emulated, 'a')).not.toContain('{{');
});
