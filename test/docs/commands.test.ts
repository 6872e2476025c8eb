import { describe, expect, it } from 'vitest';

import { COMMANDS, complaintOf, partsOf, wordsOf } from './commands.ts';

describe('the commands in the manual', () => {
  it('are right to the programs that they name', async () => {
    const complaints: string[] = [];
    for (const { place, line } of COMMANDS) {
      const complaint = await complaintOf(line);
      if (complaint !== undefined) complaints.push(`${place}: ${line}: ${complaint}`);
    }
    expect(complaints).toEqual([]);
  });
});

describe('the check of commands', () => {
  it.each([
    ['fairlead clal', 'there is no command clal'],
    ['fairlead doctor --alow-kinds secrets', 'There is no flag --alow-kinds'],
    ['fairlead doctor --rbac', 'fairlead doctor has no flag --rbac.'],
    ['fairlead --changes sometimes', '--changes cannot be'],
    ['fairlead completion csh', 'completion knows no csh'],
    ['fairlead call kube_gte', 'there is no tool kube_gte'],
    ['npm ci && npm run bild', 'there is no npm script bild'],
    ['gemini mcp add fairlead npx -y fairlead', 'fairlead client-config says it otherwise'],
    ['curl https://example.com', 'nobody knows what curl is'],
    ['node_modules/.bin/node bin/other.mjs', 'it runs bin/other.mjs'],
  ])('says what is wrong with %s', async (line, complaint) => {
    expect(await complaintOf(line)).toContain(complaint);
  });

  it('reads words as a shell does', () => {
    expect(wordsOf(`fairlead call kube_get '{"kind":"pods","namespace":"*"}' namespace='*'`)).toEqual([
      'fairlead',
      'call',
      'kube_get',
      '{"kind":"pods","namespace":"*"}',
      'namespace=*',
    ]);
    expect(partsOf('npm ci && npm test   # all of it')).toEqual([
      ['npm', 'ci'],
      ['npm', 'test'],
    ]);
  });
});
