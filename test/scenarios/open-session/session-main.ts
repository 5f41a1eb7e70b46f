/**
 * Logs in to a login server, keeps a file of the user's open there and goes on writing lines to it, until the connection ends:
 * `session-main.ts INVENTORY SERVER FILE`. Runs in the network namespace of the lab's client, and says the number of each line that the program there has written.
 */
import ssh2 from 'ssh2';
import { loadInventory } from '../../../cli/src/inventory/load-inventory.ts';
import { readClientMeans } from '../../../cli/src/lab/client/client-means.ts';
import { shellLoginOf } from '../../../cli/src/lab/client/lab-client-work.ts';

/** Without anything to send a client never learns that the machine at the other end is another one. */
const KEEPALIVE_MS = 1_000;

const [path = '', name = '', file = ''] = process.argv.slice(2);
const inventory = await loadInventory(path);
const server = inventory.servers.find((known) => known.name === name);
if (server === undefined) throw new Error(`there is no server ${name}`);
const { place, account } = shellLoginOf(server, await readClientMeans(inventory));
/**
 * A shell closes a copy of the file after each line, and an NFS client writes everything when a file is closed: only a program that
 * does not do so shows whether something is lost.
 */
const writing = `exec perl -e '$| = 1; open my $file, ">>", "${file}" or die; while (syswrite $file, "line ".++$number."\\n") { print "$number\\n"; select undef, undef, undef, 0.5 }'`;

const client = new ssh2.Client();
client.once('ready', () => {
  client.exec(writing, (cause, channel) => {
    if (cause !== undefined) throw cause;
    channel.on('data', (chunk: Buffer) => process.stdout.write(chunk));
    channel.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  });
});
client.once('error', (error) => process.stdout.write(`the session ended: ${error.message}\n`));
client.once('close', () => process.exit());
process.once('SIGINT', () => client.end());
client.connect({
  host: place.address,
  port: place.port,
  username: account.user,
  password: account.password,
  keepaliveInterval: KEEPALIVE_MS,
  keepaliveCountMax: 30,
});
