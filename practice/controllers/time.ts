export { timestamp } from '../timestamp.ts';

/** Milliseconds since the epoch as Kubernetes writes a MicroTime. */
export const microTimestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
