// What the first events of a process take: node cold.mjs [PROCESSES]
//
// Each side has processes of its own, ours and the other in turn, that have done nothing else but read the event and load what
// they need. Printed are medians over the processes: of the sum of the calls, and of loading the package, which is not in it.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { fields, whole } from './workloads.mjs';

const WORKLOADS = [
    ...['get', 'post-1k', 'sample'].map((name) => ({ calls: 100, make: (decode) => fields(decode, name) })),
    ...['get', 'post-1k'].map((name) => ({ calls: 1000, make: (decode) => whole(decode, name, 1) })),
];

const since = (before) => Number(process.hrtime.bigint() - before) / 1000;

/** A side's processes print what their calls and loading the package have taken. */
function child(side, { calls, make }) {
    const start = process.hrtime.bigint();
    const decode = side === 'ours' ? createRequire(import.meta.url)('apigw').decode : undefined;
    const loading = since(start);
    const action = make(decode)[side];
    const before = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) action();
    console.log(since(before), loading);
}

function run(side, index) {
    const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), 'child', side, String(index)]);
    return stdout.toString().split(' ').map(Number);
}

if (process.argv[2] === 'child') {
    child(process.argv[3], WORKLOADS[process.argv[4]]);
} else {
    const processes = Number(process.argv[2] ?? 15);
    const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
    const loads = [];
    console.log(`\n| first calls | apigw, us | JSON.parse, us | times |\n|---|--:|--:|--:|`);
    for (const [index, { calls, make }] of WORKLOADS.entries()) {
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
        console.log(`| ${calls} calls: ${make().row} | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${times} |`);
    }
    console.log(`\nLoading the package takes ${median(loads).toFixed(0)} us.`);
}
