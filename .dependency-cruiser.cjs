// Who may import whom. The aim: every part can be read, tested and replaced alone, and one folder,
// src/pipeline/, shows how they are put together.

/** Folders that do the work; only src/pipeline/ puts their implementations together. */
const PARTS = 'sources|operators|port|jq|state|resync';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'model-and-errors-stand-alone',
      comment:
        'Pure data and errors are what all the others share, so they import nothing of ours.',
      severity: 'error',
      from: { path: '^src/(model|errors)/' },
      to: { path: '^(src|bench|test|scripts)/', pathNot: '^src/$1/' },
    },
    {
      name: 'parts-take-the-rest-as-arguments',
      comment:
        'port, jq, state and resync know the model and the errors (and may name the types of a ' +
        'pipeline file); everything else is handed to them, so that each is tested alone.',
      severity: 'error',
      from: { path: '^src/(port|jq|state|resync)/' },
      to: { path: '^src/', pathNot: '^src/(model|errors|$1)/|^src/config/pipeline\\.ts$' },
    },
    {
      name: 'operators-stand-on-flow',
      comment:
        'Operators do no I/O and know no other part. What they share, the bookkeeping of flights ' +
        '(credits, fence, lanes, plans), is src/flow/: pure, and below them.',
      severity: 'error',
      from: { path: '^src/operators/' },
      to: {
        path: '^src/',
        pathNot: '^src/(model|errors|flow|operators)/|^src/config/pipeline\\.ts$',
      },
    },
    {
      name: 'flow-stands-on-the-model',
      comment: 'Bookkeeping is pure: it knows the model and the errors alone.',
      severity: 'error',
      from: { path: '^src/flow/' },
      to: { path: '^src/', pathNot: '^src/(model|errors|flow)/' },
    },
    {
      name: 'flow-is-for-operators-and-pipeline',
      comment: 'The other parts know nothing of flights; they are handed what they work on.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(flow|operators|pipeline)/' },
      to: { path: '^src/flow/' },
    },
    {
      name: 'sources-know-aws-too',
      comment:
        'Sources may use the AWS clients and the catalog besides; the rest is handed to them as well.',
      severity: 'error',
      from: { path: '^src/sources/' },
      to: {
        path: '^src/',
        pathNot: '^src/(model|errors|aws|catalog|sources)/|^src/config/pipeline\\.ts$',
      },
    },
    {
      name: 'parts-name-config-as-types-only',
      comment: 'A part never reads configuration; it may name the type of what it is given.',
      severity: 'error',
      from: { path: `^src/(${PARTS})/` },
      to: { path: '^src/config/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-pipeline-wires',
      comment:
        'Implementations meet in src/pipeline/ and nowhere else (a type is no implementation; what ' +
        'sources may use is said above).',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/(pipeline|sources)/' },
      to: {
        path: `^src/(${PARTS}|aws)/`,
        pathNot: '^src/($1|flow)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'only-web-and-cli-use-the-pipeline',
      comment: 'What is wired together does not know who wired it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(pipeline|web|cli)/' },
      to: { path: '^src/pipeline/' },
    },
    {
      name: 'nothing-imports-cli',
      comment: 'Commands are the outermost shell.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'sim-is-for-cli-bench-and-test',
      comment: 'The engine must not know whether it talks to a simulation.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(sim|cli)/' },
      to: { path: '^src/sim/' },
    },
    {
      name: 'src-stands-alone',
      comment: 'What is shipped imports nothing that is not.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other are one concept in two places, or one file too many.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that imports nothing and that nothing imports is dead or lost.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere fails at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies-in-src',
      comment: 'What is shipped runs without the tools it is made with.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count: an import that is erased still ties two folders together.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
