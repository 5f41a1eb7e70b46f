import { reasonOf } from '../../reason-of.ts';
import type { Place } from '../connect.ts';
import { isRefused, sameKindOfError } from '../connection-refused.ts';
import { Conversation } from '../conversation.ts';
import { httpStatus } from '../replies.ts';
import type { TimeLimit } from '../time-limit.ts';
import { type KnownContent, requireContent } from './known-content.ts';

/** A page of a web server. */
export interface Page extends KnownContent {
  readonly place: Place;
}

/** Read a page with known content. */
export async function usePage({ place, ...file }: Page, limit: TimeLimit): Promise<void> {
  requireContent(file, await get(place, { target: `/${file.name}`, host: place.address }, limit));
}

/**
 * Read a page with known content through a proxy. Of several pages one is enough: the others' servers may be away, which is not the proxy's fault.
 *
 * @param pages at least one
 */
export async function useProxy(proxy: Place, pages: readonly Page[], limit: TimeLimit): Promise<void> {
  const reading = pages.map(async ({ place, ...file }) => {
    const host = place.port === 80 ? place.address : `${place.address}:${String(place.port)}`;
    requireContent(file, await get(proxy, { target: `http://${host}/${file.name}`, host }, limit));
  });
  try {
    await Promise.any(reading);
  } catch (error) {
    const errors = (error as AggregateError).errors as readonly unknown[];
    const reasons = errors.map((reason) => reasonOf(reason));
    throw sameKindOfError([...new Set(reasons)].join('; '), errors.find(isRefused));
  }
}

/** HTTP/1.0: the answer's body ends with the connection. */
async function get(place: Place, { target, host }: { readonly target: string; readonly host: string }, limit: TimeLimit): Promise<string> {
  const conversation = await Conversation.open(place, limit);
  try {
    conversation.send(`GET ${target} HTTP/1.0\r\nHost: ${host}\r\nUser-Agent: dbss\r\nCache-Control: no-cache\r\n\r\n`);
    const status = await httpStatus(conversation);
    if (status !== 200) throw new Error(`the HTTP answer was ${String(status)}`);
    return (await conversation.rest(`the rest of ${target}`)).toString('utf8');
  } finally {
    conversation.close();
  }
}
