'use strict';

const { join } = require('node:path');

/** The addon for this platform, or what takes its place. */
function load() {
    const name = prebuilt();
    if (process.env.APIGW_ADDON === 'none') return require('./fallback/index.cjs');
    try {
        return require(process.env.APIGW_ADDON || join(__dirname, '..', 'prebuilds', name, 'apigw.node'));
    } catch (error) {
        process.emitWarning(
            `there is no addon for ${name} (${error.message.split('\n', 1)[0]}): events are decoded in JavaScript, more slowly`,
            'ApigwWarning',
        );
        return require('./fallback/index.cjs');
    }
}

/** The folder of the addon: platform, CPU, and on Linux the C library. */
function prebuilt() {
    const libc = process.platform !== 'linux' ? '' : isGlibc() ? '-glibc' : '-musl';
    return `${process.platform}-${process.arch}${libc}`;
}

function isGlibc() {
    process.report.excludeNetwork = true;
    return process.report.getReport().header.glibcVersionRuntime !== undefined;
}

module.exports = load();
