import apigw from './apigw.cjs';

export const {
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
    lease,
    listener,
    toRequest,
    version,
} = apigw;
