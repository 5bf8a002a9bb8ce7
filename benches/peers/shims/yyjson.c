/* yyjson in situ: strings are unescaped in a copy of the input, values come from a pool that is
 * used again and again. Numbers stay text, which is what maps need and saves their conversion
 * elsewhere. */
#include "event.h"
#include "yyjson.h"

#define FLAGS (YYJSON_READ_INSITU | YYJSON_READ_NUMBER_AS_RAW)

typedef struct reader {
    event event;
    char *buffer;
    size_t buffer_size;
    void *pool;
    size_t pool_size;
} reader;

static inline text text_of(yyjson_val *value) {
    text text = {yyjson_get_str(value), yyjson_get_len(value)};
    return text;
}

static bool push_value(map *map, text name, yyjson_val *value) {
    text text = {NULL, 0};
    switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_STR:
        text = text_of(value);
        break;
    case YYJSON_TYPE_RAW:
        text.data = yyjson_get_raw(value);
        text.len = yyjson_get_len(value);
        break;
    case YYJSON_TYPE_BOOL:
        if (!yyjson_get_bool(value)) {
            text.data = "false";
            text.len = 5;
        }
        break;
    case YYJSON_TYPE_NULL:
        break;
    default:
        return false;
    }
    map_push(map, name, text);
    return true;
}

static bool read_map(map *map, yyjson_val *object) {
    size_t i, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, count, key, value) {
        text name = text_of(key);
        if (yyjson_is_arr(value)) {
            size_t j, elements;
            yyjson_val *element;
            yyjson_arr_foreach(value, j, elements, element) {
                if (!push_value(map, name, element)) {
                    return false;
                }
            }
        } else if (!push_value(map, name, value)) {
            return false;
        }
    }
    return true;
}

static void read_identity(event *event, yyjson_val *object) {
    size_t i, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, count, key, value) {
        int member = identity_member(yyjson_get_str(key), yyjson_get_len(key));
        if (member != UNKNOWN) {
            event->texts[member] = text_of(value);
        }
    }
}

static void read_context(event *event, yyjson_val *object) {
    size_t i, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, count, key, value) {
        int member = context_member(yyjson_get_str(key), yyjson_get_len(key));
        if (member == IDENTITY) {
            read_identity(event, value);
        } else if (member != UNKNOWN) {
            event->texts[member] = text_of(value);
        }
    }
}

static bool read_event(event *event, yyjson_val *object) {
    size_t i, count;
    yyjson_val *key, *value;
    if (!yyjson_is_obj(object)) {
        return false;
    }
    yyjson_obj_foreach(object, i, count, key, value) {
        int member = event_member(yyjson_get_str(key), yyjson_get_len(key));
        if (member == BASE64) {
            event->is_base64 = yyjson_get_bool(value);
        } else if (member == CONTEXT) {
            read_context(event, value);
        } else if (member >= MAP) {
            if (!read_map(&event->maps[member - MAP], value)) {
                return false;
            }
        } else if (member != UNKNOWN) {
            event->texts[member] = text_of(value);
        }
    }
    return true;
}

/* Memory for inputs of up to `len` bytes, so that reading allocates nothing. */
reader *yyjson_reader_new(size_t len) {
    reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        return NULL;
    }
    reader->buffer_size = len + YYJSON_PADDING_SIZE;
    reader->buffer = malloc(reader->buffer_size);
    reader->pool_size = yyjson_read_max_memory_usage(len, FLAGS);
    reader->pool = malloc(reader->pool_size);
    return reader;
}

void yyjson_reader_free(reader *reader) {
    event_free(&reader->event);
    free(reader->buffer);
    free(reader->pool);
    free(reader);
}

/* NULL if the input is no event. */
const event *yyjson_reader_read(reader *reader, const char *input, size_t len) {
    if (!reader->buffer || !reader->pool || len + YYJSON_PADDING_SIZE > reader->buffer_size) {
        return NULL;
    }
    memcpy(reader->buffer, input, len);
    memset(reader->buffer + len, 0, YYJSON_PADDING_SIZE);
    yyjson_alc pool;
    yyjson_alc_pool_init(&pool, reader->pool, reader->pool_size);
    yyjson_doc *doc = yyjson_read_opts(reader->buffer, len, FLAGS, &pool, NULL);
    event_clear(&reader->event);
    bool ok = doc && read_event(&reader->event, yyjson_doc_get_root(doc));
    /* The pool goes with the next reading; the strings stand in the buffer. */
    yyjson_doc_free(doc);
    return ok ? &reader->event : NULL;
}

const char *yyjson_reader_version(void) { return "yyjson " YYJSON_VERSION_STRING; }
