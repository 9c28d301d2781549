/**
 * Writes the JSON Schemas that ship as functions that check them, which ajv would else make in every process anew: to
 * compile that of a plant takes longer than to import most plants. A schema that is none fails here, when it is built.
 */
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { readFileSync, writeFileSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);

/** Each schema with what it becomes (declared by a `.d.ts` of that name in src), and how it is compiled. */
const SCHEMAS = [
  ['src/core/hooks/plugin.schema.json', 'src/core/hooks/plugin.schema.js', new Ajv(options())],
  [
    'rules/rule.schema.json',
    'src/core/rules/rule.schema.js',
    new Ajv(options({ allowUnionTypes: true, strictTypes: false })),
  ],
  [
    'rules/rule.schema.json',
    'src/core/rules/rule.schema.first.js',
    new Ajv(options({ allErrors: false, allowUnionTypes: true, strictTypes: false })),
  ],
  ['src/adapters/files/config.schema.json', 'src/adapters/files/config.schema.js', new Ajv(options())],
  [
    'src/adapters/files/mapping.schema.json',
    'src/adapters/files/mapping.schema.js',
    new Ajv(options({ allowUnionTypes: true })),
  ],
  [
    'src/adapters/files/plant.schema.json',
    'src/adapters/files/plant.schema.js',
    new Ajv2020(options({ allowUnionTypes: true, verbose: true })),
  ],
];

function options(more = {}) {
  return { allErrors: true, code: { source: true, esm: true }, ...more };
}

/** The one helper that the schemas need; ajv would have it required, which a module of this kind can't. */
const HELPER = 'ajv/dist/runtime/ucs2length';

for (const [schema, file, ajv] of SCHEMAS) {
  const check = ajv.compile(JSON.parse(readFileSync(new URL(schema, ROOT), 'utf8')));
  const code = standalone.default(ajv, check).replaceAll(`require("${HELPER}")`, 'ucs2length');
  if (code.includes('require(')) throw new Error(`${schema} needs more of ajv than ${HELPER}`);
  writeFileSync(new URL(`dist/${file}`, ROOT), `import ucs2length from '${HELPER}.js';\n${code}`);
}
