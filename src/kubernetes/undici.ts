/** The part of undici that we use, in a module of its own so that it is loaded with the first request and not before. */
export { buildConnector, Pool, type Dispatcher } from 'undici';
