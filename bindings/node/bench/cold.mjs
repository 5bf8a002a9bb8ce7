// What the first 100 events of a process take: node cold.mjs [PROCESSES]
//
// Each side reads the same fields in processes of its own, ours and the other in turn. Printed are medians over the processes of
// the sum of 100 calls, without loading the package.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CALLS = 100;

if (process.argv[2] === 'child') {
    const { workloads } = await import('./workloads.mjs');
    const action = workloads[process.argv[4]][process.argv[3]];
    const before = process.hrtime.bigint();
    for (let i = 0; i < CALLS; i++) action();
    console.log(Number(process.hrtime.bigint() - before) / 1000);
} else {
    const processes = Number(process.argv[2] ?? 15);
    const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
    const { workloads } = await import('./workloads.mjs');
    console.log(`| first ${CALLS} calls | apigw, us | JSON.parse, us | times |\n|---|--:|--:|--:|`);
    for (const [index, { row }] of workloads.entries()) {
        if (!row.startsWith('method') || row.endsWith('64k')) continue;
        const sums = { ours: [], theirs: [] };
        for (let i = 0; i < processes; i++) {
            for (const side of ['ours', 'theirs']) {
                const child = spawnSync(process.execPath, [
                    fileURLToPath(import.meta.url),
                    'child',
                    side,
                    String(index),
                ]);
                sums[side].push(Number(child.stdout));
            }
        }
        const [ours, theirs] = [median(sums.ours), median(sums.theirs)];
        console.log(`| ${row} | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${(theirs / ours).toFixed(1)} |`);
    }
}
