import type { Context } from './context.ts';
import { returnByHand } from './dbss/return-to-normal.ts';
import type { Event } from './events.ts';
import { captureForOperator } from './procedure/capture.ts';
import { resetStandbyForOperator } from './recovery/standby-reset.ts';

/** An operator's word through the control socket. */
export function operatorOrdered(context: Context, order: Event & { readonly kind: 'operator' }): void {
  switch (order.command) {
    case 'reset-standby':
      resetStandbyForOperator(context);
      return;
    case 'return-target':
      returnByHand(context, order.target);
      return;
    case 'capture-procedure':
      captureForOperator(context, order.ticket, order.force);
  }
}
