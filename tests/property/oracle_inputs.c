/* The oracle's reading of records (oracle_inputs.h). */
#include "tests/property/oracle_inputs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rationals ---- */

enum { POOL_SIZE = 20000, DIGITS_MOST = 400, EXPONENT_MOST = 400 };

void pool_init(struct pool *pool) {
    *pool = (struct pool){.items = calloc(POOL_SIZE, sizeof(mpq_t))};
    if (!pool->items) {
        exit(2);
    }
}

void pool_free(struct pool *pool) {
    for (int i = 0; i < pool->count; i++) {
        mpq_clear(pool->items[i]);
    }
    free(pool->items);
}

mpq_ptr pool_take(struct pool *pool) {
    if (pool->used == pool->count) {
        if (pool->count == POOL_SIZE) {
            abort();
        }
        mpq_init(pool->items[pool->count++]);
    }
    return pool->items[pool->used++];
}

static void power_of_ten(mpz_ptr power, long exponent) {
    mpz_ui_pow_ui(power, 10, (unsigned long)exponent);
}

/* Whether 1e-400 <= |value| <= 1e400, or it is 0. */
static bool is_moderate(mpq_srcptr value) {
    mpq_t size, limit;
    mpq_inits(size, limit, NULL);
    power_of_ten(mpq_numref(limit), EXPONENT_MOST);
    mpq_abs(size, value);
    bool moderate = mpq_sgn(value) == 0 || mpq_cmp(size, limit) <= 0;
    if (mpq_sgn(value) != 0) {
        mpq_inv(limit, limit);
        moderate = moderate && mpq_cmp(size, limit) >= 0;
    }
    mpq_clears(size, limit, NULL);
    return moderate;
}

bool decimal_value(mpq_ptr value, const char *text) {
    char digits[DIGITS_MOST + 2];
    int count = 0;
    long exponent = 0;
    bool after_point = false;
    const char *at = text + (*text == '-');
    for (; (*at >= '0' && *at <= '9') || *at == '.'; at++) {
        if (*at == '.') {
            after_point = true;
            continue;
        }
        if (count > DIGITS_MOST - 1) {
            return false;
        }
        digits[count++] = *at;
        exponent -= after_point;
    }
    digits[count] = '\0';
    if (*at == 'e' || *at == 'E') {
        exponent += strtol(at + 1, NULL, 10);
    }
    mpz_set_str(mpq_numref(value), digits, 10);
    mpz_set_ui(mpq_denref(value), 1);
    if (mpz_sgn(mpq_numref(value)) == 0) {
        return true;
    }
    mpz_t power;
    mpz_init(power);
    power_of_ten(power, labs(exponent));
    if (exponent > 0) {
        mpz_mul(mpq_numref(value), mpq_numref(value), power);
    } else {
        mpz_set(mpq_denref(value), power);
    }
    mpz_clear(power);
    mpq_canonicalize(value);
    if (*text == '-') {
        mpq_neg(value, value);
    }
    return is_moderate(value);
}

long double rational_double(struct pool *pool, mpq_srcptr value) {
    double high = mpq_get_d(value);
    if (!isfinite(high)) {
        return high;
    }
    mpq_ptr rest = pool_take(pool);
    mpq_set_d(rest, high);
    mpq_sub(rest, value, rest);
    return (long double)high + mpq_get_d(rest);
}

long double normal_probability(long double x) {
    return erfcl(-x / sqrtl(2.0L)) / 2;
}

struct quantity quantity_of_double(struct pool *pool, long double value) {
    struct quantity quantity = {.value = pool_take(pool), .error = 1e-12 * fmax(1, fabs((double)value))};
    double high = (double)value;
    mpq_ptr low = pool_take(pool);
    mpq_set_d(quantity.value, high);
    mpq_set_d(low, (double)(value - high));
    mpq_add(quantity.value, quantity.value, low);
    return quantity;
}

/* ---- the tree ---- */

struct finding {
    enum reason reason;
    const struct tree *node; /* where the reason is NONE */
};

/* What stands under null has that reason; so with what is no number, and what can hold nothing. */
static enum reason reason_below(const struct tree *tree, bool by_key) {
    switch (tree->kind) {
    case TREE_NULL:
        return REASON_NULL;
    case TREE_NOT_A_NUMBER:
        return REASON_NOT_A_NUMBER;
    case TREE_OBJECT:
        return by_key ? REASON_NONE : REASON_WRONG_TYPE;
    case TREE_ARRAY:
        return by_key ? REASON_WRONG_TYPE : REASON_NONE;
    default:
        return REASON_WRONG_TYPE;
    }
}

static struct finding child_of(const struct tree *tree, const char *key, int index) {
    struct finding finding = {reason_below(tree, key != NULL), NULL};
    int seen = 0, place = 0;
    if (finding.reason != REASON_NONE) {
        return finding;
    }
    for (const struct tree *child = tree->first; child; child = child->next, place++) {
        if (key ? strcmp(child->key, key) == 0 : place == index) {
            finding.node = child;
            seen++;
        }
    }
    finding.reason = seen == 0 ? REASON_MISSING : seen > 1 ? REASON_DUPLICATE : REASON_NONE;
    return finding;
}

static struct finding find(const struct tree *root, const struct way *way) {
    struct finding finding = {way->count > 0 ? REASON_NONE : REASON_MISSING, root};
    for (int i = 0; i < way->count && finding.reason == REASON_NONE; i++) {
        finding = child_of(finding.node, way->keys[i], way->indices[i]);
    }
    return finding;
}

static struct quantity unknown(enum reason reason) {
    return (struct quantity){.reason = reason};
}

static bool known(struct quantity quantity) {
    return quantity.reason == REASON_NONE;
}

static struct quantity read_as(struct pool *pool, struct finding finding, enum field_type type) {
    struct quantity quantity = {.reason = finding.reason};
    if (finding.reason != REASON_NONE) {
        return quantity;
    }
    const struct tree *node = finding.node;
    if (node->kind == TREE_NULL || node->kind == TREE_NOT_A_NUMBER) {
        return unknown(node->kind == TREE_NULL ? REASON_NULL : REASON_NOT_A_NUMBER);
    }
    bool number = node->kind == TREE_NUMBER, string = node->kind == TREE_STRING;
    bool truth = node->kind == TREE_TRUE || node->kind == TREE_FALSE;
    if (type == FIELD_NUMBER ? !number : type == FIELD_STRING ? !string : !truth) {
        return unknown(REASON_WRONG_TYPE);
    }
    quantity.string = node->text;
    quantity.truth = node->kind == TREE_TRUE;
    if (number) {
        quantity.value = pool_take(pool);
        quantity.reason = decimal_value(quantity.value, node->text) ? REASON_NONE : REASON_NOT_A_NUMBER;
    }
    return quantity;
}

/* ---- a metric ---- */

struct reading {
    struct pool *pool;
    const struct metric_model *metric;
    const struct tree *root;
    enum reason whole; /* what is wrong with the metric as a whole */
};

/* Reasons are listed in the order in which the first of several counts. */
static enum reason first_reason(enum reason a, enum reason b) {
    return a == REASON_NONE || (b != REASON_NONE && b < a) ? b : a;
}

static void blame(struct reading *reading, enum reason reason) {
    reading->whole = first_reason(reading->whole, reason);
}

static struct finding find_given(const struct reading *reading, enum given given) {
    const struct metric_model *metric = reading->metric;
    if (metric->from_kind != FROM_KEY) {
        return find(reading->root, &metric->from[given]);
    }
    struct finding entry = find(reading->root, &metric->entry);
    if (entry.reason != REASON_NONE) {
        return entry;
    }
    if (entry.node->kind == TREE_NUMBER || entry.node->kind == TREE_NOT_A_NUMBER) {
        return given == GIVEN_VARIANT ? entry : (struct finding){REASON_MISSING, NULL};
    }
    return child_of(entry.node, given_names[given], 0);
}

static struct quantity read_given(const struct reading *reading, enum given given) {
    enum field_type type = given == GIVEN_BETTER             ? FIELD_STRING
                           : given == GIVEN_HIGHER_IS_BETTER ? FIELD_BOOLEAN
                                                             : FIELD_NUMBER;
    return read_as(reading->pool, find_given(reading, given), type);
}

/* The metric's entry is a number or an object. Where `from` names values one by one there is none to look at. */
static void check_entry(struct reading *reading) {
    if (reading->metric->from_kind == FROM_KEY) {
        struct finding entry = find(reading->root, &reading->metric->entry);
        bool object = entry.reason == REASON_NONE && entry.node->kind == TREE_OBJECT;
        blame(reading, object ? REASON_NONE : read_as(reading->pool, entry, FIELD_NUMBER).reason);
    }
}

/* What only checks may be absent, but what is there must be readable. */
static struct quantity check(struct reading *reading, enum given given) {
    struct quantity quantity = read_given(reading, given);
    blame(reading, quantity.reason == REASON_MISSING ? REASON_NONE : quantity.reason);
    return quantity;
}

static void check_direction(struct reading *reading) {
    bool lower = reading->metric->lower;
    struct quantity better = check(reading, GIVEN_BETTER), higher = check(reading, GIVEN_HIGHER_IS_BETTER);
    if (known(better)) {
        bool says_lower = strcmp(better.string, "lower") == 0;
        bool says = says_lower || strcmp(better.string, "higher") == 0;
        blame(reading, !says ? REASON_WRONG_TYPE : says_lower != lower ? REASON_DIRECTION_CONFLICT : REASON_NONE);
    }
    if (known(higher)) {
        blame(reading, higher.truth == lower ? REASON_DIRECTION_CONFLICT : REASON_NONE);
    }
}

static mpq_ptr of_decimal(struct pool *pool, struct decimal decimal) {
    mpq_ptr value = pool_take(pool);
    mpz_set_si(mpq_numref(value), decimal.units);
    power_of_ten(mpq_denref(value), decimal.places);
    mpq_canonicalize(value);
    return value;
}

static bool in_range(struct pool *pool, mpq_srcptr value, struct decimal low, struct decimal high) {
    return mpq_cmp(value, of_decimal(pool, low)) >= 0 && mpq_cmp(value, of_decimal(pool, high)) <= 0;
}

static void check_range(struct reading *reading, struct quantity quantity) {
    const struct metric_model *metric = reading->metric;
    if (metric->has_range && known(quantity) && !in_range(reading->pool, quantity.value, metric->low, metric->high)) {
        blame(reading, REASON_OUT_OF_RANGE);
    }
}

/* How many decimals a number is written with. */
static long decimals_of(const char *text) {
    const char *point = strchr(text, '.'), *exponent = strpbrk(text, "eE");
    const char *end = exponent ? exponent : text + strlen(text);
    long decimals = point ? end - point - 1 : 0;
    decimals -= exponent ? strtol(exponent + 1, NULL, 10) : 0;
    return decimals > 0 ? decimals : 0;
}

static double unit_in_last_place(double x) {
    int exponent;
    frexp(x, &exponent);
    return ldexp(1, x == 0 || exponent - 53 < -1074 ? -1074 : exponent - 53);
}

static bool agrees(struct pool *pool, const char *delta, const char *variant, const char *baseline) {
    mpq_ptr error = pool_take(pool), exact = pool_take(pool), half = pool_take(pool);
    decimal_value(error, delta);
    decimal_value(exact, variant);
    decimal_value(half, baseline);
    mpq_sub(exact, exact, half);
    mpq_sub(error, error, exact);
    mpq_abs(error, error);
    mpz_set_ui(mpq_numref(half), 1);
    power_of_ten(mpq_denref(half), decimals_of(delta));
    mpq_div_2exp(half, half, 1);
    if (mpq_cmp(error, half) <= 0) {
        return true;
    }
    double v = strtod(variant, NULL), b = strtod(baseline, NULL), d = strtod(delta, NULL);
    double larger = fmax(fabs(v), fabs(b));
    return isfinite(larger) && isfinite(d) && fabs(d - (v - b)) <= 4 * unit_in_last_place(larger);
}

static void check_delta(struct reading *reading) {
    struct quantity delta = check(reading, GIVEN_DELTA);
    struct quantity variant = read_given(reading, GIVEN_VARIANT), baseline = read_given(reading, GIVEN_BASELINE);
    if (known(delta) && known(variant) && known(baseline) &&
        !agrees(reading->pool, delta.string, variant.string, baseline.string)) {
        blame(reading, REASON_INCONSISTENT);
    }
}

/* Both, or the first reason of the two. */
static bool both(struct quantity a, struct quantity b, struct quantity *result) {
    *result = unknown(first_reason(a.reason, b.reason));
    return known(*result);
}

static void read_values(struct reading *reading, struct quantity *values) {
    const struct metric_model *metric = reading->metric;
    struct pool *pool = reading->pool;
    struct quantity *delta = &values[ATTRIBUTE_DELTA], *baseline = &values[ATTRIBUTE_BASELINE];
    *baseline = values[ATTRIBUTE_VARIANT] = unknown(REASON_MISSING);
    if (metric->given_delta) {
        *delta = read_given(reading, GIVEN_DELTA);
    } else {
        check_delta(reading);
        values[ATTRIBUTE_VARIANT] = read_given(reading, GIVEN_VARIANT);
        *baseline = metric->baseline_from_policy ? (struct quantity){.value = of_decimal(pool, metric->baseline)}
                                                 : read_given(reading, GIVEN_BASELINE);
        check_range(reading, values[ATTRIBUTE_VARIANT]);
        check_range(reading, *baseline);
        if (both(values[ATTRIBUTE_VARIANT], *baseline, delta)) {
            delta->value = pool_take(pool);
            mpq_sub(delta->value, values[ATTRIBUTE_VARIANT].value, baseline->value);
        }
    }
    values[ATTRIBUTE_GAIN] = *delta;
    if (known(*delta) && metric->lower) {
        values[ATTRIBUTE_GAIN].value = pool_take(pool);
        mpq_neg(values[ATTRIBUTE_GAIN].value, delta->value);
    }
    bool positive = known(*baseline) && mpq_sgn(baseline->value) > 0;
    values[ATTRIBUTE_SCALE] = known(*baseline) && !positive ? unknown(REASON_NONPOSITIVE_BASELINE) : *baseline;
    if (both(*delta, values[ATTRIBUTE_SCALE], &values[ATTRIBUTE_RELATIVE])) {
        values[ATTRIBUTE_RELATIVE].value = pool_take(pool);
        mpq_div(values[ATTRIBUTE_RELATIVE].value, delta->value, baseline->value);
    }
}

static struct quantity not_negative(struct quantity quantity) {
    return known(quantity) && mpq_sgn(quantity.value) < 0 ? unknown(REASON_OUT_OF_RANGE) : quantity;
}

static struct quantity read_error(struct reading *reading, enum given given) {
    struct quantity error = not_negative(read_given(reading, given));
    return known(error) && mpq_sgn(error.value) == 0 ? unknown(REASON_ZERO_VARIANCE) : error;
}

/* The square root of the sum of two squares. */
static struct quantity root_of_squares(struct pool *pool, mpq_srcptr a, mpq_srcptr b) {
    struct quantity root = {.value = pool_take(pool)};
    mpq_ptr square = pool_take(pool);
    mpq_mul(root.value, a, a);
    mpq_mul(square, b, b);
    mpq_add(root.value, root.value, square);
    mpf_t precise;
    mpf_init2(precise, 256);
    mpf_set_q(precise, root.value);
    mpf_sqrt(precise, precise);
    mpq_set_f(root.value, precise);
    mpf_clear(precise);
    double size = mpq_get_d(root.value);
    root.error = 1e-12 * (size < 1 ? size : 1) * fmax(1, size);
    root.reason = isfinite(size) ? REASON_NONE : REASON_NOT_A_NUMBER; /* it is a double, and this one is infinite */
    return root;
}

/* p (1 - p) / n of one arm's share. */
static struct quantity share_variance(struct reading *reading, struct quantity p, struct quantity n) {
    struct quantity result;
    if (!both(p, n, &result)) {
        return result;
    }
    mpq_ptr share = pool_take(reading->pool), variance = pool_take(reading->pool);
    mpq_set(share, p.value);
    if (reading->metric->percent) {
        mpq_set_ui(variance, 100, 1);
        mpq_div(share, share, variance);
    }
    if (mpq_sgn(share) < 0 || mpq_cmp_ui(share, 1, 1) > 0) {
        return unknown(REASON_OUT_OF_RANGE);
    }
    if (mpq_cmp_ui(n.value, 1, 1) < 0) {
        return unknown(REASON_TOO_FEW_SAMPLES);
    }
    mpq_set_ui(variance, 1, 1);
    mpq_sub(variance, variance, share);
    mpq_mul(variance, variance, share);
    mpq_div(variance, variance, n.value);
    return mpq_sgn(variance) == 0 ? unknown(REASON_ZERO_VARIANCE) : (struct quantity){.value = variance};
}

static struct quantity count_error(struct reading *reading, const struct quantity *values) {
    struct quantity result;
    struct quantity baseline =
        share_variance(reading, values[ATTRIBUTE_BASELINE], not_negative(read_given(reading, GIVEN_BASELINE_N)));
    struct quantity variant =
        share_variance(reading, values[ATTRIBUTE_VARIANT], not_negative(read_given(reading, GIVEN_VARIANT_N)));
    if (!both(baseline, variant, &result)) {
        return result;
    }
    mpq_ptr sum = pool_take(reading->pool), root = pool_take(reading->pool);
    mpq_add(sum, baseline.value, variant.value);
    mpf_t precise;
    mpf_init2(precise, 256);
    mpf_set_q(precise, sum);
    mpf_sqrt(precise, precise);
    if (reading->metric->percent) {
        mpf_mul_ui(precise, precise, 100);
    }
    mpq_set_f(root, precise);
    mpf_clear(precise);
    double size = mpq_get_d(root);
    if (!(mpq_get_d(sum) > 0)) {
        return unknown(REASON_ZERO_VARIANCE); /* as a double it is 0 */
    }
    return (struct quantity){.value = root, .error = 1e-12 * fmax(size, size * size)};
}

static struct quantity read_stderr(struct reading *reading, const struct quantity *values) {
    struct quantity result;
    if (reading->metric->confidence_from == FROM_COUNTS) {
        return count_error(reading, values);
    }
    if (reading->metric->confidence_from == FROM_SAMPLES) {
        return unknown(REASON_MISSING);
    }
    if (reading->metric->confidence_from != FROM_ARMS) {
        return read_error(reading, GIVEN_STDERR);
    }
    struct quantity baseline = read_error(reading, GIVEN_BASELINE_STDERR),
                    variant = read_error(reading, GIVEN_VARIANT_STDERR);
    return both(baseline, variant, &result) ? root_of_squares(reading->pool, baseline.value, variant.value) : result;
}

static struct quantity read_n(struct reading *reading) {
    struct quantity result;
    if (reading->metric->confidence_from == FROM_SAMPLES) {
        return unknown(REASON_MISSING);
    }
    if (reading->metric->confidence_from != FROM_ARMS && reading->metric->confidence_from != FROM_COUNTS) {
        return not_negative(read_given(reading, GIVEN_N));
    }
    struct quantity baseline = not_negative(read_given(reading, GIVEN_BASELINE_N));
    struct quantity variant = not_negative(read_given(reading, GIVEN_VARIANT_N));
    return both(baseline, variant, &result) ? (mpq_cmp(baseline.value, variant.value) < 0 ? baseline : variant)
                                            : result;
}

static struct quantity read_confidence(struct reading *reading, struct quantity delta, struct quantity error) {
    struct quantity result;
    if (reading->metric->confidence_from == FROM_RECORD) {
        result = not_negative(read_given(reading, GIVEN_CONFIDENCE));
        return known(result) && mpq_cmp_ui(result.value, 1, 1) > 0 ? unknown(REASON_OUT_OF_RANGE) : result;
    }
    if (!both(delta, error, &result)) {
        return result;
    }
    mpq_ptr ratio = pool_take(reading->pool);
    mpq_div(ratio, delta.value, error.value);
    mpq_abs(ratio, ratio);
    return quantity_of_double(reading->pool, normal_probability(rational_double(reading->pool, ratio)));
}

static void read_metric(struct quantity *values, struct pool *pool, const struct metric_model *metric,
                        const struct tree *root) {
    struct reading reading = {pool, metric, root, REASON_NONE};
    check_entry(&reading);
    read_values(&reading, values);
    check_direction(&reading);
    struct quantity n = read_n(&reading), error = read_stderr(&reading, values);
    struct quantity confidence = read_confidence(&reading, values[ATTRIBUTE_DELTA], error);
    enum reason size = REASON_NONE;
    if (metric->has_min_n) {
        bool few = known(n) && mpq_cmp(n.value, of_decimal(pool, metric->min_n)) < 0;
        size = few ? REASON_TOO_FEW_SAMPLES : n.reason;
    }
    values[ATTRIBUTE_N] = n;
    values[ATTRIBUTE_STDERR] = error;
    values[ATTRIBUTE_CONFIDENCE] = confidence;
    values[ATTRIBUTE_STDERR].reason = first_reason(error.reason, size);
    values[ATTRIBUTE_CONFIDENCE].reason = first_reason(confidence.reason, size);
    for (int i = 0; i < ATTRIBUTE_COUNT && reading.whole != REASON_NONE; i++) {
        values[i] = unknown(reading.whole);
    }
}

/* ---- comparability ---- */

static struct finding in_arm(const struct tree *root, const char *arm, const struct way *way) {
    struct way under = {0};
    way_add_key(&under, "arms");
    way_add_key(&under, arm);
    for (int i = 0; i < way->count; i++) {
        way_add_key(&under, way->keys[i]);
    }
    return find(root, &under);
}

/* 1: they agree, -1: they differ, 0: neither. */
static int compare_arms(struct pool *pool, struct finding a, struct finding b) {
    if (a.reason != REASON_NONE || b.reason != REASON_NONE) {
        return 0;
    }
    for (int type = FIELD_NUMBER; type <= FIELD_BOOLEAN; type++) {
        struct quantity x = read_as(pool, a, (enum field_type)type), y = read_as(pool, b, (enum field_type)type);
        if (known(x) && known(y)) {
            bool same = type == FIELD_NUMBER   ? mpq_equal(x.value, y.value)
                        : type == FIELD_STRING ? strcmp(x.string, y.string) == 0
                                               : x.truth == y.truth;
            return same ? 1 : -1;
        }
    }
    return 0;
}

static int compare_at(struct pool *pool, const struct tree *root, const struct way *way) {
    struct finding baseline = in_arm(root, "baseline", way), variant = in_arm(root, "variant", way);
    if (baseline.reason == REASON_MISSING && variant.reason == REASON_MISSING) {
        baseline = variant = find(root, way);
    }
    return compare_arms(pool, baseline, variant);
}

static bool are_comparable(struct pool *pool, const struct policy_model *policy, const struct tree *root) {
    bool comparable = true;
    for (int i = 0; i < policy->same_count; i++) {
        comparable = comparable && compare_at(pool, root, &policy->same[i]) == 1;
    }
    for (int i = 0; i < policy->distinct_count; i++) {
        comparable = comparable && compare_at(pool, root, &policy->distinct[i]) == -1;
    }
    struct quantity variant = read_as(pool, child_of(root, "variant", 0), FIELD_STRING);
    struct quantity baseline = read_as(pool, child_of(root, "baseline", 0), FIELD_STRING);
    bool named = known(variant) && known(baseline) && *variant.string;
    return comparable && !(named && strcmp(variant.string, baseline.string) == 0);
}

static void make_incomparable(struct inputs *inputs) {
    for (int i = 0; i < MOST_METRICS; i++) {
        for (int attribute = 0; attribute < ATTRIBUTE_COUNT; attribute++) {
            inputs->metrics[i][attribute] = unknown(REASON_INCOMPARABLE);
        }
    }
    for (int i = 0; i < MOST_FIELDS; i++) {
        inputs->fields[i] = unknown(REASON_INCOMPARABLE);
    }
}

void inputs_read(struct inputs *inputs, struct pool *pool, const struct policy_model *policy,
                 const struct tree *record) {
    for (int i = 0; i < policy->metric_count; i++) {
        read_metric(inputs->metrics[i], pool, &policy->metrics[i], record);
    }
    for (int i = 0; i < policy->field_count; i++) {
        const struct field_model *field = &policy->fields[i];
        inputs->fields[i] = read_as(pool, find(record, &field->way), field->type);
        bool outside = field->has_range && known(inputs->fields[i]) &&
                       !in_range(pool, inputs->fields[i].value, field->low, field->high);
        inputs->fields[i].reason = outside ? REASON_OUT_OF_RANGE : inputs->fields[i].reason;
    }
    if (!are_comparable(pool, policy, record)) {
        make_incomparable(inputs);
    }
    inputs_fail(inputs, policy, record); /* and this counts before that */
}
