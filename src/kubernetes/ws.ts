/** The part of ws that we use, in a module of its own so that it is loaded with the first stream and not before. */
export { WebSocket } from 'ws';
