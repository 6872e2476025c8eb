import { expect, test } from 'vitest';

import * as access from './index.ts';

test('what the room offers', () => {
  expect(Object.keys(access).sort()).toEqual([
    'PolicyError',
    'createAudit',
    'createGate',
    'createResponseFilter',
    'demandOn',
    'hasNamespaceRules',
    'holdsMarker',
    'kindAllowed',
    'namePattern',
    'namespaceAllowed',
    'normalisePolicy',
    'permits',
    'redactObject',
    'redactText',
    'revealing',
  ]);
});
