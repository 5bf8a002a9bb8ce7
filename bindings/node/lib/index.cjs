'use strict';

const { ContentType } = require('./content_type.cjs');
const { Decoder, decode, decodeResponse, encodeResponse, encodeWebSocketReply } = require('./decoder.cjs');
const { ApigwError, ERRORS } = require('./error.cjs');
const { Event } = require('./event.cjs');
const { fromResponse, handler, toRequest } = require('./fetch.cjs');
const { fromRequest } = require('./http.cjs');
const { listener } = require('./listener.cjs');
const { Pairs } = require('./pairs.cjs');
const { version } = require('./binding.cjs');

module.exports = {
    ApigwError,
    ContentType,
    Decoder,
    ERRORS,
    Event,
    Pairs,
    decode,
    decodeResponse,
    encodeResponse,
    encodeWebSocketReply,
    fromRequest,
    fromResponse,
    handler,
    listener,
    toRequest,
    version,
};
