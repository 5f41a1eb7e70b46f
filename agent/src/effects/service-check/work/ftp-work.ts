import { Readable } from 'node:stream';
import type { Client } from 'basic-ftp';
import type { Place } from '../connect.ts';
import type { TimeLimit } from '../time-limit.ts';
import type { Account } from './account.ts';
import { FileCollector } from './file-collector.ts';
import { type KnownContent, requireContent } from './known-content.ts';

/** A user of an FTP server. Paths are from the directory in which a login ends. */
export interface FtpLogin {
  readonly place: Place;
  readonly account: Account;
}

/**
 * Log in and read a file with known content.
 *
 * @param upload this is written to the server and read back as well; the next one of the same name replaces it
 */
export async function useFtp(login: FtpLogin, file: KnownContent, upload: KnownContent | undefined, limit: TimeLimit): Promise<void> {
  await loggedIn(login, limit, async (client) => {
    requireContent(file, await read(client, file.name, limit));
    if (upload === undefined) return;
    await write(client, upload, limit);
    requireContent(upload, await read(client, upload.name, limit));
  });
}

/** Write a small file by FTP. */
export async function uploadFile(login: FtpLogin, file: KnownContent, limit: TimeLimit): Promise<void> {
  await loggedIn(login, limit, (client) => write(client, file, limit));
}

/** Read a file by FTP that must have this content, and remove it. */
export async function takeFile(login: FtpLogin, file: KnownContent, limit: TimeLimit): Promise<void> {
  await loggedIn(login, limit, async (client) => {
    requireContent(file, await read(client, file.name, limit));
    await limit.wait('the reply to DELE', client.remove(file.name));
  });
}

async function loggedIn({ place, account }: FtpLogin, limit: TimeLimit, use: (client: Client) => Promise<void>): Promise<void> {
  const { Client } = await import('basic-ftp');
  // What the library does not end by its own limit is ended by ours.
  const client = new Client(limit.whole_ms);
  try {
    await limit.wait('the FTP greeting', client.connect(place.address, place.port));
    await limit.wait('the login', client.login(account.user, account.password));
    await limit.wait('the reply to TYPE', client.send('TYPE I'));
    await use(client);
  } finally {
    client.close();
  }
}

async function read(client: Client, name: string, limit: TimeLimit): Promise<string> {
  const file = new FileCollector();
  await limit.wait(`the file ${name}`, client.downloadTo(file, name));
  return file.text();
}

async function write(client: Client, { name, content }: KnownContent, limit: TimeLimit): Promise<void> {
  await limit.wait(`the upload of ${name}`, client.uploadFrom(Readable.from([Buffer.from(content)]), name));
}
