// The same documents in the hands of simdjson's DOM: the other side of reader.c, for tests/readers.py.
//
//     simdjson FILE
//
// The tokens are those of reader.c, but that a number is `i:` a whole one or `d:` the bits of a double.
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>

#include <simdjson.h>

using simdjson::dom::element;
using simdjson::dom::element_type;

static void print_hex(std::string_view text) {
    for (unsigned char byte : text) {
        printf("%02x", byte);
    }
}

static void print_value(element value) {
    uint64_t bits;
    double number;
    simdjson::dom::object object;
    simdjson::dom::array array;
    switch (value.type()) {
    case element_type::OBJECT:
        printf("{");
        object = value.get_object().value_unsafe();
        for (auto field : object) {
            printf(" k:");
            print_hex(field.key);
            printf(" ");
            print_value(field.value);
        }
        printf(" }");
        break;
    case element_type::ARRAY:
        printf("[");
        array = value.get_array().value_unsafe();
        for (element item : array) {
            printf(" ");
            print_value(item);
        }
        printf(" ]");
        break;
    case element_type::STRING:
        printf("s:");
        print_hex(value.get_string().value_unsafe());
        break;
    case element_type::INT64:
        printf("i:%" PRId64, value.get_int64().value_unsafe());
        break;
    case element_type::UINT64:
        printf("i:%" PRIu64, value.get_uint64().value_unsafe());
        break;
    case element_type::DOUBLE:
        number = value.get_double().value_unsafe();
        memcpy(&bits, &number, sizeof bits);
        printf("d:%016" PRIx64, bits);
        break;
    case element_type::BOOL:
        printf(value.get_bool().value_unsafe() ? "t" : "f");
        break;
    default:
        printf("0");
    }
}

int main(int count, char **arguments) {
    std::ifstream file(count == 2 ? arguments[1] : "", std::ios::binary);
    simdjson::dom::parser parser;
    std::string length, text;
    while (std::getline(file, length)) {
        text.resize(std::stoul(length));
        file.read(&text[0], (std::streamsize)text.size());
        element root;
        if (parser.parse(text).get(root)) {
            printf("R\n");
        } else {
            print_value(root);
            printf("\n");
        }
    }
    return file.eof() ? 0 : 2;
}
