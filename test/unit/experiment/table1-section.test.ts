import { table1Section } from '../../../cli/src/experiment/report/table1-section.ts';
import { renderSummary } from '../../../cli/src/experiment/render-summary.ts';
import { CONDITIONS } from './made-record.ts';
import { CHARACTERISTICS, CONFIGURATION, LINKS } from './made-series.ts';

test('Table 1: what was measured beside the paper; examinations are those by the manager', () => {
  const slower = { ...CHARACTERISTICS, index: 2, startTime_s: 4.5, examinations: [{ ...CHARACTERISTICS.examinations[0]!, mean_s: 0.014 }] };
  const text = table1Section({ ...CONFIGURATION, experiment: 'table1' }, [CHARACTERISTICS, slower], LINKS).join('\n');
  expect(text).toContain(
    '| target server: start time, from power on until everything has started and ssh answers | **4.00** (3.75–4.25; 3.50–4.50) | 2 | 31.07 |',
  );
  expect(text).toContain('| ring | vsftpd | ftp | 0.013 | 6 | 0.02 |');
  expect(text).toContain('| maximum wait for the restart of a server | 50.00 | 50.00 |');
  expect(text).toMatch(/Not below the paper's figure: .*time to activate [^;]*\(ring\) 1\.75, the paper 1\.52/);
});

test('Table 1: beside a start that is not below the paper stands that the virtual server is emulated, where it is', () => {
  const words = 'boots a whole system, here on an emulated processor';
  const text = (accelerator: 'kvm' | 'tcg'): string =>
    table1Section(
      { ...CONFIGURATION, experiment: 'table1' },
      [{ ...CHARACTERISTICS, conditions: { ...CONDITIONS, accelerator } }],
      LINKS,
    ).join('\n');
  expect(text('tcg')).toContain(words);
  expect(text('kvm')).not.toContain(words);
});

test('Table 1: each method has medians of its own', () => {
  const other = { ...CHARACTERISTICS, method: 'p2p', startTime_s: 9 };
  const text = table1Section({ ...CONFIGURATION, experiment: 'table1' }, [CHARACTERISTICS, other], LINKS).join('\n');
  expect(text).toContain('|  | ring | runs | p2p | runs | paper |');
  expect(text).toContain('and ssh answers | **3.50** | 1 | **9.00** | 1 | 31.07 |');
  expect(text).toContain('| p2p | vsftpd | ftp | 0.012 | 3 | 0.02 |');
  expect(renderSummary({ experiment: 'table1' }, [CHARACTERISTICS, other])).toMatch(/start of a target server.*3\.50.*9\.00/);
});

test('Table 1: what never came counts as longer than all others', () => {
  const never = { ...CHARACTERISTICS, index: 2, log: [] };
  const text = table1Section({ ...CONFIGURATION, experiment: 'table1' }, [CHARACTERISTICS, never], LINKS).join('\n');
  expect(text).toContain('its installation procedure applied | **never** (never–never; 1.75–never) | 2 | 1.52 |');
  expect(renderSummary({ experiment: 'table1' }, [CHARACTERISTICS, never])).toContain('never (1.75–never)');
});
