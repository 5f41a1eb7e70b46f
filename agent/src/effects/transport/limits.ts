/** Everything that SEM's listener bounds. A ring in good order stays far below; who goes beyond is slowed down or cut off, and counted. */

/** A TLS handshake that takes longer is a stranger's, or of a machine that died in it. */
export const HANDSHAKE_MS = 3_000;
export const KEEPALIVE_MS = 1_000;

/** Connections of one member at a time; the oldest makes room for a newer one. */
export const CONNECTIONS_A_PEER = 4;
/** Connections from one address, those still in their handshake included: one machine cannot use up the places of all. */
export const CONNECTIONS_AN_ADDRESS = 2 * CONNECTIONS_A_PEER;
/** Connections from all addresses that are no member's, together: the members' places stay theirs. */
export const STRANGERS_CONNECTIONS = 64;
/** Addresses of which is remembered how fast they connect. */
export const MOST_ADDRESSES = 1_024;
/** New connections of one address: a handshake costs more than what comes after it. */
export const CONNECTION_RATE = { burst: 64, a_second: 16 } as const;

/** Frames of one member over all its connections. A whole queue of edits fits into the burst. */
export const FRAME_RATE = { burst: 512, a_second: 128 } as const;
/** A large frame counts as several: once for each of these begun. */
export const FRAME_UNIT_BYTES = 16_384;
/** From the first byte of a frame to its last. */
export const FRAME_MS = 10_000;

/** A member closes a connection that it has not used for so long (as the caller it knows that nothing is under way) … */
export const UNUSED_MS = 60_000;
/** … and one without a whole frame for so long is cut off by the listener. */
export const IDLE_MS = 180_000;

/** Requests of one connection that are not answered yet. */
export const CALLS_A_CONNECTION = 256;
/** A request that is open for so long is answered with a refusal: longer than anything that a server does for another. */
export const ANSWER_MS = 150_000;
/** What one side may leave unread of the other's. */
export const UNSENT_BYTES = 2_097_152;
