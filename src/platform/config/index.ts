/**
 * Configuration files in general: YAML with the place of everything in it, variables, a schema's findings as messages,
 * file modes, changes. Loaded only when there is a file.
 */
export { checkAgainst, sayPath, valueAt, type Finding } from './check.ts';
export { LONGEST_DOCUMENT, parseConfig, type ConfigDocument, type Path } from './document.ts';
export { exposureOf, type Exposure } from './exposure.ts';
export { interpolate, type Interpolation } from './interpolate.ts';
export { ConfigurationError, type Position, type Problem } from './problems.ts';
export { readTextFile } from './read-text.ts';
export { watchFiles } from './watch.ts';
