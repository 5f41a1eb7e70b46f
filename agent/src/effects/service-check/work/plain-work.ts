import { holdDialogue } from '../dialogues.ts';
import type { TimeLimit } from '../time-limit.ts';
import type { ClientWork } from './client-work.ts';
import { openMailbox, useMail } from './mail-work.ts';
import { usePage, useProxy } from './web-work.ts';

/** Work that needs no library. */
export type PlainWork = Exclude<ClientWork, { readonly kind: 'ssh' | 'ftp' }>;

export async function usePlain(work: PlainWork, limit: TimeLimit): Promise<void> {
  switch (work.kind) {
    case 'mail':
      await useMail(work, limit);
      return;
    case 'mailbox':
      await openMailbox(work.imap, work.account, limit);
      return;
    case 'http':
      await usePage(work.page, limit);
      return;
    case 'proxy':
      await useProxy(work.proxy, work.pages, limit);
      return;
    case 'dialogue':
      await holdDialogue(work.probe, work.place, limit);
  }
}
