/* The C++ layer. */
#include <apigw.hpp>

#include "test.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

static_assert(!std::is_copy_constructible_v<apigw::decoder>, "a decoder has one owner");
static_assert(!std::is_copy_constructible_v<apigw::encoder>, "an encoder has one owner");
static_assert(std::is_nothrow_move_constructible_v<apigw::encoder>, "an encoder moves");
static_assert(std::is_nothrow_move_constructible_v<apigw::decoder>, "a decoder moves");
static_assert(std::is_trivially_copyable_v<apigw::event>, "an event is a event");

int main() {
    apigw::result<apigw::decoder> made = apigw::decoder::create();
    CHECK(made.has_value());
    apigw::decoder decoder = *std::move(made);
    CHECK(!decoder.kernel().empty());
    apigw::encoder encoder = *apigw::encoder::create();

    const std::string_view input =
        R"({"httpMethod":"POST","path":"/a\u0000b","headers":{"Host":"x"},"body":"aGk=","isBase64Encoded":true,)"
        R"("queryString":{"tag":["black",true]},"pathParameters":{},"more":[1]})";
    {
        auto event = decoder.decode(input);
        CHECK(event);
        CHECK(event->method() == "POST" && event->method_id() == APIGW_METHOD_POST);
        CHECK(event->path() == std::string_view("/a\0b", 4));
        CHECK(!event->stage());
        CHECK(event->header("hOST") == "x" && !event->header("accept"));
        CHECK(event->body() == "aGk=" && event->body_kind() == apigw::body_kind::base64);
        CHECK(event->query().size() == 2 && event->query()[1].name == "tag" &&
              !event->query()[1].value);
        CHECK(event->query().get("tag") == "black" && !event->query().contains("TAG"));
        CHECK(event->path_parameters().is_present() && event->path_parameters().empty());
        CHECK(!event->stage_variables().is_present());
        CHECK(event->stage_variables().begin() == event->stage_variables().end());
        CHECK(event->extras().get("more") == "[1]");
        apigw::pairs query = event->query();
        auto bare =
            std::find_if(query.begin(), query.end(), [](apigw::pair p) { return !p.value; });
        CHECK(bare != query.end() && (*bare).name == "tag");
    }
    {
        char buffer[16 + APIGW_PADDING] = R"({"body":{"a":1}})";
        auto event = decoder.decode_in_place(buffer, std::strlen(buffer), sizeof buffer);
        CHECK(event && event->body_kind() == apigw::body_kind::json &&
              event->body() == R"({"a":1})");
        CHECK(event->body()->data() == buffer + 8);
    }
    {
        auto event = decoder.decode(R"({"requestContext":{"stage":7}})");
        CHECK(!event && event.error().status == APIGW_E_WRONG_TYPE && event.error().offset == 27);
        CHECK(event.error().member == "requestContext.stage");
        CHECK(std::strlen(event.error().text) > 0);
    }
    {
        auto event = decoder.decode(R"({"path":"/a"})");
        CHECK(event);
        apigw::response response;
        response.headers = {
            {"content-type", "text/plain"}, {"set-cookie", "a=1"}, {"Set-Cookie", "b=2"}};
        response.body = *event->path();
        auto encoded = encoder.encode(response);
        CHECK(
            encoded &&
            *encoded ==
                R"({"isBase64Encoded":false,"statusCode":200,"headers":{"content-type":"text/plain",)"
                R"("set-cookie":["a=1","b=2"]},"body":"/a"})");
        CHECK(event->path() == "/a");
        std::string body(5000, '"');
        response.body = body;
        encoded = encoder.encode(response);
        CHECK(encoded && encoded->size() > 2 * body.size());
        auto decoded = decoder.decode_response(*encoded);
        CHECK(decoded && decoded->status() == 200 && decoded->body() == body &&
              decoded->headers().size() == 3);
        CHECK(decoder.decode_response("{}").error().member == "statusCode");

        response.headers = {{"bad\nname", ""}};
        encoded = encoder.encode(response);
        CHECK(!encoded && encoded.error().status == APIGW_E_INVALID_HEADER_NAME &&
              encoded.error().offset == 3);
        CHECK(encoded.error().member == "headers.bad\\nname");

        apigw::websocket_reply reply;
        reply.connection_id = "id";
        reply.protocol = "chat";
        encoded = encoder.encode(reply);
        CHECK(encoded && *encoded ==
                             R"({"errNo":0,"errMsg":"ok","websocket":{"action":"connecting",)"
                             R"("secConnectionID":"id","secWebSocketProtocol":"chat"}})");
    }
    {
        auto event = decoder.decode(
            R"({"headers":{"cookie":"a=b"},"body":"x=1&y=%20","more":{"n":[-1,2.5,true,"t"]}})");
        CHECK(event);
        auto form = decoder.form(*event);
        CHECK(form && form->size() == 2 && form->get("y") == " ");
        auto cookies = decoder.cookies(*event);
        CHECK(cookies && cookies->get("a") == "b");
        auto json = decoder.parse_json(*event->extras().get("more"));
        CHECK(json && json->kind() == APIGW_JSON_OBJECT && json->size() == 1 && !json->get("m"));
        auto numbers = json->get("n");
        CHECK(numbers && numbers->size() == 4 && numbers->at(0)->as_integer() == -1);
        CHECK(numbers->at(1)->as_double() == 2.5 && numbers->at(2)->as_bool() == true);
        CHECK(numbers->at(3)->as_string() == "t" && !numbers->at(4) && !numbers->at(3)->as_bool());
        CHECK(decoder.parse_json("[1,]").error().offset == 3);
    }
    {
        auto event = decoder.decode(R"({"body":"AGFi","isBase64Encoded":true})");
        auto bytes = decoder.bytes(*event);
        CHECK(bytes && *bytes == std::string("\0ab", 3));
        event = decoder.decode(R"({"body":"AGF","isBase64Encoded":true})");
        CHECK(decoder.bytes(*event).error().status == APIGW_E_INVALID_BASE64);
        CHECK(decoder.bytes(*decoder.decode("{}"))->empty());
    }
    {
        const std::string long_event =
            R"({"body":")" + std::string(20000, 'A') + R"(","isBase64Encoded":true})";
        auto event = decoder.decode_borrowed(long_event);
        CHECK(event && event->body() == std::string_view(long_event).substr(9, 20000));
        CHECK(event->body()->data() == long_event.data() + 9);
        auto bytes = decoder.bytes(*event);
        CHECK(bytes && *bytes == std::string(15000, '\0'));
        event = decoder.decode(long_event);
        CHECK(event && event->body() == std::string_view(long_event).substr(9, 20000));
        CHECK(event->body()->data() != long_event.data() + 9);
    }
    {
        apigw_event_parts parts = APIGW_EVENT_PARTS_INIT;
        const apigw::header query[] = {{"tag", "black"}};
        parts.path = apigw_string_from("/cats");
        parts.query = {query, 1};
        auto encoded = encoder.encode(parts);
        CHECK(encoded);
        auto event = decoder.decode(*encoded);
        CHECK(event && event->path() == "/cats" && event->query().get("tag") == "black");
    }
    {
        auto event = decoder.decode(
            R"({"version":"2.0","rawPath":"/a b","rawQueryString":"a=%2B","cookies":["c=d"],)"
            R"("requestContext":{"http":{"method":"GET","userAgent":"u"},"timeEpoch":1700000000123}})");
        CHECK(event && event->dialect() == APIGW_DIALECT_AWS_HTTP_API);
        CHECK(event->time_ms() == std::uint64_t{1700000000123} && event->is_path_decoded());
        CHECK(event->query().get("a") == "+" && event->raw_query() == "a=%2B");
        CHECK(event->cookie_list().get("c") == "d" && event->user_agent() == "u");
    }
    decoder.trim();
    auto event = decoder.decode("{}");
    CHECK(!event->time_ms() && !event->is_path_decoded());
    CHECK(event && event->body_kind() == apigw::body_kind::absent);

    apigw_decoder_options options = APIGW_DECODER_OPTIONS_INIT;
    options.kernel = "no such kernel";
    CHECK(apigw::decoder::create(options).error().status == APIGW_E_ARGUMENT);
    options.size = 1;
    CHECK(apigw::decoder::create(options).error().status == APIGW_E_ARGUMENT);
    std::puts("cpp: as described");
    return 0;
}
