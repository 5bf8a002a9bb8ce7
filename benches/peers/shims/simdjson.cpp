// Reads events with simdjson On-Demand: one pass in document order, and one parser for all inputs.
#include <vector>

#include "event.h"
#include "simdjson.h"

using namespace simdjson;

namespace {

// The library checks the iterator's bounds and skips unknown members. Errors are exceptions, which
// cost nothing unless they are thrown.

text to_text(std::string_view string) { return {string.data(), string.size()}; }

text string_or_null(ondemand::value value) {
    if (value.is_null()) {
        return {};
    }
    return to_text(value.get_string());
}

void push_value(map &map, text name, ondemand::value value) {
    switch (value.type()) {
    case ondemand::json_type::string:
        return map_push(&map, name, to_text(value.get_string()));
    case ondemand::json_type::null:
        return map_push(&map, name, {});
    case ondemand::json_type::boolean:
        return map_push(&map, name, value.get_bool() ? text{} : text{"false", 5});
    case ondemand::json_type::number:
        return map_push(&map, name, to_text(value.raw_json_token()));
    default:
        throw simdjson_error(INCORRECT_TYPE);
    }
}

void read_map(map &map, ondemand::object object) {
    for (auto field : object) {
        text name = to_text(field.unescaped_key());
        ondemand::value value = field.value();
        if (value.type() == ondemand::json_type::array) {
            for (ondemand::value element : value.get_array()) {
                push_value(map, name, element);
            }
        } else {
            push_value(map, name, value);
        }
    }
}

void read_identity(event &event, ondemand::object object) {
    for (auto field : object) {
        std::string_view name = field.escaped_key();
        int member = identity_member(name.data(), name.size());
        if (member != UNKNOWN) {
            event.texts[member] = string_or_null(field.value());
        }
    }
}

void read_context(event &event, ondemand::object object) {
    for (auto field : object) {
        std::string_view name = field.escaped_key();
        int member = context_member(name.data(), name.size());
        if (member == IDENTITY) {
            read_identity(event, field.value().get_object());
        } else if (member != UNKNOWN) {
            event.texts[member] = string_or_null(field.value());
        }
    }
}

void read_event(event &event, ondemand::object object) {
    for (auto field : object) {
        // No known name has an escape, so raw names are compared, without a copy.
        std::string_view name = field.escaped_key();
        int member = event_member(name.data(), name.size());
        if (member == BASE64) {
            event.is_base64 = field.value().get_bool();
        } else if (member == CONTEXT) {
            read_context(event, field.value().get_object());
        } else if (member >= MAP) {
            read_map(event.maps[member - MAP], field.value().get_object());
        } else if (member != UNKNOWN) {
            event.texts[member] = string_or_null(field.value());
        }
    }
}

} // namespace

struct simdjson_reader {
    ::event event{};
    ondemand::parser parser;
    std::vector<char> buffer;

    explicit simdjson_reader(size_t len) : buffer(len + SIMDJSON_PADDING) {}
    ~simdjson_reader() { event_free(&event); }
};

extern "C" {

// Allocates memory for inputs of up to `len` bytes, so that reading does not allocate.
simdjson_reader *simdjson_reader_new(size_t len) { return new simdjson_reader(len); }

void simdjson_reader_free(simdjson_reader *reader) { delete reader; }

// Returns NULL if the input is not an event. simdjson needs padding, so the input is copied.
const event *simdjson_reader_read(simdjson_reader *reader, const char *input, size_t len) try {
    if (len + SIMDJSON_PADDING > reader->buffer.size()) {
        return nullptr;
    }
    memcpy(reader->buffer.data(), input, len);
    event_clear(&reader->event);
    ondemand::document document =
        reader->parser.iterate(reader->buffer.data(), len, reader->buffer.size());
    read_event(reader->event, document.get_object());
    return document.at_end() ? &reader->event : nullptr;
} catch (const simdjson_error &) {
    return nullptr;
}

const char *simdjson_reader_version() {
    return "simdjson " SIMDJSON_VERSION " for " SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION);
}
}
