'use strict';

const {
    Decoder,
    decode,
    decodeResponse,
    encodeResponse,
    encodeWebSocketReply,
    lease,
} = require('./decoder.cjs');
const { Event } = require('./event.cjs');
const { Pairs } = require('./pairs.cjs');
const { version } = require('./binding.cjs');

// A function that only decodes has not to wait for what else there is: it is loaded when it is
// first asked for.

module.exports = {
    get ApigwError() {
        return require('./error.cjs').ApigwError;
    },
    get ContentType() {
        return require('./content_type.cjs').ContentType;
    },
    Decoder,
    get ERRORS() {
        return require('./error.cjs').ERRORS;
    },
    Event,
    Pairs,
    decode,
    decodeResponse,
    encodeResponse,
    encodeWebSocketReply,
    fromRequest: (request) => require('./http.cjs').fromRequest(request),
    fromResponse: (response, options) => require('./fetch.cjs').fromResponse(response, options),
    handler: (serve) => require('./fetch.cjs').handler(serve),
    lease,
    listener: (serve) => require('./listener.cjs').listener(serve),
    toRequest: (event) => require('./fetch.cjs').toRequest(event),
    version,
};
