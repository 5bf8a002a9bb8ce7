'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** Where the addons are, of the package and of a bundle that has a copy of them. */
const FOLDERS = [join(__dirname, '..', 'prebuilds'), join(__dirname, 'prebuilds')];

/**
 * The names of the addons that may fit this platform. Of those for Linux only the one for its C
 * library can be loaded.
 */
function names() {
    const name = `${process.platform}-${process.arch}`;
    return process.platform === 'linux' ? [`${name}-glibc`, `${name}-musl`] : [name];
}

/** The addon, or what replaces it. */
function load() {
    const wanted = process.env.APIGW_ADDON;
    if (wanted === 'none') return require('./fallback.cjs');
    if (wanted) return require(wanted);
    const folders = FOLDERS.filter((folder) => existsSync(folder));
    const files = folders
        .flatMap((folder) => names().map((name) => join(folder, name, 'apigw.node')))
        .filter((file) => existsSync(file));
    const reasons = [];
    for (const file of files) {
        try {
            return require(file);
        } catch (error) {
            reasons.push(error.message.split('\n', 1)[0]);
        }
    }
    const reason =
        files.length > 0
            ? 'the addon cannot be loaded'
            : folders.length > 0
              ? `there is no addon for ${process.platform} on ${process.arch}`
              : `the addon is missing: there is no ${FOLDERS.join(' and no ')}`;
    process.emitWarning(`${reason}: events are decoded by WebAssembly, more slowly`, {
        type: 'ApigwWarning',
        detail: reasons.join('\n'),
    });
    return require('./fallback.cjs');
}

module.exports = load();
