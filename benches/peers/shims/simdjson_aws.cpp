// Reads events of AWS with simdjson On-Demand, with the meaning that apigw gives to the fields:
// maps with several values before those with one, the raw query decoded once, the path without the
// stage.
#include <vector>

#include "event.h"
#include "simdjson.h"

using namespace simdjson;

namespace {

text to_text(std::string_view string) { return {string.data(), string.size()}; }

std::string_view view(text text) { return {text.data, text.len}; }

text string_or_null(ondemand::value value) {
    if (value.is_null()) {
        return {};
    }
    return to_text(value.get_string());
}

} // namespace

struct simdjson_aws_reader {
    ::event event{};
    ondemand::parser parser;
    std::vector<char> buffer;
    /** Decoded parts of the query, which are never longer than the input. */
    std::vector<char> decoded;
    char *end = nullptr;
    map multi_headers{};
    map multi_query{};
    text context_method{};
    bool has_headers = false, has_multi_headers = false, has_query = false;
    bool has_multi_query = false, is_alb = false, is_websocket = false;

    explicit simdjson_aws_reader(size_t len) : buffer(len + SIMDJSON_PADDING), decoded(len) {}
    ~simdjson_aws_reader() {
        event_free(&event);
        free(multi_headers.pairs);
        free(multi_query.pairs);
    }

    void clear() {
        event_clear(&event);
        multi_headers.count = multi_query.count = 0;
        context_method = {};
        has_headers = has_multi_headers = has_query = has_multi_query = false;
        is_alb = is_websocket = false;
        end = decoded.data();
    }

    /** Reads a map, or null. Returns whether there is a map. */
    bool read_map(map &map, ondemand::value value) {
        if (value.is_null()) {
            return false;
        }
        for (auto field : value.get_object()) {
            text name = to_text(field.unescaped_key());
            ondemand::value member = field.value();
            if (member.type() == ondemand::json_type::array) {
                for (ondemand::value element : member.get_array()) {
                    map_push(&map, name, to_text(element.get_string()));
                }
            } else {
                map_push(&map, name, to_text(member.get_string()));
            }
        }
        return true;
    }

    void read_cookies(ondemand::array array) {
        for (ondemand::value element : array) {
            std::string_view cookie = element.get_string();
            size_t sign = cookie.find('=');
            if (sign == cookie.npos) {
                map_push(&event.maps[COOKIE_LIST], to_text(cookie), {});
            } else {
                map_push(&event.maps[COOKIE_LIST], to_text(cookie.substr(0, sign)),
                         to_text(cookie.substr(sign + 1)));
            }
        }
    }

    void read_client(ondemand::object object) {
        for (auto field : object) {
            std::string_view name = field.escaped_key();
            if (name == "sourceIp") {
                event.texts[SOURCE_IP] = string_or_null(field.value());
            } else if (name == "userAgent") {
                event.texts[USER_AGENT] = string_or_null(field.value());
            } else if (name == "method") {
                event.texts[METHOD] = string_or_null(field.value());
            } else if (name == "path") {
                event.texts[FULL_PATH] = string_or_null(field.value());
            } else if (name == "protocol") {
                event.texts[PROTOCOL] = string_or_null(field.value());
            }
        }
    }

    void read_context(ondemand::object object) {
        for (auto field : object) {
            std::string_view name = field.escaped_key();
            switch (name.size()) {
            case 3:
                is_alb |= name == "elb";
                break;
            case 4:
                if (name == "http") {
                    read_client(field.value().get_object());
                } else if (name == "path") {
                    event.texts[FULL_PATH] = string_or_null(field.value());
                }
                break;
            case 5:
                if (name == "apiId") {
                    event.texts[API_ID] = string_or_null(field.value());
                } else if (name == "stage") {
                    event.texts[STAGE] = string_or_null(field.value());
                }
                break;
            case 8:
                if (name == "identity") {
                    read_client(field.value().get_object());
                } else if (name == "protocol") {
                    event.texts[PROTOCOL] = string_or_null(field.value());
                } else if (name == "routeKey") {
                    event.texts[ROUTE_KEY] = string_or_null(field.value());
                }
                break;
            case 9:
                if (name == "accountId") {
                    event.texts[ACCOUNT_ID] = string_or_null(field.value());
                } else if (name == "requestId") {
                    event.texts[REQUEST_ID] = string_or_null(field.value());
                } else if (name == "eventType") {
                    event.texts[EVENT_TYPE] = string_or_null(field.value());
                    is_websocket = true;
                } else if (name == "messageId") {
                    event.texts[MESSAGE_ID] = string_or_null(field.value());
                }
                break;
            case 10:
                if (name == "domainName") {
                    event.texts[DOMAIN_NAME] = string_or_null(field.value());
                } else if (name == "httpMethod") {
                    context_method = string_or_null(field.value());
                } else if (name == "authorizer") {
                    event.texts[AUTHORIZER] = to_text(field.value().raw_json());
                }
                break;
            case 12:
                if (name == "connectionId") {
                    event.texts[CONNECTION_ID] = string_or_null(field.value());
                }
                break;
            default:
                break;
            }
        }
    }

    void read_event(ondemand::object object) {
        for (auto field : object) {
            std::string_view name = field.escaped_key();
            switch (name.size()) {
            case 4:
                if (name == "path") {
                    event.texts[PATH] = string_or_null(field.value());
                } else if (name == "body") {
                    event.texts[BODY] = string_or_null(field.value());
                }
                break;
            case 7:
                if (name == "headers") {
                    has_headers = read_map(event.maps[HEADERS], field.value());
                } else if (name == "rawPath") {
                    event.texts[PATH] = string_or_null(field.value());
                } else if (name == "cookies") {
                    read_cookies(field.value().get_array());
                }
                break;
            case 8:
                if (name == "resource") {
                    event.texts[ROUTE] = string_or_null(field.value());
                } else if (name == "routeKey") {
                    event.texts[ROUTE_KEY] = string_or_null(field.value());
                }
                break;
            case 10:
                if (name == "httpMethod") {
                    event.texts[METHOD] = string_or_null(field.value());
                }
                break;
            case 14:
                if (name == "requestContext") {
                    read_context(field.value().get_object());
                } else if (name == "pathParameters") {
                    read_map(event.maps[PATH_PARAMETERS], field.value());
                } else if (name == "stageVariables") {
                    read_map(event.maps[STAGE_VARIABLES], field.value());
                } else if (name == "rawQueryString") {
                    event.texts[RAW_QUERY] = string_or_null(field.value());
                }
                break;
            case 15:
                if (name == "isBase64Encoded") {
                    event.is_base64 = field.value().get_bool();
                }
                break;
            case 17:
                if (name == "multiValueHeaders") {
                    has_multi_headers = read_map(multi_headers, field.value());
                }
                break;
            case 21:
                if (name == "queryStringParameters") {
                    has_query = read_map(event.maps[QUERY], field.value());
                }
                break;
            case 31:
                if (name == "multiValueQueryStringParameters") {
                    has_multi_query = read_map(multi_query, field.value());
                }
                break;
            default:
                break;
            }
        }
    }

    /** Decodes a part of the query; one without escapes stays where it is. */
    text decode(std::string_view part) {
        if (part.find_first_of("%+") == part.npos) {
            return to_text(part);
        }
        auto digit = [](char c) {
            return c >= '0' && c <= '9'   ? c - '0'
                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                          : -1;
        };
        char *begin = end;
        for (size_t i = 0; i < part.size(); i++) {
            int high, low;
            if (part[i] == '%' && i + 2 < part.size() && (high = digit(part[i + 1])) >= 0 &&
                (low = digit(part[i + 2])) >= 0) {
                *end++ = static_cast<char>(high << 4 | low);
                i += 2;
            } else {
                *end++ = part[i] == '+' ? ' ' : part[i];
            }
        }
        size_t len = static_cast<size_t>(end - begin);
        if (!validate_utf8(begin, len)) {
            throw simdjson_error(UTF8_ERROR);
        }
        return {begin, len};
    }

    void split_query(std::string_view raw, map &query) {
        while (!raw.empty()) {
            size_t ampersand = raw.find('&');
            std::string_view part = raw.substr(0, ampersand);
            raw.remove_prefix(ampersand == raw.npos ? raw.size() : ampersand + 1);
            if (part.empty()) {
                continue;
            }
            size_t sign = part.find('=');
            text name = decode(part.substr(0, sign));
            map_push(&query, name, sign == part.npos ? text{} : decode(part.substr(sign + 1)));
        }
    }

    void resolve() {
        text *texts = event.texts;
        map *maps = event.maps;
        if (has_multi_headers) {
            std::swap(maps[HEADERS], maps[SINGLE_HEADERS]);
            std::swap(maps[HEADERS], multi_headers);
        }
        if (has_multi_query) {
            std::swap(maps[QUERY], maps[SINGLE_QUERY]);
            std::swap(maps[QUERY], multi_query);
        } else if (texts[RAW_QUERY].data) {
            std::swap(maps[QUERY], maps[SINGLE_QUERY]);
            maps[QUERY].count = 0;
            split_query(view(texts[RAW_QUERY]), maps[QUERY]);
        } else if (is_alb) {
            for (size_t i = 0; i < maps[QUERY].count; i++) {
                pair &pair = maps[QUERY].pairs[i];
                pair = {decode(view(pair.name)), decode(view(pair.value))};
            }
        }
        if (!texts[METHOD].data) {
            texts[METHOD] = context_method;
        }
        std::string_view key = view(texts[ROUTE_KEY]);
        size_t space = key.find(' ');
        if (!is_websocket && space != key.npos) {
            texts[ROUTE_METHOD] = to_text(key.substr(0, space));
            texts[ROUTE] = to_text(key.substr(space + 1));
        }
        if (texts[RAW_QUERY].data) {
            std::string_view path = view(texts[PATH]), stage = view(texts[STAGE]);
            size_t front = stage.size() + 1;
            if (!stage.empty() && path.size() >= front &&
                path.compare(1, stage.size(), stage) == 0 &&
                (path.size() == front || path[front] == '/')) {
                texts[PATH] = path.size() == front ? to_text("/") : to_text(path.substr(front));
            }
        }
    }
};

extern "C" {

// Allocates memory for inputs of up to `len` bytes.
simdjson_aws_reader *simdjson_aws_reader_new(size_t len) { return new simdjson_aws_reader(len); }

void simdjson_aws_reader_free(simdjson_aws_reader *reader) { delete reader; }

// Returns NULL if the input is not an event. simdjson needs padding, so the input is copied.
const event *simdjson_aws_reader_read(simdjson_aws_reader *reader, const char *input,
                                      size_t len) try {
    if (len + SIMDJSON_PADDING > reader->buffer.size()) {
        return nullptr;
    }
    memcpy(reader->buffer.data(), input, len);
    reader->clear();
    ondemand::document document =
        reader->parser.iterate(reader->buffer.data(), len, reader->buffer.size());
    reader->read_event(document.get_object());
    if (!document.at_end()) {
        return nullptr;
    }
    reader->resolve();
    return &reader->event;
} catch (const simdjson_error &) {
    return nullptr;
}
}
