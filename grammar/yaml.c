/* libyaml's events → nodes (grammar/yaml.h). The tree is built with a stack of open collections, not by
 * recursion, and reading stops at the first event that is too deep: libyaml is quadratic in depth. */
#include "grammar/yaml.h"

#include <string.h>
#include <yaml.h>

#include "grammar/yaml_errors.h"

struct reader {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    yaml_parser_t parser;
    size_t characters, bytes; /* the forward cursor: this many characters lie before this byte */
    struct yaml *open[YAML_MAX_DEPTH];
    size_t depth;
    struct yaml *key;                  /* of the innermost mapping, waiting for its value */
    struct yaml *keys[YAML_MAX_DEPTH]; /* of the outer ones */
    struct yaml *root;
};

/* libyaml does not count the BOM, and marks come in order but for an event's own start. */
static uint32_t to_bytes(struct reader *reader, yaml_mark_t mark) {
    str text = reader->source->text;
    if (mark.index < reader->characters) {
        reader->characters = 0;
        reader->bytes = str_starts(text, "\xef\xbb\xbf") ? 3 : 0;
    }
    size_t characters = reader->characters, bytes = reader->bytes;
    for (; bytes < text.length; bytes++) {
        bool continues = ((unsigned char)text.at[bytes] & 0xc0) == 0x80;
        if (characters == mark.index && !continues) {
            break;
        }
        characters += !continues;
    }
    reader->characters = characters;
    reader->bytes = bytes;
    return (uint32_t)bytes;
}

static span event_span(struct reader *reader, const yaml_event_t *event) {
    uint32_t begin = to_bytes(reader, event->start_mark);
    return (span){begin, to_bytes(reader, event->end_mark)};
}

static bool refuse(struct reader *reader, enum diag_code code, span at, const char *message, const char *help) {
    struct diag *diag = diag_add(reader->diags, code, at, "%s", message);
    diag_help(reader->diags, diag, "%s", help);
    return false;
}

static span property_span(struct reader *reader, const yaml_event_t *event) {
    uint32_t begin = to_bytes(reader, event->start_mark);
    return (span){begin, yaml_property_end(reader->source, begin)};
}

/* `- !acc regresses` is a tag to YAML, and a negation to who wrote it. */
static bool is_negation(const yaml_event_t *event, const yaml_char_t *tag) {
    return event->type == YAML_SCALAR_EVENT && tag[0] == '!' && tag[1] >= 'a' && tag[1] <= 'z' &&
           event->data.scalar.length > 0;
}

static bool check_properties(struct reader *reader, const yaml_event_t *event, const yaml_char_t *anchor,
                             const yaml_char_t *tag) {
    if (anchor) {
        return refuse(reader, DIAG_ANCHOR, property_span(reader, event), "anchors are not read",
                      "write the value out where it is needed, or name a rule under `define`");
    }
    if (tag) {
        return refuse(reader, DIAG_TAG, property_span(reader, event), "tags are not read",
                      is_negation(event, tag) ? "remove the tag; a rule is negated with `not`"
                                              : "remove the tag: assize knows what type belongs here");
    }
    return true;
}

static bool append(struct reader *reader, struct yaml *collection, struct yaml *key, struct yaml *item) {
    if (collection->count == collection->capacity) {
        size_t capacity = collection->capacity ? collection->capacity * 2 : 8;
        collection->items =
            arena_grow(reader->arena, collection->items, collection->count, capacity, sizeof *collection->items);
        collection->keys = arena_grow(reader->arena, collection->keys, collection->keys ? collection->count : 0,
                                      capacity, sizeof *collection->keys);
        if (!collection->items || !collection->keys) {
            return false;
        }
        collection->capacity = capacity;
    }
    collection->keys[collection->count] = key;
    collection->items[collection->count++] = item;
    return true;
}

static bool check_key(struct reader *reader, const struct yaml *mapping, const struct yaml *key) {
    if (key->kind != YAML_SCALAR) {
        return refuse(reader, DIAG_KEY_NOT_SCALAR, key->at, "a key is a name, not a list or a mapping",
                      "write `key: value`");
    }
    if (str_is(key->value, "<<") && key->style == YAML_PLAIN) {
        return refuse(reader, DIAG_MERGE_KEY, key->at, "merge keys are not read", "write the keys out");
    }
    uint32_t first = table_find(&mapping->places, key->value);
    if (first != TABLE_NONE) {
        struct diag *diag =
            diag_add(reader->diags, DIAG_DUPLICATE_KEY, key->at, "the key `%.*s` is given twice", STR_ARG(key->value));
        diag_label(reader->diags, diag, "given again here");
        diag_other(reader->diags, diag, mapping->keys[first]->at, "first given here");
        diag_help(reader->diags, diag, "keep one of them");
    }
    return true;
}

/* A finished node goes where the innermost open collection wants it. */
static bool place(struct reader *reader, struct yaml *node) {
    if (reader->depth == 0) {
        reader->root = node;
        return true;
    }
    struct yaml *parent = reader->open[reader->depth - 1];
    if (parent->kind == YAML_SEQUENCE) {
        return append(reader, parent, NULL, node);
    }
    if (!reader->key) {
        reader->key = node;
        return check_key(reader, parent, node);
    }
    struct yaml *key = reader->key;
    reader->key = NULL;
    if (table_find(&parent->places, key->value) != TABLE_NONE) {
        return true; /* given twice, and reported: the first stays */
    }
    return append(reader, parent, key, node) &&
           table_add(&parent->places, reader->arena, key->value, (uint32_t)parent->count - 1);
}

static struct yaml *new_node(struct reader *reader, enum yaml_kind kind, span at, bool flow) {
    struct yaml *node = arena_alloc(reader->arena, sizeof *node);
    if (node) {
        node->kind = kind;
        node->at = at;
        node->flow = flow || (reader->depth > 0 && reader->open[reader->depth - 1]->flow);
    }
    return node;
}

static bool read_scalar(struct reader *reader, const yaml_event_t *event) {
    if (!check_properties(reader, event, event->data.scalar.anchor, event->data.scalar.tag)) {
        return false;
    }
    struct yaml *node = new_node(reader, YAML_SCALAR, event_span(reader, event), false);
    if (!node) {
        return false;
    }
    node->value = str_copy(reader->arena, (str){(const char *)event->data.scalar.value, event->data.scalar.length});
    switch (event->data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        node->style = YAML_QUOTED;
        break;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        node->style = YAML_DOUBLE_QUOTED;
        break;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        node->style = YAML_BLOCK;
        break;
    default:
        node->style = YAML_PLAIN;
    }
    return node->value.at && place(reader, node);
}

static bool open_collection(struct reader *reader, const yaml_event_t *event, enum yaml_kind kind, bool flow) {
    span at = event_span(reader, event);
    if (reader->depth == YAML_MAX_DEPTH) {
        return refuse(reader, DIAG_POLICY_TOO_DEEP, at, "this nests deeper than 64 levels",
                      "write blocks inside each other only as far as the decision needs");
    }
    struct yaml *node = new_node(reader, kind, at, flow);
    if (!node) {
        return false;
    }
    if (reader->depth > 0 && reader->open[reader->depth - 1]->kind == YAML_MAPPING && !reader->key) {
        return check_key(reader, reader->open[reader->depth - 1], node);
    }
    reader->keys[reader->depth] = reader->key;
    reader->open[reader->depth++] = node;
    reader->key = NULL;
    return true;
}

static bool close_collection(struct reader *reader, const yaml_event_t *event) {
    struct yaml *node = reader->open[--reader->depth];
    reader->key = reader->keys[reader->depth];
    uint32_t end = to_bytes(reader, event->end_mark);
    if (node->count > 0 && !node->flow) {
        end =
            node->items[node->count - 1]->at.end; /* a block collection's own end mark is where the next thing begins */
    }
    node->at.end = end > node->at.begin ? end : node->at.begin;
    return place(reader, node);
}

static bool start_document(struct reader *reader, const yaml_event_t *event) {
    span at = event_span(reader, event);
    if (reader->root) {
        return refuse(reader, DIAG_SECOND_DOCUMENT, (span){at.begin, at.end > at.begin ? at.end : at.begin + 1},
                      "a second document begins here",
                      "one file holds one policy: put the other into a file of its own");
    }
    if (event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end) {
        at = property_span(reader, event);
        return refuse(reader, DIAG_DIRECTIVE, at, "directives are not read", "remove the line; `---` may stay");
    }
    return true;
}

static bool read_event(struct reader *reader, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return start_document(reader, event);
    case YAML_ALIAS_EVENT:
        return refuse(reader, DIAG_ALIAS, event_span(reader, event), "aliases are not read",
                      "write the value out where it is needed, or name a rule under `define`");
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return check_properties(reader, event, event->data.sequence_start.anchor, event->data.sequence_start.tag) &&
               open_collection(reader, event, YAML_SEQUENCE,
                               event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
    case YAML_MAPPING_START_EVENT:
        return check_properties(reader, event, event->data.mapping_start.anchor, event->data.mapping_start.tag) &&
               open_collection(reader, event, YAML_MAPPING, event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_collection(reader, event);
    default:
        return true;
    }
}

static void report_problem(struct reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    struct yaml_problem problem = {.problem = parser->problem ? parser->problem : "it cannot be read",
                                   .context = parser->context};
    problem.at = to_bytes(reader, parser->problem_mark);
    problem.context_at = parser->context ? to_bytes(reader, parser->context_mark) : problem.at;
    problem.in_flow = reader->depth > 0 && reader->open[reader->depth - 1]->flow;
    problem.document_ended = reader->root != NULL;
    yaml_report_problem(reader->diags, reader->source, &problem);
}

static void read_document(struct reader *reader) {
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader->parser, &event)) {
            if (reader->parser.error == YAML_MEMORY_ERROR) {
                reader->arena->failed = true;
            } else {
                report_problem(reader);
            }
            reader->root = NULL;
            return;
        }
        bool end = event.type == YAML_STREAM_END_EVENT;
        more = read_event(reader, &event) && !end;
        yaml_event_delete(&event);
        if (!more && !end) {
            reader->root = NULL;
        }
    }
}

struct yaml *yaml_read(struct arena *arena, struct diags *diags, const struct source *source) {
    struct reader reader = {.arena = arena, .diags = diags, .source = source};
    reader.bytes = str_starts(source->text, "\xef\xbb\xbf") ? 3 : 0;
    if (!yaml_parser_initialize(&reader.parser)) {
        arena->failed = true;
        return NULL;
    }
    size_t errors = diags->errors;
    const char *text = source->text.length > 0 ? source->text.at : "";
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, source->text.length);
    read_document(&reader);
    yaml_parser_delete(&reader.parser);
    const struct yaml *root = reader.root;
    if (root && root->kind == YAML_SCALAR && root->style == YAML_PLAIN && root->value.length == 0) {
        reader.root = NULL; /* `---` and nothing after it */
    }
    if (!reader.root && diags->errors == errors && !arena->failed) {
        struct diag *diag = diag_add(diags, DIAG_EMPTY_POLICY, (span){0, 0}, "the policy is empty");
        diag_help(diags, diag, "a policy begins with `assize: 1` and `name:`; see `assize explain empty-policy`");
    }
    return reader.root;
}

struct yaml *yaml_get(const struct yaml *mapping, const char *key) {
    uint32_t place = table_find(&mapping->places, str_from(key));
    return place == TABLE_NONE ? NULL : mapping->items[place];
}

span yaml_key_at(const struct yaml *mapping, const char *key) {
    uint32_t place = table_find(&mapping->places, str_from(key));
    return place == TABLE_NONE ? (span){0, 0} : mapping->keys[place]->at;
}

str yaml_raw(const struct source *source, const struct yaml *scalar) {
    return str_slice(source->text, scalar->at.begin, scalar->at.end);
}

bool yaml_rule_text(struct diags *diags, const struct source *source, const struct yaml *scalar, str *text,
                    uint32_t *base) {
    str raw = yaml_raw(source, scalar);
    size_t begin = 0;
    size_t end = raw.length;
    if (scalar->style == YAML_BLOCK) {
        const char *newline = memchr(raw.at, '\n', raw.length);
        begin = newline ? (size_t)(newline - raw.at) + 1 : raw.length;
    } else if (scalar->style != YAML_PLAIN) {
        begin = 1;
        end = raw.length > 1 ? raw.length - 1 : 1;
        str inside = str_slice(raw, begin, end);
        const char *escape = scalar->style == YAML_QUOTED ? memchr(inside.at, '\'', inside.length)
                                                          : memchr(inside.at, '\\', inside.length);
        if (escape) {
            uint32_t at = scalar->at.begin + (uint32_t)(escape - raw.at);
            struct diag *diag =
                diag_add(diags, DIAG_ESCAPED_RULE, (span){at, at + 2}, "a quoted rule cannot hold an escape");
            diag_help(diags, diag,
                      "write it as a block scalar: `|` and the rule on the next line; or use the other kind of quote");
            return false;
        }
    }
    while (begin < end && strchr(" \t\r\n", raw.at[begin])) {
        begin++;
    }
    while (end > begin && strchr(" \t\r\n", raw.at[end - 1])) {
        end--;
    }
    *text = str_slice(raw, begin, end);
    bool nothing = scalar->style == YAML_BLOCK && text->length == 0; /* its `|` is all there is to point at */
    *base = scalar->at.begin + (nothing ? 0 : (uint32_t)begin);
    return true;
}
