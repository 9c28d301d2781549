/** Imports point inward (design section 2): a rule a sentence, with its reason. */
module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment:
        'The core decides; it imports nothing of ours, and nothing that reads or writes. Give it a value instead.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: {
        pathNot: [
          '^src/core/',
          '^rules/rule\\.schema\\.json$',
          '^(node:)?crypto$',
          '^node_modules/(xstate|json-rules-engine|big\\.js|@types/big\\.js|temporal-polyfill|temporal-spec|temporal-utils|ajv|semver|@types/semver)/',
        ],
      },
    },
    {
      name: 'ports-are-interfaces',
      comment: 'Ports say what the operations need from the world, in the words of the core.',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { pathNot: ['^src/(core|ports)/', '^node_modules/knex/'] },
    },
    {
      name: 'operations-know-no-adapter',
      comment: 'An operation works with ports; which adapter stands behind one is decided in composition.ts.',
      severity: 'error',
      from: { path: '^src/operations/' },
      to: { path: '^(src/(adapters|cli)/|src/[^/]+\\.ts$|plugins/|migrations/|test/)' },
    },
    {
      name: 'adapters-point-inward',
      comment: 'An adapter serves a port; it knows neither the operations nor the command line.',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^(src/(operations|cli)/|src/[^/]+\\.ts$|plugins/|test/)' },
    },
    {
      name: 'nobody-imports-the-command-line',
      comment: 'The command line is the outermost ring.',
      severity: 'error',
      from: { pathNot: '^(src/cli|test)/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'composition-alone-knows-tsyringe',
      comment: 'The object graph is on one screen.',
      severity: 'error',
      from: { path: '^(src|plugins|migrations)/', pathNot: '^src/composition\\.ts$' },
      to: { path: '^node_modules/(tsyringe|reflect-metadata)/' },
    },
    {
      name: 'composition-is-imported-by-the-front-door',
      comment: 'Only the in-process door composes.',
      severity: 'error',
      from: { path: '^(src|plugins|migrations)/', pathNot: '^src/orderwright\\.ts$' },
      to: { path: '^src/composition\\.ts$' },
    },
    {
      name: 'xstate-in-one-file',
      comment: 'The state model is one file, so that a change of the library is a change of one file.',
      severity: 'error',
      from: { path: '^(src|plugins|migrations)/', pathNot: '^src/core/order/state-model\\.ts$' },
      to: { path: '^node_modules/xstate/' },
    },
    {
      name: 'rules-engine-in-one-file',
      comment:
        'json-rules-engine is used in one way only: a new engine per evaluation (see core/rules/engine.ts).',
      severity: 'error',
      from: { path: '^(src|plugins|migrations)/', pathNot: '^src/core/rules/engine\\.ts$' },
      to: { path: '^node_modules/json-rules-engine/' },
    },
    {
      name: 'plugins-use-the-front-door',
      comment: 'What our own plugins need, a third party needs too: export it from src/index.ts.',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: { path: '^(src|migrations|plugins|test)/', pathNot: ['^src/index\\.ts$', '^plugins/$1/'] },
    },
    {
      name: 'plugin-cores-are-pure',
      comment: 'The pure part of a plugin does no I/O; hand it a value.',
      severity: 'error',
      from: { path: '^plugins/[^/]+/core/' },
      to: {
        pathNot: ['^plugins/[^/]+/core/', '^src/index\\.ts$', '^(node:)?crypto$', '^node_modules/temporal-'],
      },
    },
    {
      name: 'the-page-knows-the-api-only',
      comment: 'What runs in a browser asks the HTTP API; code of the server would not run there.',
      severity: 'error',
      from: { path: '^plugins/console/page/' },
      to: {
        path: '^(src|migrations|plugins|test)/',
        pathNot: ['^plugins/console/page/', '^src/index\\.ts$'],
      },
    },
    {
      name: 'the-page-imports-types-of-the-front-door',
      comment: 'The front door runs on the server; the page may know its types.',
      severity: 'error',
      from: { path: '^plugins/console/page/' },
      to: { path: '^src/index\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-imports-the-page',
      comment: 'The page is built by itself and served as files.',
      severity: 'error',
      from: { path: '^(src|plugins|migrations)/', pathNot: '^plugins/console/page/' },
      to: { path: '^plugins/console/page/' },
    },
    {
      name: 'migrations-know-ports-only',
      comment: 'A migration is frozen once it is released: it must not depend on code that goes on changing.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: {
        pathNot: ['^migrations/', '^src/ports/migration\\.ts$', '^src/index\\.ts$', '^node_modules/knex/'],
      },
    },
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one thing, or a third one is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that can not be found is not checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
