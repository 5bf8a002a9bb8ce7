// Writes lib/apigw.cjs, all that the package is made of in one file: Node takes as long to find and
// read a file as to run it.

import { join } from 'node:path';

import { build } from 'esbuild';

const lib = join(import.meta.dirname, 'lib');

await build({
    // Not index.cjs itself, the names of which would be spared in all other files.
    stdin: { contents: "module.exports = require('./index.cjs');", resolveDir: lib },
    outfile: join(lib, 'apigw.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['./fallback/index.cjs'],
});
