/** Writes docs/fairlead.schema.json, the JSON Schema of fairlead.yaml for editors. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { configJsonSchema } from '../src/cli/config/schema.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
await writeFile(join(root, 'docs', 'fairlead.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
