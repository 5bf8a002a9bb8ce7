// Compares the package with JSON.parse: node bench.mjs [ROUNDS]
//
// Every round measures all rows, so that whatever else the machine does meets them all. What is
// printed: the medians over the rounds, in microseconds, and the median of the ratios of a round,
// in which both sides were measured one after the other.

import { cpus } from 'node:os';

import { measure } from 'mitata';

import { sink, workloads } from './workloads.mjs';

const rounds = Number(process.argv[2] ?? 5);
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const time = async (action) => (await measure(action, { min_cpu_time: 3e7, min_samples: 30 })).p50;

const results = workloads.map(() => ({ ours: [], theirs: [], ratios: [] }));
for (let round = 0; round < rounds; round++) {
    for (const [index, { ours, theirs }] of workloads.entries()) {
        const [a, b] = [await time(ours), await time(theirs)];
        results[index].ours.push(a);
        results[index].theirs.push(b);
        results[index].ratios.push(b / a);
    }
}

console.log(`Node ${process.version}, ${cpus()[0].model}\n`);
console.log('| what | bytes | apigw, us | JSON.parse, us | times |\n|---|--:|--:|--:|--:|');
for (const [index, { row, bytes }] of workloads.entries()) {
    const { ours, theirs, ratios } = results[index];
    const us = (list) => (median(list) / 1000).toPrecision(3);
    console.log(
        `| ${row} | ${bytes} | ${us(ours)} | ${us(theirs)} | ${median(ratios).toFixed(1)} |`,
    );
}
if (sink.total === 0) throw new Error('nothing was read');
