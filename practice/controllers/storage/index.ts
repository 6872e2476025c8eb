export { startClaims } from './claims.ts';
