// What a program may write, and what it may not.

import {
    type ApigwError,
    type DecodedResponse,
    Decoder,
    type Dialect,
    type DialectEvent,
    decode,
    decodeResponse,
    type ERRORS,
    type Event,
    encodeResponse,
    encodeWebSocketReply,
    fromRequest,
    fromResponse,
    handler,
    lease,
    listener,
    type Pairs,
    toRequest,
    type WebSocketDialect,
} from 'apigw';

/** Compiles if the two types are the same. */
type Same<A, B> =
    (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T | undefined => undefined;

const event: Event = decode(Buffer.from('{}'));
is<Same<typeof event.method, string | undefined>>();
is<Same<typeof event.timeMs, number | undefined>>();
is<Same<typeof event.isPathDecoded, boolean>>();
is<Same<typeof event.cookieList, Pairs>>();
is<Same<typeof event.headers, Pairs>>();
is<Same<typeof event.dialect, Dialect>>();
is<Same<ReturnType<Event['json']>, unknown>>();
is<Same<ReturnType<Event['bytes']>, Buffer | undefined>>();
is<Same<ReturnType<Pairs['get']>, string | undefined>>();
for (const [name, value] of event.query) is<Same<[typeof name, typeof value], [string, string]>>();
for (const [, value] of event.query.toArray()) is<Same<typeof value, string | undefined>>();

const narrowed = decode('{}');
is<Same<typeof narrowed.dialect, Dialect>>();
is<Same<typeof narrowed.isPathDecoded, boolean>>();
if (narrowed.dialect === 'aws-alb') {
    is<Same<typeof narrowed.websocketPhase, undefined>>();
    is<Same<typeof narrowed.isPathDecoded, false>>();
    // @ts-expect-error a load balancer has no connections of WebSocket
    narrowed.websocketPhase?.length;
}
if (narrowed.dialect === 'tencent-websocket') is<Same<typeof narrowed.eventType, string>>();
if (narrowed.websocketPhase === 'message') is<Same<typeof narrowed.dialect, WebSocketDialect>>();
if (narrowed.isPathDecoded && narrowed.dialect !== 'aws-http-api-authorizer')
    is<Same<typeof narrowed.dialect, 'aws-http-api'>>();
switch (narrowed.dialect) {
    case 'aws-websocket':
    case 'yandex-api-gateway':
        is<Same<typeof narrowed, DialectEvent<'aws-websocket' | 'yandex-api-gateway'>>>();
}

decode(new Uint8Array(2));
decode('{}');
{
    using leased: Event = lease('{}');
    is<Same<ReturnType<typeof leased.release>, void>>();
    new Decoder().lease(new Uint8Array(2)).release();
}
// @ts-expect-error numbers are no events
decode(1);
// @ts-expect-error null neither
decode(null);
// @ts-expect-error fields are read only
event.method = 'GET';
// @ts-expect-error events come from decode
new Event();
// @ts-expect-error there is no such dialect
event.dialect === 'aws';
new Decoder({ input: 1 << 20 });
// @ts-expect-error there is no such limit
new Decoder({ nodes: 1 });

encodeResponse({
    status: 200,
    headers: { 'set-cookie': ['a=1', 'b=2'], age: 1 },
    body: new Uint8Array(1),
});
encodeResponse({ headers: event.headers, dialect: event.dialect });
encodeResponse({ headers: new Map([['a', 'b']]) });
// @ts-expect-error a status is a number
encodeResponse({ status: '200' });
// @ts-expect-error it is called status
encodeResponse({ statusCode: 200 });
encodeWebSocketReply({ connectionId: 'a' });
const response: DecodedResponse = decodeResponse('{}', 'strict');
encodeResponse(response);
// @ts-expect-error there are no such rules
decodeResponse('{}', 'lenient');

is<Same<typeof ERRORS.UNEXPECTED_END, 16>>();
const isUnexpected = (error: ApigwError): boolean => error.code === 'ERR_APIGW_UNEXPECTED_END';
is<Same<ReturnType<typeof isUnexpected>, boolean>>();
// @ts-expect-error there is no such code
export const isOther = (error: ApigwError): boolean => error.code === 'ERR_APIGW_OTHER';
const explain = (error: ApigwError): string =>
    `${error.code} ${error.number} ${error.kind} ${error.offset} ${error.member ?? ''}`;
is<Same<ReturnType<typeof explain>, string>>();

const request: Request = toRequest(event);
is<Same<ReturnType<typeof fromRequest>, DialectEvent | undefined>>();
fromRequest(request);
await fromResponse(new Response('hello'), { dialect: 'tencent-clb' });
export const main_handler = handler(async (incoming, { event, context }) => {
    is<Same<typeof incoming, Request>>();
    is<Same<typeof context, unknown>>();
    return new Response(event.path ?? null);
});
export const other_handler = listener((incoming, outgoing) => outgoing.end(incoming.url));
// @ts-expect-error a handler answers a Response
handler(() => 'hello');
