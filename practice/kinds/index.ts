/** The kinds that the practice cluster serves, as data captured from a real API server. */
export { definitionOf, definitions, schemaOf } from './definitions.ts';
export type { CustomKind } from './custom.ts';
export { BUILT_IN_KINDS } from './served.ts';
export { customDocument, openApiDocument, openApiIndex, type OpenApiDocument, type OpenApiIndex } from './openapi.ts';
