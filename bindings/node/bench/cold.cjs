'use strict';

// What the first events of a process take: node cold.cjs [PROCESSES]
//
// Each side has processes of its own, ours and the other in turn, that have done nothing else but
// read the event and load what they need. Printed are medians over the processes: of the sum of the
// calls, and of loading the package, which is not in it.

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const ROWS = [
    { what: 'fields', name: 'get', calls: 100 },
    { what: 'fields', name: 'post-1k', calls: 100 },
    { what: 'fields', name: 'sample', calls: 100 },
    { what: 'toJSON', name: 'get', calls: 1000 },
    { what: 'toJSON', name: 'post-1k', calls: 1000 },
];

let total = 0;
const use = (...strings) => {
    for (const string of strings) total += string?.length ?? 0;
};

/** What a side does, as in workloads.mjs. */
const ACTIONS = {
    fields: {
        ours: (bytes, decode) => {
            const it = decode(bytes);
            use(it.method, it.path, it.headers.get('host'), it.body);
        },
        theirs: (bytes) => {
            const it = JSON.parse(bytes.toString());
            use(it.httpMethod, it.path, it.headers.host, it.body);
        },
    },
    toJSON: {
        ours: (bytes, decode) => use(decode(bytes).toJSON().path),
        theirs: (bytes) => use(JSON.parse(bytes.toString()).path),
    },
};

const since = (before) => Number(process.hrtime.bigint() - before) / 1000;

function child(side, { what, name, calls }) {
    const bytes = readFileSync(join(__dirname, '../../../target/corpus', `${name}.json`));
    const action = ACTIONS[what][side];
    const start = process.hrtime.bigint();
    const decode = side === 'ours' ? require('apigw').decode : undefined;
    const loading = since(start);
    const before = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) action(bytes, decode);
    const sum = since(before);
    if (total === 0) throw new Error('nothing was read');
    console.log(sum, loading);
}

function run(side, index) {
    const { spawnSync } = require('node:child_process');
    const { stdout } = spawnSync(process.execPath, [__filename, 'child', side, String(index)]);
    return stdout.toString().split(' ').map(Number);
}

function compare(processes) {
    const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
    const loads = [];
    console.log('\n| first calls | apigw, us | JSON.parse, us | times |\n|---|--:|--:|--:|');
    for (const [index, { what, name, calls }] of ROWS.entries()) {
        const sums = { ours: [], theirs: [] };
        for (let i = 0; i < processes; i++) {
            for (const side of ['ours', 'theirs']) {
                const [sum, loading] = run(side, index);
                sums[side].push(sum);
                if (side === 'ours') loads.push(loading);
            }
        }
        const [ours, theirs] = [median(sums.ours), median(sums.theirs)];
        const times = (theirs / ours).toFixed(1);
        console.log(
            `| ${calls} of ${what}: ${name} | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${times} |`,
        );
    }
    console.log(`\nLoading the package takes ${median(loads).toFixed(0)} us.`);
}

if (process.argv[2] === 'child') child(process.argv[3], ROWS[process.argv[4]]);
else compare(Number(process.argv[2] ?? 15));
