/*
 * apigw for C++17: the functions of apigw.h with owners and ranges. Nothing here throws.
 *
 *     #include <apigw.hpp>
 *     #include <iostream>
 *
 *     int main() {
 *         auto decoder = apigw::decoder::create();
 *         if (!decoder) return 1;
 *         auto event = decoder->decode(
 *             R"({"path":"/cats","queryString":{"tag":["black","white"]}})");
 *         if (!event) {
 *             std::cerr << "byte " << event.error().offset << ": " << event.error().text << '\n';
 *             return 1;
 *         }
 *         std::cout << event->path().value_or("") << '\n';
 *         for (auto [name, value] : event->query()) {
 *             std::cout << name << '=' << value.value_or("") << '\n';
 *         }
 *     }
 *
 * An event and all its strings are valid until the next decode, trim or destruction of its decoder.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef APIGW_HPP
#define APIGW_HPP

#include <apigw.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace apigw {

/** Why a call failed. */
struct error {
    /** One of APIGW_E_... */
    apigw_status status;
    /** The position of the error in the input. */
    std::size_t offset;
    /** The meaning of the status. Static. */
    const char *text;
    /** The member that has the error, or empty. Valid until the next call of the same object. */
    std::string_view member;
};

/** A value, or the error because of which there is no value. */
template <typename T>
class [[nodiscard]] result {
  public:
    result(T value) noexcept : state_(std::in_place_index<0>, std::move(value)) {}
    result(apigw::error error) noexcept : state_(std::in_place_index<1>, error) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /** Returns the value. There must be one. */
    T &operator*() &noexcept { return *std::get_if<0>(&state_); }
    const T &operator*() const &noexcept { return *std::get_if<0>(&state_); }
    T &&operator*() &&noexcept { return std::move(*std::get_if<0>(&state_)); }
    T *operator->() noexcept { return std::get_if<0>(&state_); }
    const T *operator->() const noexcept { return std::get_if<0>(&state_); }

    /** Returns the error. There must be one. */
    const apigw::error &error() const noexcept { return *std::get_if<1>(&state_); }

  private:
    std::variant<T, apigw::error> state_;
};

/** A string of an event; empty if it is absent. */
using string = std::optional<std::string_view>;

/** A name and its value. A bare name, such as `?flag` in a query, has no value. */
struct pair {
    std::string_view name;
    string value;
};

/** A map of an event: pairs in the event's order, including repeated names. */
class pairs {
  public:
    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = pair;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = pair;

        iterator() noexcept = default;
        iterator(const apigw_event &event, std::uint32_t index) noexcept
            : event_(event), index_(index) {}

        pair operator*() const noexcept { return at(event_, index_); }
        iterator &operator++() noexcept {
            ++index_;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++index_;
            return before;
        }
        friend bool operator==(const iterator &a, const iterator &b) noexcept {
            return a.index_ == b.index_;
        }
        friend bool operator!=(const iterator &a, const iterator &b) noexcept {
            return a.index_ != b.index_;
        }

      private:
        apigw_event event_{};
        std::uint32_t index_ = 0;
    };

    pairs(const apigw_event &event, apigw_range range, bool ignores_case) noexcept
        : event_(event), range_(range), ignores_case_(ignores_case) {}

    /** Returns whether the event has this map. It may be empty. */
    bool is_present() const noexcept { return range_.first != APIGW_NONE; }
    std::size_t size() const noexcept { return range_.count; }
    bool empty() const noexcept { return range_.count == 0; }
    iterator begin() const noexcept { return {event_, range_.first}; }
    iterator end() const noexcept { return {event_, range_.first + range_.count}; }

    /** Returns the pair at this index, which is less than the size. */
    pair operator[](std::size_t place) const noexcept {
        return at(event_, range_.first + static_cast<std::uint32_t>(place));
    }

    /** Returns the first pair with this name, or the end. Header names ignore ASCII case. */
    iterator find(std::string_view name) const noexcept {
        std::uint32_t index =
            apigw_event_find(&event_, range_, name.data(), name.size(), 0, ignores_case_);
        return index == APIGW_NONE ? end() : iterator(event_, index);
    }

    bool contains(std::string_view name) const noexcept { return find(name) != end(); }

    /** Returns the first value with this name. A bare name has no value. */
    string get(std::string_view name) const noexcept {
        iterator found = find(name);
        return found == end() ? string() : (*found).value;
    }

  private:
    static pair at(const apigw_event &event, std::uint32_t index) noexcept {
        apigw_string name = apigw_event_name(&event, index);
        apigw_string value = apigw_event_value(&event, index);
        return {std::string_view(name.data, name.len),
                value.data ? string(std::string_view(value.data, value.len)) : string()};
    }

    apigw_event event_;
    apigw_range range_;
    bool ignores_case_;
};

/** The kind of a body. */
enum class body_kind {
    /** There is no body, or the event does not have one. */
    absent,
    text,
    /** The body in base64, neither decoded nor checked. */
    base64,
    /** The body is a JSON object or array in the event; this is its JSON text. */
    json
};

/** A decoded event. The accessors have the names of the members of `apigw_event_table`. */
class event {
  public:
    explicit event(const apigw_event &its_parts) noexcept : event_(its_parts) {}

    /** Returns the C form. */
    const apigw_event &get() const noexcept { return event_; }

    /** One of APIGW_DIALECT_... */
    std::uint32_t dialect() const noexcept { return event_.table->dialect; }
    /** One of APIGW_METHOD_... */
    std::uint32_t method_id() const noexcept { return event_.table->method_id; }
    /** Bits APIGW_FLAG_... */
    std::uint32_t flags() const noexcept { return event_.table->flags; }
    /** The status of a response; 0 in an event. */
    std::uint32_t status() const noexcept { return event_.table->status; }
    /** The time of the request in milliseconds since 1970; empty if the event does not have it. */
    std::optional<std::uint64_t> time_ms() const noexcept {
        std::uint64_t time = apigw_event_time_ms(event_.table);
        return time != 0 ? std::optional<std::uint64_t>(time) : std::nullopt;
    }
    /** Whether the gateway has percent-decoded the path. */
    bool is_path_decoded() const noexcept { return flags() & APIGW_FLAG_PATH_DECODED; }

    // generated: fields
    /** The request's method as it was sent. */
    string method() const noexcept { return text(event_.table->method); }
    /** The request's path, without the stage if the gateway gives the stage. */
    string path() const noexcept { return text(event_.table->path); }
    /** The path with the stage, where the event has it apart from the path. */
    string full_path() const noexcept { return text(event_.table->full_path); }
    /** The configured path, which may be a template or a prefix of the request's path. */
    string route() const noexcept { return text(event_.table->route); }
    /** The configured method, which may be `ANY`. */
    string route_method() const noexcept { return text(event_.table->route_method); }
    /** The key of the configured route, such as `GET /cats/{id}`, `$default` or `$connect`. */
    string route_key() const noexcept { return text(event_.table->route_key); }
    /** The stage of the API, such as `release`. */
    string stage() const noexcept { return text(event_.table->stage); }
    /** The request's identifier. */
    string request_id() const noexcept { return text(event_.table->request_id); }
    /** The identifier of the API or service. */
    string api_id() const noexcept { return text(event_.table->api_id); }
    /**
     * The service's name, which Tencent's events until 2019 and its WebSocket events have instead
     * of the identifier.
     */
    string service_name() const noexcept { return text(event_.table->service_name); }
    /** The domain that the request was sent to. */
    string domain_name() const noexcept { return text(event_.table->domain_name); }
    /** The account that owns the gateway. */
    string account_id() const noexcept { return text(event_.table->account_id); }
    /** The client's address. */
    string source_ip() const noexcept { return text(event_.table->source_ip); }
    /** The client's user agent, where the event has it apart from the headers. */
    string user_agent() const noexcept { return text(event_.table->user_agent); }
    /** The protocol of the request, such as `HTTP/1.1`. */
    string protocol() const noexcept { return text(event_.table->protocol); }
    /** The key that a request was signed with. */
    string secret_id() const noexcept { return text(event_.table->secret_id); }
    /** The query as it was sent, percent-encoded, where the event has it as one string. */
    string raw_query() const noexcept { return text(event_.table->raw_query); }
    /**
     * What an authorizer has found out, as raw JSON text: claims of a token, or the context that an
     * authorizer function returned.
     */
    string authorizer() const noexcept { return text(event_.table->authorizer); }
    /** The client's certificate of mutual TLS, as raw JSON text. */
    string client_certificate() const noexcept { return text(event_.table->client_certificate); }
    /** The gateway's name for what happened, to a WebSocket connection above all. */
    string event_type() const noexcept { return text(event_.table->event_type); }
    /** The identifier of the WebSocket connection. */
    string connection_id() const noexcept { return text(event_.table->connection_id); }
    /** The identifier of a WebSocket message. */
    string message_id() const noexcept { return text(event_.table->message_id); }
    /** The type of a WebSocket message: `text` or `binary`. */
    string data_type() const noexcept { return text(event_.table->data_type); }
    /** The subprotocols that a WebSocket client offers, separated by commas. */
    string websocket_protocol() const noexcept { return text(event_.table->websocket_protocol); }
    /** The extensions that a WebSocket client offers, separated by commas. */
    string websocket_extensions() const noexcept {
        return text(event_.table->websocket_extensions);
    }
    /** The request's headers, repeated ones included. */
    pairs headers() const noexcept { return {event_, event_.table->headers, true}; }
    /** The request's query, repeated names included, percent-decoded once. */
    pairs query() const noexcept { return {event_, event_.table->query, false}; }
    /** The values of the variables in the configured path. */
    pairs path_parameters() const noexcept {
        return {event_, event_.table->path_parameters, false};
    }
    /** The variables of the stage. */
    pairs stage_variables() const noexcept {
        return {event_, event_.table->stage_variables, false};
    }
    /** The cookies of events that have them apart from the headers, split at the first `=`. */
    pairs cookie_list() const noexcept { return {event_, event_.table->cookie_list, false}; }
    /** The query parameters that the configuration of a Tencent API gateway declares. */
    pairs declared_query() const noexcept { return {event_, event_.table->declared_query, false}; }
    /** The headers that the configuration of a Tencent API gateway declares. */
    pairs declared_headers() const noexcept {
        return {event_, event_.table->declared_headers, true};
    }
    /**
     * The headers with one value for each name, where the event has them twice: `headers` then has
     * every value.
     */
    pairs single_headers() const noexcept { return {event_, event_.table->single_headers, true}; }
    /**
     * The query with one value for each name, where the event has it twice: `query` then has every
     * value.
     */
    pairs single_query() const noexcept { return {event_, event_.table->single_query, false}; }
    /** Members of the event that have no field: names, and values as raw JSON text. */
    pairs extras() const noexcept { return {event_, event_.table->extras, false}; }
    /** Members of `requestContext` that have no field: names, and values as raw JSON text. */
    pairs context_extras() const noexcept { return {event_, event_.table->context_extras, false}; }
    /**
     * Members of `requestContext.identity` that have no field: names, and values as raw JSON text.
     */
    pairs identity_extras() const noexcept {
        return {event_, event_.table->identity_extras, false};
    }
    /**
     * Members of `requestContext.http`, or of the object that has the request in other events, that
     * have no field: names, and values as raw JSON text.
     */
    pairs http_extras() const noexcept { return {event_, event_.table->http_extras, false}; }
    /** Members of `websocket` that have no field: names, and values as raw JSON text. */
    pairs websocket_extras() const noexcept {
        return {event_, event_.table->websocket_extras, false};
    }
    // generated: end

    /** Returns the body as it is in the event; `body_kind` returns its kind. */
    string body() const noexcept { return optional(apigw_event_body(&event_)); }
    apigw::body_kind body_kind() const noexcept {
        if (event_.table->body.off == APIGW_NONE) return body_kind::absent;
        if (flags() & APIGW_FLAG_BODY_JSON) return body_kind::json;
        return flags() & APIGW_FLAG_BODY_BASE64 ? body_kind::base64 : body_kind::text;
    }

    /** Returns the first header with this name, in any case. */
    string header(std::string_view name) const noexcept { return headers().get(name); }

  private:
    string text(apigw_span span) const noexcept {
        return optional(apigw_event_string(&event_, span));
    }
    static string optional(apigw_string found) noexcept {
        return found.data ? string(std::string_view(found.data, found.len)) : string();
    }

    apigw_event event_;
};

/** A value of a JSON document. An accessor for another kind of value returns nothing. */
class json {
  public:
    explicit json(const apigw_json &document) noexcept : json(document, document.nodes) {}

    /** One of APIGW_JSON_... */
    std::uint32_t kind() const noexcept { return node_->kind; }
    /** Returns the number of elements of an array or of members of an object. */
    std::size_t size() const noexcept {
        return kind() == APIGW_JSON_ARRAY || kind() == APIGW_JSON_OBJECT
                   ? static_cast<std::size_t>(node_->value.count)
                   : 0;
    }
    std::optional<std::string_view> as_string() const noexcept {
        if (kind() != APIGW_JSON_STRING) return std::nullopt;
        apigw_string found = apigw_json_string(&document_, node_);
        return std::string_view(found.data, found.len);
    }
    std::optional<bool> as_bool() const noexcept {
        return kind() == APIGW_JSON_BOOL ? std::optional<bool>(node_->value.boolean != 0)
                                         : std::nullopt;
    }
    std::optional<std::int64_t> as_integer() const noexcept {
        return kind() == APIGW_JSON_INT ? std::optional<std::int64_t>(node_->value.integer)
                                        : std::nullopt;
    }
    /** Returns any number as the nearest float. */
    std::optional<double> as_double() const noexcept {
        switch (kind()) {
        case APIGW_JSON_INT:
            return static_cast<double>(node_->value.integer);
        case APIGW_JSON_UINT:
            return static_cast<double>(node_->value.uinteger);
        case APIGW_JSON_FLOAT:
            return node_->value.real;
        default:
            return std::nullopt;
        }
    }

    /** Returns the first member with this name. */
    std::optional<json> get(std::string_view name) const noexcept {
        return found(apigw_json_find(&document_, node_, name.data(), name.size()));
    }
    /** Returns the element with this index. */
    std::optional<json> at(std::size_t index) const noexcept {
        return found(apigw_json_at(node_, index));
    }

    /** Returns the C form. */
    const apigw_json_node *node() const noexcept { return node_; }

  private:
    json(const apigw_json &document, const apigw_json_node *node) noexcept
        : document_(document), node_(node) {}

    std::optional<json> found(const apigw_json_node *node) const noexcept {
        return node ? std::optional<json>(json(document_, node)) : std::nullopt;
    }

    apigw_json document_;
    const apigw_json_node *node_;
};

/** A header of a response, or a parameter of an event. The strings are not copied. */
struct header : apigw_string_pair {
    header(std::string_view its_name, std::string_view its_value) noexcept
        : apigw_string_pair{{its_name.data(), its_name.size()},
                            {its_value.data(), its_value.size()}} {}
};
static_assert(sizeof(header) == sizeof(apigw_string_pair),
              "an array of headers is an array of apigw_string_pair");

/** A response. The strings are not copied. */
struct response {
    /** 100 to 999. */
    std::uint32_t status = 200;
    /** A name may occur several times, in any case. */
    std::vector<header> headers;
    std::string_view body;
    /** One of APIGW_BODY_... */
    std::uint32_t body_encoding = APIGW_BODY_AUTO;
    /** The kind of gateway that receives the response, one of APIGW_DIALECT_... */
    std::uint32_t dialect = APIGW_DIALECT_TENCENT_API_GATEWAY;
};

/** The reply to a WebSocket client that wants to connect. The strings are not copied. */
struct websocket_reply {
    std::string_view connection_id;
    /** 0 accepts the connection, any other number refuses it. */
    std::int32_t error_number = 0;
    std::string_view error_message = "ok";
    /** The chosen subprotocol and extension. */
    string protocol;
    string extensions;
};

namespace detail {

inline error to_error(const apigw_error *why) noexcept {
    return {why->status, why->offset, why->text,
            why->member ? std::string_view(why->member) : std::string_view()};
}

inline apigw_string to_c(const string &text) noexcept {
    return text ? apigw_string{text->data(), text->size()} : apigw_string{nullptr, 0};
}

/** Returns the output of `write`, which is called again if the first buffer is too small. */
template <typename Write, typename Error>
result<std::string> written(Write write, Error error) {
    std::string out(512, '\0');
    std::size_t need = 0;
    apigw_status status = write(out.data(), out.size(), &need);
    if (status == APIGW_E_BUFFER) {
        out.resize(need);
        status = write(out.data(), out.size(), &need);
    }
    if (status != APIGW_OK) return to_error(error());
    out.resize(need);
    return out;
}

} // namespace detail

/** Decodes events. Used by one thread at a time; it can be moved but not copied. */
class decoder {
  public:
    /** Makes a decoder. */
    static result<decoder>
    create(const apigw_decoder_options &options = APIGW_DECODER_OPTIONS_INIT) noexcept {
        apigw_decoder *made = nullptr;
        apigw_status status = apigw_decoder_new(APIGW_ABI, &options, &made);
        if (status != APIGW_OK) return apigw::error{status, 0, apigw_status_text(status), {}};
        return decoder(made);
    }

    /** Decodes one event. The input is copied once and not changed. */
    result<event> decode(std::string_view input) &noexcept {
        apigw_event event;
        return to_event(apigw_decoder_decode(handle_.get(), input.data(), input.size(), &event),
                        event);
    }

    /** Decodes one event; a long body may stay in the input, which must outlive the event. */
    result<event> decode_borrowed(std::string_view input) &noexcept {
        apigw_event event;
        return to_event(
            apigw_decoder_decode_borrowed(handle_.get(), input.data(), input.size(), &event),
            event);
    }

    /** Decodes the first `len` bytes of a buffer without a copy; APIGW_PADDING more must follow. */
    result<event> decode_in_place(char *buffer, std::size_t len, std::size_t size) &noexcept {
        apigw_event event;
        return to_event(apigw_decoder_decode_in_place(handle_.get(), buffer, len, size, &event),
                        event);
    }

    /** Decodes a function's response; `rules` is one of APIGW_RULES_... */
    result<event> decode_response(std::string_view input,
                                  std::uint32_t rules = APIGW_RULES_STRICT) &noexcept {
        apigw_event event;
        return to_event(
            apigw_decoder_decode_response(handle_.get(), input.data(), input.size(), rules, &event),
            event);
    }

    /** Returns the bytes of the body, base64 decoded. Without a body there are none. */
    result<std::string> bytes(const event &of) const {
        return detail::written(
            [&](char *out, std::size_t size, std::size_t *need) {
                return apigw_event_read_body(&of.get(), handle_.get(), out, size, need);
            },
            [&] { return apigw_decoder_error(handle_.get()); });
    }

    /** Reads the body as a form. Fields, cookies and JSON are valid as long as the event. */
    result<pairs> form(const event &of) &noexcept {
        apigw_event fields;
        return to_pairs(apigw_event_read_form(&of.get(), handle_.get(), &fields), fields);
    }

    /** Reads the cookies of the headers. */
    result<pairs> cookies(const event &of) &noexcept {
        apigw_event cookies;
        return to_pairs(apigw_event_read_cookies(&of.get(), handle_.get(), &cookies), cookies);
    }

    /** Reads a JSON document: a body, or an unknown member. */
    result<json> parse_json(std::string_view text) &noexcept {
        apigw_json document;
        if (apigw_json_parse(handle_.get(), text.data(), text.size(), &document) != APIGW_OK)
            return failure();
        return json(document);
    }

    /** Frees the memory that is kept for the next event. */
    void trim() noexcept { apigw_decoder_trim(handle_.get()); }

    /** Returns the name of the vector code that decodes. */
    std::string_view kernel() const noexcept { return apigw_decoder_kernel(handle_.get()); }

    /** Returns the decoder of the C interface, which this object still owns. */
    apigw_decoder *get() const noexcept { return handle_.get(); }

  private:
    struct free {
        void operator()(apigw_decoder *decoder) const noexcept { apigw_decoder_free(decoder); }
    };

    explicit decoder(apigw_decoder *handle) noexcept : handle_(handle) {}

    result<event> to_event(apigw_status status, const apigw_event &found) const noexcept {
        if (status == APIGW_OK) return event(found);
        return failure();
    }

    result<pairs> to_pairs(apigw_status status, const apigw_event &found) const noexcept {
        if (status == APIGW_OK) return pairs(found, apigw_event_all(&found), false);
        return failure();
    }

    apigw::error failure() const noexcept {
        return detail::to_error(apigw_decoder_error(handle_.get()));
    }

    std::unique_ptr<apigw_decoder, free> handle_;
};

/** Encodes responses and events. Used by one thread at a time; it can be moved but not copied. */
class encoder {
  public:
    /** Makes an encoder. */
    static result<encoder>
    create(const apigw_encoder_options &options = APIGW_ENCODER_OPTIONS_INIT) noexcept {
        apigw_encoder *made = nullptr;
        apigw_status status = apigw_encoder_new(APIGW_ABI, &options, &made);
        if (status != APIGW_OK) return apigw::error{status, 0, apigw_status_text(status), {}};
        return encoder(made);
    }

    /** Encodes a response as JSON. */
    result<std::string> encode(const response &response) & {
        apigw_response parts = APIGW_RESPONSE_INIT;
        parts.status = response.status;
        parts.headers = {response.headers.data(), response.headers.size()};
        parts.body = detail::to_c(response.body);
        parts.body_encoding = response.body_encoding;
        parts.dialect = response.dialect;
        return written(apigw_encoder_encode_response, parts);
    }

    /** Encodes a reply to a WebSocket client as JSON. */
    result<std::string> encode(const websocket_reply &reply) & {
        apigw_websocket_reply parts = APIGW_WEBSOCKET_REPLY_INIT;
        parts.error_number = reply.error_number;
        parts.error_message = detail::to_c(reply.error_message);
        parts.connection_id = detail::to_c(reply.connection_id);
        parts.protocol = detail::to_c(reply.protocol);
        parts.extensions = detail::to_c(reply.extensions);
        return written(apigw_encoder_encode_websocket_reply, parts);
    }

    /** Encodes an event as JSON, for tests and emulators. */
    result<std::string> encode(const apigw_event_parts &parts) & {
        return written(apigw_encoder_encode_event, parts);
    }

    /** Returns the encoder of the C interface, which this object still owns. */
    apigw_encoder *get() const noexcept { return handle_.get(); }

  private:
    struct free {
        void operator()(apigw_encoder *encoder) const noexcept { apigw_encoder_free(encoder); }
    };

    explicit encoder(apigw_encoder *handle) noexcept : handle_(handle) {}

    template <typename Parts>
    result<std::string> written(apigw_status (*write)(apigw_encoder *, const Parts *, void *,
                                                      std::size_t, std::size_t *),
                                const Parts &parts) const {
        return detail::written(
            [&](char *out, std::size_t size, std::size_t *need) {
                return write(handle_.get(), &parts, out, size, need);
            },
            [&] { return apigw_encoder_error(handle_.get()); });
    }

    std::unique_ptr<apigw_encoder, free> handle_;
};

} // namespace apigw

#endif
