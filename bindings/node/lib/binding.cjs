'use strict';

const { join } = require('node:path');

/** The folder of the addon: platform, CPU, and on Linux the C library. */
function prebuilt() {
    const libc = process.platform !== 'linux' ? '' : isGlibc() ? '-glibc' : '-musl';
    return `${process.platform}-${process.arch}${libc}`;
}

function isGlibc() {
    process.report.excludeNetwork = true;
    return process.report.getReport().header.glibcVersionRuntime !== undefined;
}

module.exports = require(join(__dirname, '..', 'prebuilds', prebuilt(), 'apigw.node'));
