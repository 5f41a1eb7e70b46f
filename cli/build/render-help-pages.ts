/**
 * Prints the help pages of a bundled dbssctl as JSON: {@link renderHelpPages} starts it, as what oclif prints in colour and how wide is settled when
 * oclif is loaded.
 * usage: render-help-pages.ts PACKAGE STAGED      directories: with package.json, and with the manifest of the commands
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { Config } from '@oclif/core/config';
import { Help } from '@oclif/core/help';
import type { PJSON } from '@oclif/core/interfaces';

class HelpPage extends Help {
  text = '';

  protected override log(...parts: readonly string[]): void {
    this.text += `${format(...parts)}\n`;
  }
}

const [packageDirectory = '', staged = ''] = process.argv.slice(2);
const pjson = JSON.parse(readFileSync(path.join(packageDirectory, 'package.json'), 'utf8')) as PJSON;
const config = await Config.load({ root: staged, pjson });
const ids = ['', ...config.topics.map(({ name }) => name), ...config.commands.map(({ id }) => id)];
const pages: Record<string, string> = {};
for (const id of new Set(ids)) pages[id.replaceAll(':', ' ')] = await render(id.replaceAll(':', ' '));
process.stdout.write(JSON.stringify(pages));

async function render(words: string): Promise<string> {
  // Help changes the names in its configuration while it prints: each page has its own.
  const page = new HelpPage(await Config.load({ root: staged, pjson }));
  await page.showHelp([...words.split(' ').filter((word) => word !== ''), '--help']);
  return page.text;
}
