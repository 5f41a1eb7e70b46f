import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentProgram, requireSameProgram } from '../../../cli/src/experiment/configuration.ts';
import { processorIn, requireSameAccelerator, requireSameProcessor } from '../../../cli/src/experiment/run-conditions.ts';
import { CONDITIONS } from './made-record.ts';

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(path.join(tmpdir(), 'dbss-dist-'));
  writeFileSync(path.join(dist, 'agent.mjs'), 'agent');
  writeFileSync(path.join(dist, 'libvirt-helper.mjs'), 'helper');
});
afterEach(() => {
  rmSync(dist, { recursive: true });
});

test('the program of the agent is all of its files: another content, another name or another file is another program', () => {
  const whole = agentProgram(dist);
  expect(agentProgram(dist)).toBe(whole);
  writeFileSync(path.join(dist, 'libvirt-helper.mjs'), 'another helper');
  const changed = agentProgram(dist);
  mkdirSync(path.join(dist, 'native'));
  writeFileSync(path.join(dist, 'native', 'koffi.node'), '');
  expect(new Set([whole, changed, agentProgram(dist)]).size).toBe(3);
});

test('an agent that is built anew in the middle of a series is refused, in words', () => {
  const recorded = agentProgram(dist);
  expect(() => requireSameProgram(recorded, dist)).not.toThrow();
  writeFileSync(path.join(dist, 'agent.mjs'), 'a new agent');
  expect(() => requireSameProgram(recorded, dist)).toThrow(`the agent was built anew in the middle of the series: it was ${recorded}`);
  rmSync(path.join(dist, 'agent.mjs'));
  expect(() => requireSameProgram(recorded, dist)).toThrow('the agent is not built');
});

test('runs on emulated virtual servers are not mixed with others', () => {
  expect(() => requireSameAccelerator([{ conditions: CONDITIONS }], 'kvm')).not.toThrow();
  expect(() => requireSameAccelerator([{ conditions: CONDITIONS }], 'tcg')).toThrow('virtual servers run with tcg here now');
});

test('runs on another processor of the same name are not mixed with others; another microcode is the same processor', () => {
  const recorded = { ...CONDITIONS, processor: 'family 25, model 17, stepping 1, microcode 0x1' };
  const mix = (processor: string) => () => requireSameProcessor([{ conditions: recorded }], processor);
  expect(mix('family 25, model 17, stepping 1, microcode 0x2')).not.toThrow();
  expect(mix('family 25, model 1, stepping 1, microcode 0x1')).toThrow(
    'the processor here is family 25, model 1, stepping 1, and the recorded runs were made on family 25, model 17, stepping 1',
  );
  expect(mix('')).toThrow('the processor here is unknown');
});

test('processors of the same name are told apart, as far as the kernel tells', () => {
  const cpuinfo = 'processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nstepping\t: 1\nmicrocode\t: 0x1000065\n';
  expect(processorIn(cpuinfo)).toBe('family 25, model 17, stepping 1, microcode 0x1000065');
  expect(processorIn('processor\t: 0\nBogoMIPS\t: 50.00\n')).toBe('');
});
