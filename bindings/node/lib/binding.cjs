'use strict';

const { join } = require('node:path');

/**
 * The addons that may fit this platform. Of those for Linux only the one for its C library can be
 * loaded.
 */
function candidates() {
    const name = `${process.platform}-${process.arch}`;
    const names = process.platform === 'linux' ? [`${name}-glibc`, `${name}-musl`] : [name];
    return names.map((folder) => join(__dirname, '..', 'prebuilds', folder, 'apigw.node'));
}

/** The addon, or what takes its place. */
function load() {
    const wanted = process.env.APIGW_ADDON;
    if (wanted === 'none') return require('./fallback/index.cjs');
    if (wanted) return require(wanted);
    const reasons = [];
    for (const candidate of candidates()) {
        try {
            return require(candidate);
        } catch (error) {
            reasons.push(error.message.split('\n', 1)[0]);
        }
    }
    const platform = `${process.platform} on ${process.arch}`;
    process.emitWarning(
        `there is no addon for ${platform}: events are decoded in JavaScript, more slowly`,
        {
            type: 'ApigwWarning',
            detail: reasons.join('\n'),
        },
    );
    return require('./fallback/index.cjs');
}

module.exports = load();
