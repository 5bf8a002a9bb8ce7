"""The native part of the package."""

from collections.abc import Iterator
from typing import Any, Final, Literal, TypeVar, final, overload

from ._content_type import ContentType
from ._names import BodyEncoding, Dialect, ResponseRules
from ._types import Data

_T = TypeVar("_T")

@final
class Event:
    """One HTTP request or WebSocket message as the gateway passed it to the function.

    An attribute that the event does not have, or that is null, is None. Strings are made when they
    are asked for, and kept. An event holds copies, or a reference to the `bytes` or the `str` that
    it was decoded from. It may be used by several threads.
    """

    @property
    def dialect(self) -> Dialect:
        """The kind of gateway that made the event, recognised by the event's members."""
    @property
    def websocket_phase(self) -> Literal["connect", "message", "close"] | None:
        """What happened to a WebSocket connection, derived from the event's type."""
    @property
    def is_ascii(self) -> bool:
        """Whether every string of the event is ASCII.

        It may be False because of text that no attribute has.
        """
    @property
    def body_kind(self) -> Literal["absent", "text", "base64", "json"]:
        """The form of the body in the event.

        `json` is an object or array in the place of a string.
        """
    @property
    def body(self) -> str | None:
        """The request's body, or the data of a WebSocket message, as it is in the event.

        Base64 is not decoded, and a JSON object is its JSON text.
        """
    @property
    def time_ms(self) -> int | None:
        """The time of the request in milliseconds since 1970, where the event has it."""
    @property
    def is_path_decoded(self) -> bool:
        """Whether the gateway has percent-decoded the path.

        A `%` in such a path is the character, not the beginning of an escape.
        """
    @property
    def content_type(self) -> ContentType | None:
        """The header `Content-Type`; None if there is no such header or it is not a media type."""
    # generated: fields
    @property
    def method(self) -> str | None:
        """The request's method as it was sent.

        From `httpMethod`, or `requestContext.http.method`.
        """
    @property
    def path(self) -> str | None:
        """The request's path, without the stage if the gateway gives the stage. The flag
        `PATH_DECODED` says whether the gateway has percent-decoded it.

        From `path`, or `rawPath`.
        """
    @property
    def full_path(self) -> str | None:
        """The path with the stage, where the event has it apart from the path.

        From `requestContext.http.path`.
        """
    @property
    def route(self) -> str | None:
        """The configured path, which may be a template or a prefix of the request's path.

        From `requestContext.path`.
        """
    @property
    def route_method(self) -> str | None:
        """The configured method, which may be `ANY`.

        From `requestContext.httpMethod`.
        """
    @property
    def route_key(self) -> str | None:
        """The key of the configured route, such as `GET /cats/{id}`, `$default` or `$connect`.

        From `requestContext.routeKey`, or `routeKey`.
        """
    @property
    def stage(self) -> str | None:
        """The stage of the API, such as `release`.

        From `requestContext.stage`.
        """
    @property
    def request_id(self) -> str | None:
        """The request's identifier. Events of Tencent's running API gateways do not have it; it
        is in their header `x-api-requestid`.

        From `requestContext.requestId`.
        """
    @property
    def api_id(self) -> str | None:
        """The identifier of the API or service.

        From `requestContext.serviceId`, or `requestContext.apiId`.
        """
    @property
    def service_name(self) -> str | None:
        """The service's name, which Tencent's events until 2019 and its WebSocket events have
        instead of the identifier.

        From `requestContext.serviceName`.
        """
    @property
    def domain_name(self) -> str | None:
        """The domain that the request was sent to.

        From `requestContext.domainName`.
        """
    @property
    def account_id(self) -> str | None:
        """The account that owns the gateway.

        From `requestContext.accountId`.
        """
    @property
    def source_ip(self) -> str | None:
        """The client's address.

        From `requestContext.sourceIp`, or `requestContext.http.sourceIp`, or
        `requestContext.identity.sourceIp`.
        """
    @property
    def user_agent(self) -> str | None:
        """The client's user agent, where the event has it apart from the headers.

        From `requestContext.http.userAgent`, or `requestContext.identity.userAgent`.
        """
    @property
    def protocol(self) -> str | None:
        """The protocol of the request, such as `HTTP/1.1`.

        From `requestContext.http.protocol`, or `requestContext.protocol`.
        """
    @property
    def secret_id(self) -> str | None:
        """The key that a request was signed with.

        From `requestContext.identity.secretId`.
        """
    @property
    def raw_query(self) -> str | None:
        """The query as it was sent, percent-encoded, where the event has it as one string.

        From `query`, or `rawQueryString`.
        """
    @property
    def authorizer(self) -> str | None:
        """What an authorizer has found out, as raw JSON text: claims of a token, or the context
        that an authorizer function returned.

        From `requestContext.authorizer`.
        """
    @property
    def client_certificate(self) -> str | None:
        """The client's certificate of mutual TLS, as raw JSON text.

        From `requestContext.identity.clientCert`.
        """
    @property
    def event_type(self) -> str | None:
        """The gateway's name for what happened, to a WebSocket connection above all.

        From `websocket.action`, or `requestContext.eventType`.
        """
    @property
    def connection_id(self) -> str | None:
        """The identifier of the WebSocket connection.

        From `websocket.secConnectionID`, or `requestContext.connectionId`.
        """
    @property
    def message_id(self) -> str | None:
        """The identifier of a WebSocket message.

        From `requestContext.messageId`.
        """
    @property
    def data_type(self) -> str | None:
        """The type of a WebSocket message: `text` or `binary`.

        From `websocket.dataType`.
        """
    @property
    def websocket_protocol(self) -> str | None:
        """The subprotocols that a WebSocket client offers, separated by commas.

        From `websocket.secWebSocketProtocol`.
        """
    @property
    def websocket_extensions(self) -> str | None:
        """The extensions that a WebSocket client offers, separated by commas.

        From `websocket.secWebSocketExtensions`.
        """
    @property
    def headers(self) -> Pairs:
        """The request's headers, repeated ones included. Names are as they were sent, and most
        gateways send them in lower case.

        From `headers`.
        """
    @property
    def query(self) -> Pairs:
        """The request's query, repeated names included, percent-decoded once. A key without `=`
        has no value where the event shows that.

        From `queryString`.
        """
    @property
    def path_parameters(self) -> Pairs:
        """The values of the variables in the configured path.

        From `pathParameters`.
        """
    @property
    def stage_variables(self) -> Pairs:
        """The variables of the stage.

        From `stageVariables`.
        """
    @property
    def cookie_list(self) -> Pairs:
        """The cookies of events that have them apart from the headers, split at the first `=`.

        From `cookies`.
        """
    @property
    def declared_query(self) -> Pairs:
        """The query parameters that the configuration of a Tencent API gateway declares.

        From `queryStringParameters`.
        """
    @property
    def declared_headers(self) -> Pairs:
        """The headers that the configuration of a Tencent API gateway declares.

        From `headerParameters`, or `headersParameters`.
        """
    @property
    def single_headers(self) -> Pairs:
        """The headers with one value for each name, where the event has them twice: `headers`
        then has every value.
        """
    @property
    def single_query(self) -> Pairs:
        """The query with one value for each name, where the event has it twice: `query` then
        has every value.
        """
    @property
    def extras(self) -> Pairs:
        """Members of the event that have no field: names, and values as raw JSON text."""
    @property
    def context_extras(self) -> Pairs:
        """Members of `requestContext` that have no field: names, and values as raw JSON text."""
    @property
    def identity_extras(self) -> Pairs:
        """Members of `requestContext.identity` that have no field: names, and values as raw
        JSON text.
        """
    @property
    def http_extras(self) -> Pairs:
        """Members of `requestContext.http`, or of the object that has the request in other
        events, that have no field: names, and values as raw JSON text.
        """
    @property
    def websocket_extras(self) -> Pairs:
        """Members of `websocket` that have no field: names, and values as raw JSON text."""
    # generated: end
    def header(self, name: str, /) -> str | None:
        """Returns the first header with this name, in any case."""
    def bytes(self) -> bytes | None:
        """Returns the body's bytes, with base64 decoded; None without a body.

        Each call returns the same object. Raises `DecodeError` with the code `invalid-base64`.
        """
    def text(self) -> str | None:
        """Returns the body as text, with base64 decoded; None without a body.

        Raises `DecodeError`: `invalid-base64`, or `invalid-utf8` with the offset in the bytes.
        """
    def json(self) -> Any:
        """Returns the value of a body that is a JSON document; None without a body.

        Python's module `json` reads it. What is not JSON raises `DecodeError` with the offset in
        the text. `NaN`, `Infinity` and integers of more than `sys.get_int_max_str_digits()` digits
        are refused.
        """
    def form(self) -> Pairs:
        """Returns the fields of a body that is an HTML form, decoded, in order.

        The body is read as `application/x-www-form-urlencoded`, whatever its content type is.
        Without a body there are no fields. Raises `DecodeError`: `invalid-base64`,
        `too-many-pairs`, `name-too-long`.
        """
    def cookies(self) -> Pairs:
        """Returns the cookies, in order (RFC 6265 section 4.2). Values are as they were sent.

        Raises `DecodeError`: `too-many-pairs`, `name-too-long`.
        """
    def claims(self) -> dict[str, Any] | None:
        """Returns the claims of the token that the gateway has checked; None if there is none.

        They are `claims` or `jwt.claims` of `authorizer`: those of a user pool are all strings,
        those of a JWT have any type.
        """
    def extra(self, name: str, /) -> Any:
        """Returns the value of a member that has no attribute here; None if there is none."""

@final
class Pairs:
    """A map of an event: names and values in the order of the event, with repeated names.

    It is a `Mapping` in which names of headers are looked up without ASCII case, all others
    exactly. A look-up returns the first value. A bare name, such as `?flag` in a query, has the
    value `""`; `to_list` shows the difference.
    """

    @property
    def is_present(self) -> bool:
        """Whether the event has this map. It may be empty."""
    @overload
    def get(self, name: str, /) -> str | None:
        """Returns the first value with this name, or the default."""
    @overload
    def get(self, name: str, default: _T, /) -> str | _T: ...
    def get_all(self, name: str, /) -> list[str]:
        """Returns all values with this name, in order."""
    def keys(self) -> list[str]:
        """Returns the names in order. A repeated name is repeated."""
    def values(self) -> list[str]:
        """Returns the values in order."""
    def items(self) -> list[tuple[str, str]]:
        """Returns names and values in order."""
    def to_list(self) -> list[tuple[str, str | None]]:
        """Returns names and values in order, with None as the value of a bare name."""
    def to_dict(self) -> dict[str, str]:
        """Returns a dict of names and their first values. Names are as they were sent."""
    def to_query(self) -> str:
        """Returns the pairs as a query string, escaped; a bare name without `=`."""
    def to_asgi(self) -> list[tuple[bytes, bytes]]:
        """Returns names in lower case and values, in UTF-8, as ASGI has headers."""
    def __getitem__(self, name: str, /) -> str: ...
    def __contains__(self, name: str, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...

def decode(data: Data, /) -> Event:
    """Decodes an event: bytes-like, or a string, which is read as its UTF-8.

    Raises `DecodeError` if it is not an event, and `TypeError` if it is neither bytes nor a string.
    From 64 KiB on, other threads run meanwhile. A buffer that may change is copied first.
    """

def decode_with(data: Data, input: int, pairs: int, nodes: int, /) -> Event: ...
def encode(
    status: int,
    headers: list[tuple[str | bytes, str | bytes]],
    body: Data | None,
    encoding: BodyEncoding,
    dialect: Dialect | None,
    limit: int,
    /,
) -> bytes: ...
def encode_reply(
    error_number: int,
    error_message: str,
    connection_id: str,
    protocol: str | None,
    extensions: str | None,
    /,
) -> bytes: ...
def decode_response(
    data: Data, rules: ResponseRules, /
) -> tuple[int, list[tuple[str, str]], bytes, BodyEncoding]: ...
def write_json(value: object, /) -> bytes | None: ...
def content_type(text: str, /) -> tuple[str, str, list[tuple[str, str]]] | None: ...

version: Final[str]
"""The release, such as `1.2.3`."""
kernel: Final[str]
"""The name of the vector code in use: `portable`, `avx2` and others.

The environment variable `APIGW_KERNEL` chooses another one, for tests.
"""
limits: Final[tuple[int, int, int]]
