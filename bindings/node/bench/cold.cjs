'use strict';

// What the first events of a process take: node cold.cjs [PROCESSES]
//
// Each side has processes of its own, ours and the other in turn, that have done nothing else but
// read the event and load what they need. Printed are medians over the processes: of the sum of the
// calls, and of loading the package, which is not in it.

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const CALLS = 100;
const NAMES = ['get', 'post-1k', 'sample'];

let total = 0;
const use = (...strings) => {
    for (const string of strings) total += string?.length ?? 0;
};

/** What a side does, as in workloads.mjs. */
const ACTIONS = {
    ours: (bytes, decode) => {
        const it = decode(bytes);
        use(it.method, it.path, it.headers.get('host'), it.body);
    },
    theirs: (bytes) => {
        const it = JSON.parse(bytes.toString());
        use(it.httpMethod, it.path, it.headers.host, it.body);
    },
};

const since = (before) => Number(process.hrtime.bigint() - before) / 1000;

function child(side, name) {
    const bytes = readFileSync(join(__dirname, '../../../target/corpus', `${name}.json`));
    const action = ACTIONS[side];
    const start = process.hrtime.bigint();
    const decode = side === 'ours' ? require('apigw').decode : undefined;
    const loading = since(start);
    const before = process.hrtime.bigint();
    for (let i = 0; i < CALLS; i++) action(bytes, decode);
    const sum = since(before);
    if (total === 0) throw new Error('nothing was read');
    console.log(sum, loading);
}

function run(side, name) {
    const { spawnSync } = require('node:child_process');
    const { stdout } = spawnSync(process.execPath, [__filename, 'child', side, name]);
    return stdout.toString().split(' ').map(Number);
}

function compare(processes) {
    const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
    const loads = [];
    console.log('\n| first calls | apigw, us | JSON.parse, us | times |\n|---|--:|--:|--:|');
    for (const name of NAMES) {
        const sums = { ours: [], theirs: [] };
        for (let i = 0; i < processes; i++) {
            for (const side of ['ours', 'theirs']) {
                const [sum, loading] = run(side, name);
                sums[side].push(sum);
                if (side === 'ours') loads.push(loading);
            }
        }
        const [ours, theirs] = [median(sums.ours), median(sums.theirs)];
        const times = (theirs / ours).toFixed(1);
        console.log(
            `| ${CALLS} of ${name} | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${times} |`,
        );
    }
    console.log(`\nLoading the package takes ${median(loads).toFixed(0)} us.`);
}

if (process.argv[2] === 'child') child(process.argv[3], process.argv[4]);
else compare(Number(process.argv[2] ?? 15));
