/**
 * The part of yaml that we use, in a module of its own: loaded with the first configuration file, and by its names. A
 * bundle gives those of a CommonJS package to an `import` statement alone.
 */
export { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
