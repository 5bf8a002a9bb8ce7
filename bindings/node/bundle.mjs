// Writes the files of lib that are made from others: node bundle.mjs WASM
//
// - apigw.wasm.cjs: the library as WebAssembly, in text, which every bundler can take along.
// - apigw.cjs: what Node loads, in one file, because Node takes as long to find and read a file as
//   to run it. WebAssembly is loaded by it only if it is needed.
// - apigw.mjs: what bundlers take, an ES module with everything in it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { build } from 'esbuild';

const lib = join(import.meta.dirname, 'lib');

const wasm = brotliCompressSync(readFileSync(process.argv[2])).toString('base64');
writeFileSync(
    join(lib, 'apigw.wasm.cjs'),
    `// The library, compressed by brotli, in base64.\nmodule.exports =\n    '${wasm}';\n`,
);

const options = { bundle: true, platform: 'node', target: 'node20' };

await build({
    ...options,
    // Not index.cjs itself, the names of which would be spared in all other files.
    stdin: { contents: "module.exports = require('./index.cjs');", resolveDir: lib },
    outfile: join(lib, 'apigw.cjs'),
    format: 'cjs',
    external: ['./fallback.cjs'],
});

const index = readFileSync(join(lib, 'index.mjs'), 'utf8');

await build({
    ...options,
    stdin: { contents: index.replace('./apigw.cjs', './index.cjs'), resolveDir: lib },
    outfile: join(lib, 'apigw.mjs'),
    format: 'esm',
    // A bundle may become CommonJS, which has no import.meta.
    banner: {
        js: `import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const thisFile = import.meta.url ? fileURLToPath(import.meta.url) : __filename;
const thisFolder = dirname(thisFile);
const require = createRequire(thisFile);
`,
    },
    define: { __dirname: 'thisFolder' },
});
