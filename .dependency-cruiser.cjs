/** The layers of the house: a room imports only rooms below it, and only through their index.ts. */
const rooms = ['platform', 'kubernetes', 'access', 'fleet', 'changes', 'operations', 'answers', 'library', 'servers', 'cli'];

/** What each room may not import: everything above it, and what the exceptions name. */
const forbidden = rooms
  .map((room, floor) => ({
    name: `${room}-imports-upwards`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: `^src/(${rooms.slice(floor + 1).join('|')})/` },
  }))
  .slice(0, -1);

module.exports = {
  forbidden: [
    ...forbidden,
    {
      name: 'library-and-servers-stand-beside-each-other',
      comment: 'Both are faces of the same rooms: a program needs no tools, and a tool no program.',
      severity: 'error',
      from: { path: '^src/(servers|cli)/' },
      to: { path: '^src/(library/|index\\.ts$)' },
    },
    {
      name: 'only-through-the-index',
      comment: 'A room offers what its index.ts exports, and nothing else.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/[^/]+/[^/]+/index\\.ts$'] },
    },
    {
      name: 'answers-know-no-kubernetes',
      comment: 'Facts come in, text goes out: the renderer needs no client.',
      severity: 'error',
      from: { path: '^src/answers/' },
      to: { path: '^src/(kubernetes|access|fleet|changes|operations)/' },
    },
    {
      name: 'only-changes-issue-warrants',
      comment: 'A warrant lets writes pass where a plan is needed, and shows what is hidden: one room holds the pen.',
      severity: 'error',
      from: { path: '^src/', pathNot: '(^src/(changes|access)/|\\.test\\.ts$)' },
      to: { path: '^src/access/warrants/' },
    },
    {
      name: 'practice-stands-alone',
      comment: 'The practice cluster keeps us honest only as long as it shares no code with what it tests.',
      severity: 'error',
      from: { path: '^practice/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'only-the-commands-practise',
      comment: 'The product neither grows nor starts slower for it: commands load it when they are asked to.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^practice/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '(\\.test\\.ts$|^test/|^bench/|^scripts/)' },
    },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no programming interface yet that the cruiser could use.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
