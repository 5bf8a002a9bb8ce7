// Compares the package with JSON.parse: node bench.mjs [ROUNDS] [ROWS]
//
// Both sides of a row run in turn, in rounds of a few milliseconds, so that whatever else the
// machine does meets both. What is printed: the shortest time of each side in microseconds, the
// ratio of these, and the median of the ratios of the rounds. ROWS is a part of the rows' names.

import { cpus } from 'node:os';

import { sink, workloads } from './workloads.mjs';

const [rounds = 100, rows = ''] = process.argv.slice(2);
const ROUND = 3000;

/** Microseconds of a call. */
function time(action, count) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) action();
    return Number(process.hrtime.bigint() - start) / 1000 / count;
}

function measure({ ours, theirs }) {
    for (let i = 0; i < 20; i++) [ours, theirs].map((action) => action());
    const sides = [ours, theirs].map((action) => ({
        action,
        count: Math.ceil(ROUND / time(action, 5)),
        least: Number.POSITIVE_INFINITY,
    }));
    const ratios = [];
    for (let round = 0; round < rounds; round++) {
        const times = sides.map(({ action, count }) => time(action, count));
        for (const [i, side] of sides.entries()) side.least = Math.min(side.least, times[i]);
        ratios.push(times[1] / times[0]);
    }
    const median = ratios.toSorted((a, b) => a - b)[ratios.length >> 1];
    return [sides[0].least, sides[1].least, median];
}

console.log(`Node ${process.version}, ${cpus()[0].model}\n`);
console.log('| what | bytes | apigw, us | JSON.parse, us | times | median |');
console.log('|---|--:|--:|--:|--:|--:|');
for (const workload of workloads.filter(({ row }) => row.includes(rows))) {
    const [ours, theirs, median] = measure(workload);
    const shown = [ours.toPrecision(3), theirs.toPrecision(3)];
    const ratios = [theirs / ours, median].map((ratio) => ratio.toFixed(1));
    console.log(`| ${[workload.row, workload.bytes, ...shown, ...ratios].join(' | ')} |`);
}
if (sink.total === 0) throw new Error('nothing was read');
