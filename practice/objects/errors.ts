import { StatusError } from '../status.ts';

/** What a server has no words of its own for: it sends on the error of the code below, without a reason. */
export const internalError = (message: string): StatusError => new StatusError(500, '', message);
