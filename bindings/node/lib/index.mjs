import apigw from './index.cjs';

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
    listener,
    toRequest,
    version,
} = apigw;
