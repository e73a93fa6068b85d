/* Units that result files are written in, and the exact factors between them (foreign.h). */
#include "records/foreign.h"

static const struct {
    const char *name;
    char what; /* units with the same letter measure the same */
    const char *factor;
} units[] = {
    {"ns", 't', "1e-9"},
    {"us", 't', "1e-6"},
    {"\xc2\xb5s", 't', "1e-6"},
    {"\xce\xbcs", 't', "1e-6"},
    {"ms", 't', "1e-3"},
    {"s", 't', "1"},
    {"sec", 't', "1"},
    {"second", 't', "1"},
    {"seconds", 't', "1"},
    {"milliseconds", 't', "1e-3"},
    {"min", 't', "60"},
    {"minutes", 't', "60"},
    {"h", 't', "3600"},
    {"hours", 't', "3600"},
    {"B", 'b', "1"},
    {"bytes", 'b', "1"},
    {"kB", 'b', "1e3"},
    {"KB", 'b', "1e3"},
    {"MB", 'b', "1e6"},
    {"GB", 'b', "1e9"},
    {"KiB", 'b', "1024"},
    {"MiB", 'b', "1048576"},
    {"GiB", 'b', "1073741824"},
    {"proportion", 'p', "1"},
    {"ratio", 'p', "1"},
    {"%", 'p', "0.01"},
    {"percent", 'p', "0.01"},
};

static const char *find_unit(str name, char *what) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (str_is(name, units[i].name)) {
            *what = units[i].what;
            return units[i].factor;
        }
    }
    return NULL;
}

enum unit_change unit_factor(struct arena *arena, str from, str to, struct number *factor) {
    char what = 0, other = 0;
    if (str_equal(from, to)) {
        return UNIT_SAME;
    }
    const char *a = find_unit(from, &what), *b = find_unit(to, &other);
    struct number x, y;
    bool convertible = a && b && what == other && number_parse(arena, str_from(a), &x) == NUMBER_OK &&
                       number_parse(arena, str_from(b), &y) == NUMBER_OK && number_divide(arena, x, y, factor);
    return convertible ? UNIT_CHANGED : UNIT_CONFLICT;
}
