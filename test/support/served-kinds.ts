/** What a real API server said of its kinds, for tests of rooms that know no practice cluster. */
export { BUILT_IN_KINDS } from '../../practice/kinds/index.ts';
